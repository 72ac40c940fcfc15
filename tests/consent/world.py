"""A small world for the ledger: keys, parties, terms, records, and how to open a ledger."""

import os
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncEngine

from app.database import sqlite_engine
from consent.forms.entry import EntryType
from consent.forms.record import (
    Asked,
    ConsentRecord,
    EventState,
    Evidence,
    HolderKey,
    TermsBinding,
)
from consent.forms.submission import NewEntry, PairSecret, sign_submission
from consent.forms.terms import (
    LocalText,
    Party,
    Periodic,
    Purpose,
    Retention,
    Terms,
    Withdrawal,
)
from consent.ledger import Ledger, LedgerKeys
from consent.quota import Quota
from consent.sequencing import AuthorisedEntry, LabelKeys
from consent.store import ConsentStore, metadata
from consent.store.journal import Journal
from keys.authority import CertificateAuthority
from keys.jwk import Algorithm
from keys.role import Role
from keys.sealing import DataKey
from keys.signer import SoftwareSigner
from keys.trust_list import TrustEntry, TrustList
from keys.x5c import to_x5c

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
ORIGIN = "mydata.example/consent/2026"


def terms_example() -> Terms:
    text = LocalText("대출 심사", "Loan assessment", "融資審査")
    return Terms(
        purpose=Purpose("loan-assessment", text),
        sender="국세청",
        receiver=Party("kr-110111-0000001", "미리내은행"),
        information=("members.*.name", "address"),
        periodic=Periodic("P1M"),
        until=datetime(2027, 11, 22, tzinfo=UTC),
        retention=Retention("P5Y", LocalText("5년", "Five years", "5年")),
        legal_basis="개인정보 보호법 제35조의2",
        notice_uri="https://bank.example/notice/3",
        notice_sha256=bytes(range(32)),
        withdrawal=Withdrawal(
            LocalText("앱에서 철회", "Withdraw in the app", "アプリで撤回"),
            "https://bank.example/withdraw",
        ),
    )


def record_example(
    label: bytes = bytes(32), state: EventState = EventState.GIVEN, terms: Terms | None = None
) -> ConsentRecord:
    return ConsentRecord(
        record_id=str(uuid.UUID(int=0x1234, version=4)),
        event_state=state,
        event_time=NOW,
        label=label,
        controller=Party("kr-110111-0000001", "미리내은행"),
        asked=Asked(
            ("address", "birthdate"), ("birthdate",), ("address",), ("https://i/types/r/1",)
        ),
        evidence=Evidence(
            request_sha256=bytes(32),
            terms_sha256=terms.sha256() if terms is not None else None,
            terms_binding=TermsBinding.SHOWN,
            disclosure_commitment=bytes([7]) * 32,
            key=HolderKey.DEVICE,
        ),
        language="ko",
        jurisdiction="KR",
    )


def authorised(
    label: bytes | None = None,
    *,
    opens: bool = True,
    type_: EntryType = EntryType.CONSENT,
    request: bytes | None = None,
    commitment: bytes | None = None,
) -> AuthorisedEntry:
    entry = NewEntry(type_, label or os.urandom(32), commitment or os.urandom(32), "k" * 22)
    keys = LabelKeys(b"sealed", "holder") if opens else None
    return AuthorisedEntry(entry, request or os.urandom(16), keys)


@dataclass
class World:
    """A log's keys, a registered relying party and a stranger with a root of its own."""

    log_signer: SoftwareSigner = field(
        default_factory=lambda: SoftwareSigner.generate(Algorithm.ED25519)
    )
    data_key: DataKey = field(default_factory=DataKey.generate)
    party_signer: SoftwareSigner = field(default_factory=SoftwareSigner.generate)
    holder_signer: SoftwareSigner = field(default_factory=SoftwareSigner.generate)
    now: datetime = NOW

    def __post_init__(self) -> None:
        self.authority = CertificateAuthority.create("Registrar", Role.VERIFIER, NOW)
        self.x5c = self.chain_of(self.authority, "kr-110111-0000001")
        entry = TrustEntry.of(Role.VERIFIER, self.authority.anchor.certificate, now=NOW)
        lifetime = timedelta(days=30)
        self.trust_list = TrustList((entry,), NOW, NOW + lifetime, timedelta(hours=1))

    def chain_of(self, authority: CertificateAuthority, organisation: str) -> list[str]:
        chain = authority.issue(
            self.party_signer.public, "미리내은행", now=NOW, organization_id=organisation
        )
        return [str(each) for each in to_x5c(chain)]

    def ledger(
        self, engine: AsyncEngine, *, anchor: Path | None = None, quota: Quota | None = None
    ) -> Ledger:
        return Ledger(
            ConsentStore(engine),
            LedgerKeys(ORIGIN, self.log_signer, self.data_key),
            trust=lambda: self.trust_list,
            clock=lambda: self.now,
            anchor=anchor,
            quota=quota,
        )

    def by_holder(self, entry: NewEntry, pair: PairSecret, **changes: object) -> str:
        options: dict[str, object] = {"audience": ORIGIN, "signer": self.holder_signer}
        return sign_submission(entry, pair=pair, **(options | {"opens": True} | changes))  # type: ignore[arg-type]  # a test varies any of them

    def by_party(self, entry: NewEntry, pair: PairSecret, **changes: object) -> str:
        options: dict[str, object] = {"audience": ORIGIN, "signer": self.party_signer}
        return sign_submission(entry, pair=pair, **(options | {"x5c": self.x5c} | changes))  # type: ignore[arg-type]  # the same


def journal_of(ledger: Ledger) -> Journal:
    """Return the writer inside a ledger, for tests that make it fail."""
    journal = ledger._journal
    assert isinstance(journal, Journal)
    return journal


async def fresh_engine(path: Path) -> AsyncEngine:
    engine = sqlite_engine(path)
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    return engine
