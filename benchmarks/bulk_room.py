"""A worker of bulk jobs with keys of its own, over one database."""

import os
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncEngine

from benchmarks.year_orders import SECRET, YearOrders
from issuers.catalogue import AnyKind, every_kind
from issuers.issuance import issuing
from issuers.issuance.bulk import Chunk
from issuers.issuer import Issuers
from issuers.numbers.codes import IssuerSecret
from issuers.numbers.numbering import numbers_of
from issuers.offers.offer import Entitlement
from issuers.status.signing_keys import CertifiedSigner
from issuers.store import IssuersStore, SqlSourceOfRecord
from issuers.surroundings import Surroundings
from keys.authority import CertificateAuthority
from keys.encryption_key import DecryptionKey
from keys.role import Role
from keys.signer import SoftwareSigner
from keys.trust_list import TrustEntry, TrustList
from keys.x5c import to_base64
from standards.status_list.reference import StatusReference

BASE: Final = "https://taxes.example"
NOW: Final = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
KIND: Final[AnyKind] = every_kind().kind("tax-payment")


class Keys:
    """The tax service's two keys, certified by roots that are trusted."""

    def __init__(self) -> None:
        self._roots = {
            role: CertificateAuthority.create(role.value, role, NOW)
            for role in (Role.ISSUER, Role.STATUS)
        }
        self._made = {role: self._certified(role) for role in self._roots}

    def issuing(self, authority: str) -> CertifiedSigner:
        """Return the key that signs certificates."""
        return self._made[Role.ISSUER]

    def status(self, authority: str) -> CertifiedSigner:
        """Return the key that signs lists."""
        return self._made[Role.STATUS]

    def encryption(self, authority: str) -> tuple[DecryptionKey, ...]:
        """Nobody encrypts here."""
        return ()

    def trust(self) -> TrustList:
        """Return a list of the two roots."""
        entries = tuple(
            TrustEntry.of(role, root.anchor.certificate, now=NOW - timedelta(days=1))
            for role, root in self._roots.items()
        )
        return TrustList(entries, NOW, NOW + timedelta(days=365), timedelta(hours=1))

    def _certified(self, role: Role) -> CertifiedSigner:
        signer = SoftwareSigner.generate()
        chain = self._roots[role].issue(signer.public, "tax service", now=NOW, days=365)
        return CertifiedSigner(signer, tuple(map(to_base64, chain)))


class Room:
    """The issuers over a database, and what is measured of them."""

    def __init__(self, engine: AsyncEngine) -> None:
        keys = Keys()
        self.store = IssuersStore(engine)
        self.source = SqlSourceOfRecord(engine)
        around = Surroundings(BASE, SECRET, lambda: NOW, keys.trust, os.urandom)
        self.worker = Issuers(every_kind(), self.store, self.source, keys, around).bulk
        self.orders = YearOrders(engine, KIND)
        self._keys = keys.issuing("")
        self._record: object = None

    async def entitled(self, kind: AnyKind) -> list[str]:
        """Return who can have a certificate; the first one's is issued in memory."""
        found: list[str] = []
        async for page in self.store.bulk.everybody():
            chunk = Chunk(kind.name, NOW.year, tuple(page), ())
            found += (await self.worker.decide(chunk, self.source)).ready
        numbers = numbers_of(b"o" * 32, IssuerSecret(SECRET))
        mine = Entitlement(kind.authority.name, kind.name, found[0], kind.purpose)
        self._record = await kind.read(
            self.source, issuing.application_for(mine, numbers, now=NOW)
        )
        return found

    def issue(self) -> str:
        """State and sign one certificate, as every copy is."""
        statement = issuing.state(KIND, self._record, None, base=BASE, now=NOW)
        return issuing.sign_copy(
            statement,
            self.orders.holder,
            StatusReference(f"{BASE}/issuers/national-tax-service/status/0", 4711),
            keys=self._keys,
            entropy=os.urandom,
        )
