"""A small world: two authorities, 200 households, a clock, an HTTP client, a wallet's steps."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
from fastapi import FastAPI, Request
from sqlalchemy.ext.asyncio import AsyncEngine

from issuers.catalogue import every_kind
from issuers.endpoints import routes
from issuers.issuer import Issuers
from issuers.status.signing_keys import CertifiedSigner
from issuers.store import IssuersStore, SqlSourceOfRecord
from issuers.surroundings import Surroundings
from keys.authority import CertificateAuthority
from keys.encryption_key import DecryptionKey
from keys.role import Role
from keys.signer import SoftwareSigner
from keys.strict_json import JsonObject, loads_object
from keys.trust_list import TrustEntry, TrustList
from keys.x5c import to_base64
from standards.openid4vci.proof import ProofClaims, make_proof
from tests.problems import answer_web_error
from web.errors import Unauthorised, WebError

BASE = "https://issuers.example"
NOW = datetime(2026, 11, 22, 3, 25, 41, tzinfo=UTC)
AS_OF = date(2026, 11, 22)
HOUSEHOLDS = 200
REGISTRY = f"{BASE}/issuers/resident-registry"
TAXES = f"{BASE}/issuers/national-tax-service"
GRANT = "urn:ietf:params:oauth:grant-type:pre-authorized_code"
OPERATOR = {"Authorization": "Bearer operator"}


@dataclass
class MovableClock:
    """A clock that stands still until it is moved."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


class FreshKeys:
    """Keys made at the first use, certified by roots of their own.

    Nobody restarts a test's room to renew them, so they last for whoever moves the clock.
    """

    days = 3 * 365

    def __init__(self) -> None:
        self.roots = {
            role: CertificateAuthority.create(role.value, role, NOW, country="KR") for role in Role
        }
        self.made: dict[tuple[Role, str], CertifiedSigner] = {}
        self.decrypting: dict[str, tuple[DecryptionKey, ...]] = {}

    def issuing(self, authority: str) -> CertifiedSigner:
        return self._made(Role.ISSUER, authority)

    def status(self, authority: str) -> CertifiedSigner:
        return self._made(Role.STATUS, authority)

    def encryption(self, authority: str) -> tuple[DecryptionKey, ...]:
        if authority not in self.decrypting:
            retiring = DecryptionKey.generate("retiring")
            self.decrypting[authority] = (DecryptionKey.generate("newest"), retiring)
        return self.decrypting[authority]

    def trust(self) -> TrustList:
        """Everybody's roots, trusted as long as they last."""
        entries = tuple(
            TrustEntry.of(role, root.anchor.certificate, now=NOW - timedelta(days=1))
            for role, root in self.roots.items()
        )
        return TrustList(entries, NOW, NOW + timedelta(days=3650), timedelta(hours=1))

    def _made(self, role: Role, authority: str) -> CertifiedSigner:
        if (role, authority) not in self.made:
            signer = SoftwareSigner.generate()
            names = ("issuers.example",)
            chain = self.roots[role].issue(
                signer.public, authority, now=NOW, dns_names=names, days=self.days
            )
            x5c = tuple(map(to_base64, chain))
            self.made[role, authority] = CertifiedSigner(signer, x5c)
        return self.made[role, authority]


def authorize(request: Request, role: str) -> str:
    if request.headers.get("authorization") != f"Bearer {role}":
        raise Unauthorised
    return role


@dataclass
class World:
    """The room behind HTTP, and a wallet's few steps."""

    issuers: Issuers
    engine: AsyncEngine
    clock: MovableClock
    keys: FreshKeys
    http: httpx2.AsyncClient
    holders: list[SoftwareSigner] = field(default_factory=list)

    async def order(self, **order: Any) -> JsonObject:
        """Order an offer at the operator's desk; the answer must be 200."""
        body = {"kind": "resident-register", "to": "demo", **order}
        answer = await self.http.post("/issuers/operator/offers", json=body, headers=OPERATOR)
        assert 200 == answer.status_code, answer.text
        return loads_object(answer.content)

    async def code(self, **order: Any) -> str:
        """Return the pre-authorized code of a new offer without transaction code."""
        return code_in(await self.order(**order))

    async def redeem(self, code: str, *, issuer: str = REGISTRY, **more: str) -> httpx2.Response:
        """Bring a code to the token endpoint."""
        form = {"grant_type": GRANT, "pre-authorized_code": code, **more}
        return await self.http.post(f"{issuer}/token", data=form)

    async def access(self, *, issuer: str = REGISTRY, **order: Any) -> str:
        """Return an access token from a fresh offer."""
        answer = await self.redeem(await self.code(**order), issuer=issuer)
        assert 200 == answer.status_code, answer.text
        return str(answer.json()["access_token"])

    async def nonce(self, issuer: str = REGISTRY) -> str:
        """Return a fresh c_nonce."""
        return str((await self.http.post(f"{issuer}/nonce")).json()["c_nonce"])

    def prove(
        self,
        nonce: str | None,
        *,
        issuer: str = REGISTRY,
        signer: SoftwareSigner | None = None,
        at: datetime | None = None,
    ) -> str:
        """Return a key proof by ``signer``, a new key when none is given."""
        if signer is None:
            signer = SoftwareSigner.generate()
            self.holders.append(signer)
        return make_proof(ProofClaims(issuer, nonce, at or self.clock.now), signer)

    async def ask(
        self, access: str, body: JsonObject, *, issuer: str = REGISTRY
    ) -> httpx2.Response:
        """Ask the credential endpoint."""
        headers = {"Authorization": f"Bearer {access}"}
        return await self.http.post(f"{issuer}/credential", json=body, headers=headers)

    async def request(self, *proofs: str, kind: str = "resident-register") -> JsonObject:
        """Return a credential request for a kind with these proofs."""
        return {"credential_configuration_id": kind, "proofs": {"jwt": [*proofs]}}

    async def issue(
        self, *, kind: str = "resident-register", copies: int = 1, **order: Any
    ) -> list[str]:
        """Go the whole way and return the copies of one certificate."""
        issuer = self.issuers.catalogue.kind(kind).authority.identifier(BASE)
        access = await self.access(issuer=issuer, kind=kind, **order)
        nonce = await self.nonce(issuer)
        proofs = [self.prove(nonce, issuer=issuer) for _ in range(copies)]
        body = await self.request(*proofs, kind=kind)
        answer = await self.ask(access, body, issuer=issuer)
        assert 200 == answer.status_code, answer.text
        return [entry["credential"] for entry in answer.json()["credentials"]]


def code_in(offered: JsonObject) -> str:
    """Return the code inside an offer handed out by value."""
    return str(offer_in(offered)["grants"][GRANT]["pre-authorized_code"])


def offer_in(offered: JsonObject) -> Any:
    """Return the Credential Offer inside a link, by value."""
    query = parse_qs(urlsplit(str(offered["credential_offer_uri"])).query)
    return loads_object(query["credential_offer"][0])


def room(engine: AsyncEngine, keys: FreshKeys, clock: Callable[[], datetime]) -> Issuers:
    """Return the façade over one database."""
    return Issuers(
        every_kind(),
        IssuersStore(engine),
        SqlSourceOfRecord(engine),
        keys,
        Surroundings(BASE, b"s" * 32, clock, keys.trust, os.urandom),
    )


def application_of(issuers: Issuers) -> FastAPI:
    """Return the room's addresses as an application of their own."""
    application = FastAPI()
    application.include_router(routes(issuers, authorize))
    application.add_exception_handler(WebError, answer_web_error)
    return application


def client_of(issuers: Issuers) -> httpx2.AsyncClient:
    """Return an HTTP client that calls the room's addresses."""
    transport = httpx2.ASGITransport(application_of(issuers))
    return httpx2.AsyncClient(transport=transport, base_url=BASE)
