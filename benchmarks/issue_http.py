"""Issuing over HTTP: a wallet's credential requests to the issuers as they are served.

One process serves the room on SQLite with every check on: nonces, proofs, the record read, the
signer guard, the issue book with its commit, places on the status list, and each copy read again
before it leaves. Sixteen keep-alive connections ask; what they bring (tokens, nonces, proofs) was
made before. `issue_http` is one credential a request, `issue_http_batch` ten. Counted are
credentials by the clock, against one signature each in this process: client, server and limit
share the machine, so the figures are floors.
"""

import multiprocessing
import socket
import tempfile
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, urlsplit

import httpx2
import uvicorn

from app.authorisation import operator_token_file, read_token
from app.main import create_app
from app.serve import prepare
from app.settings import Role, Settings
from benchmarks.measure import ROUNDS, Clock, Item, Race
from benchmarks.verify_http import CONNECTIONS, connect, free_port, read_answer
from benchmarks.world import bare_signs
from keys.signer import SoftwareSigner
from keys.strict_json import dumps, loads_object
from standards.openid4vci.offer import PRE_AUTHORIZED_GRANT
from standards.openid4vci.proof import ProofClaims, make_proof

KIND: Final = "tax-payment"
AUTHORITY: Final = "national-tax-service"
BATCH: Final = 10
# What one access token is good for.
PER_TOKEN: Final = 10
# Turns of all connections that are prepared for a round; more are made when a machine is faster.
TURNS: Final = 4


def items() -> list[Item]:
    """Return one credential a request, and ten."""
    limit = "one ECDSA P-256 sign a credential"
    return [
        Item("issue_http", Clock.WALL, partial(_prepare, 1), limit),
        Item("issue_http_batch", Clock.WALL, partial(_prepare, BATCH), limit),
    ]


class Wallets:
    """Wallets whose requests were prepared: each asks once, with a token, a nonce and proofs."""

    def __init__(self, settings: Settings, copies: int) -> None:
        self._base = settings.base
        self._issuer = f"{settings.base}/issuers/{AUTHORITY}"
        self._operator = read_token(operator_token_file(settings.home))
        self._copies = copies
        self._holders = [SoftwareSigner.generate() for _ in range(copies)]
        self._tokens: deque[str] = deque()
        self._ready: deque[bytes] = deque()
        self._http = httpx2.Client()

    def request(self) -> bytes:
        """Return a whole HTTP request that nobody has sent yet."""
        if not self._ready:
            self.prepare(CONNECTIONS)
        return self._ready.popleft()

    def prepare(self, count: int) -> None:
        """Make so many requests."""
        for _ in range(count):
            self._ready.append(self._made())

    def close(self) -> None:
        """Close what the preparation used."""
        self._http.close()

    def _made(self) -> bytes:
        nonce = str(self._http.post(f"{self._issuer}/nonce").json()["c_nonce"])
        claims = ProofClaims(self._issuer, nonce, datetime.now(UTC))
        proofs = [make_proof(claims, holder) for holder in self._holders]
        body = dumps({"credential_configuration_id": KIND, "proofs": {"jwt": [*proofs]}})
        head = (
            f"POST /issuers/{AUTHORITY}/credential HTTP/1.1\r\nHost: localhost\r\n"
            f"Authorization: Bearer {self._token()}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        return head.encode("ascii") + body

    def _token(self) -> str:
        if not self._tokens:
            self._tokens.extend([self._redeemed()] * PER_TOKEN)
        return self._tokens.popleft()

    def _redeemed(self) -> str:
        bearer = {"Authorization": f"Bearer {self._operator}"}
        order = {"kind": KIND, "to": "demo", "tx_code": False, "by": "value"}
        address = f"{self._base}/issuers/operator/offers"
        link = self._http.post(address, json=order, headers=bearer).json()["credential_offer_uri"]
        offer = loads_object(parse_qs(urlsplit(link).query)["credential_offer"][0])
        grants = offer["grants"]
        assert isinstance(grants, dict)
        grant = grants[PRE_AUTHORIZED_GRANT]
        assert isinstance(grant, dict)
        form = {
            "grant_type": PRE_AUTHORIZED_GRANT,
            "pre-authorized_code": str(grant["pre-authorized_code"]),
        }
        return str(self._http.post(f"{self._issuer}/token", data=form).json()["access_token"])


def serve(home: str, port: int) -> None:
    """Run the issuers in a process of their own."""
    app = create_app(settings_at(home, port))
    uvicorn.run(app, port=port, log_level="warning", loop="uvloop", http="httptools")


def settings_at(home: str, port: int) -> Settings:
    """Return the settings of the service that is measured."""
    return Settings(home=Path(home), port=port, role=Role.ISSUERS, demo=True)


@contextmanager
def _prepare(copies: int) -> Iterator[Race]:
    with tempfile.TemporaryDirectory() as folder:
        settings = settings_at(f"{folder}/var", free_port())
        prepare(settings)
        arguments = (str(settings.home), settings.port)
        process = multiprocessing.get_context("spawn").Process(target=serve, args=arguments)
        process.start()
        try:
            connections = [connect(settings.port) for _ in range(CONNECTIONS)]
            wallets = Wallets(settings, copies)
            wallets.prepare(CONNECTIONS * TURNS * ROUNDS)
            yield Race(partial(_ask, wallets, connections, copies), bare_signs)
            for connection in connections:
                connection.close()
            wallets.close()
        finally:
            process.terminate()
            process.join()


def _ask(wallets: Wallets, connections: list[socket.socket], copies: int) -> int:
    """Let every connection ask once, and return how many credentials came."""
    for connection in connections:
        connection.sendall(wallets.request())
    for connection in connections:
        read_answer(connection)
    return CONNECTIONS * copies
