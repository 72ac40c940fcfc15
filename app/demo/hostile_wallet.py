"""A wallet that does not play fair: it alters what it sends, and keeps what it sent.

It is our wallet's own code with another correspondent, so everything else about it is right: what
is refused is refused for the one thing that was changed.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final
from urllib.parse import parse_qsl, urlencode

from typing_extensions import override

from app.clock import utc_now
from app.database import sqlite_engine
from app.keyring import DIRECTORY
from app.schema import upgrade
from app.service_client import ServiceClient
from app.settings import host_port
from app.trust import TrustFile
from consent.tlog.signed_note import VerifierKey
from keys import base64url
from keys.entropy import SYSTEM_ENTROPY
from keys.key_store import KeyStore
from keys.sealing import DataKey
from keys.strict_json import JsonObject, dumps, loads, loads_object
from wallet.client import WalletClient
from wallet.ledger.appending import Log
from wallet.outside.correspondence import FORM, Answer
from wallet.ports import Ports
from wallet.store import OutboxStore, WalletStore
from wallet.wallet import Wallets
from web.outbound import Outbound

HOLDER: Final = "mallory"
FORGED: Final = "Mallory"

Alter = Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class Posted:
    """One answer to a verifier, as it went out."""

    url: str
    content: bytes


class AlteringClient(WalletClient):
    """Alters every presentation on its way out."""

    def __init__(self, outbound: Outbound, alter: Alter) -> None:
        super().__init__(outbound)
        self.alter = alter
        self.posted: list[Posted] = []

    @override
    async def post(
        self,
        url: str,
        *,
        content: bytes,
        content_type: str,
        accept: str,
        limit: int,
        authorization: str | None = None,
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> Answer:
        """Post what `alter` made of it, and remember that."""
        if content_type == FORM and b"vp_token=" in content:
            content = self.alter(content)
            self.posted.append(Posted(url, content))
        return await super().post(
            url,
            content=content,
            content_type=content_type,
            accept=accept,
            limit=limit,
            authorization=authorization,
            headers=headers,
        )


@dataclass(frozen=True, slots=True)
class HostileWallet:
    """The wallet and the correspondent that can be told to alter."""

    wallets: Wallets
    client: AlteringClient


@asynccontextmanager
async def hostile_wallet(service: ServiceClient, folder: Path) -> AsyncIterator[HostileWallet]:
    """Open a wallet of its own beside a service; it trusts whom the service trusts."""
    outbound = Outbound(allow_origins=frozenset({host_port(service.base)}))
    engine = sqlite_engine(folder / "hostile.sqlite")
    await upgrade("wallet", engine)
    log_key = VerifierKey.parse((await service.public("/consent/log/vkey")).decode())
    client = AlteringClient(outbound, unaltered)
    trust = TrustFile(service.home, KeyStore(service.home / DIRECTORY), utc_now)
    ports = Ports(
        shelf=WalletStore(engine),
        outbox=OutboxStore(engine),
        store_key=DataKey.generate(SYSTEM_ENTROPY),
        correspondent=client,
        log=Log(service.base, lambda: log_key),
        trust=trust.current,
        clock=utc_now,
        entropy=SYSTEM_ENTROPY,
        base=service.base,
    )
    try:
        yield HostileWallet(Wallets(ports), client)
    finally:
        await outbound.aclose()
        await engine.dispose()


def unaltered(content: bytes) -> bytes:
    """Return the answer as it is."""
    return content


def with_forged_claim(content: bytes) -> bytes:
    """Return the answer with the value of one disclosed claim replaced by another."""
    form = dict(parse_qsl(content.decode("ascii"), strict_parsing=True))
    token = loads_object(form["vp_token"])
    forged: JsonObject = {
        name: [_forge(str(each)) for each in presentations]
        for name, presentations in token.items()
        if isinstance(presentations, list)
    }
    form["vp_token"] = dumps(forged).decode()
    return urlencode(form).encode("ascii")


def _forge(presentation: str) -> str:
    issuer_jwt, first, *rest = presentation.split("~")
    salt_name_value = loads(base64url.decode(first))
    if not isinstance(salt_name_value, list):
        return presentation
    forged = base64url.encode(dumps([*salt_name_value[:-1], FORGED]))
    return "~".join((issuer_jwt, forged, *rest))
