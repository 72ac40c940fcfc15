"""A small world for the ledger: keys, parties, terms, records, and how to open a ledger."""

import os
import uuid
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import NullPool
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from app.database import sqlite_engine
from consent.forms.deposit import Deposit
from consent.forms.entry import EntryType
from consent.forms.legal_basis import LegalBasis
from consent.forms.notice import Notice, NoticeHashes
from consent.forms.offer import SharingFlow
from consent.forms.reason import Reason
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
    Receiver,
    Retention,
    Terms,
    Withdrawal,
)
from consent.ledger import Ledger, LedgerKeys
from consent.quota import Quota
from consent.sequencing import AuthorisedEntry, LabelKeys
from consent.store import ConsentStore, RecordKeyStore, metadata
from consent.store.journal import Journal
from consent.store.record_keys import metadata as key_metadata
from consent.store.writer_engine import sqlite_file, writer_engine
from consent.tlog.tlog_policy import Policy
from keys.authority import CertificateAuthority
from keys.jwk import Algorithm
from keys.role import Role
from keys.sealing import DataKey
from keys.signer import SoftwareSigner
from keys.trust_list import TrustEntry, TrustList
from keys.x5c import to_x5c

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
ORIGIN = "mydata.example/consent/2026"
RANDOM = bytes(range(32))


def terms_example() -> Terms:
    text = LocalText("대출 심사", "Loan assessment", "融資審査")
    return Terms(
        purpose=Purpose("loan-assessment", text),
        sender="국세청",
        receiver=Receiver("kr-110111-0000001", "미리내은행", "서울 중구 은행로 1", "02-100-0001"),
        information=("members.*.name", "address"),
        optional=("birthdate",),
        periodic=Periodic("P1M"),
        uses=12,
        until=datetime(2027, 11, 22, tzinfo=UTC),
        retention=Retention("P5Y", LocalText("5년", "Five years", "5年")),
        legal_basis=LegalBasis.TRANSMISSION_REQUEST.value,
        jurisdiction="KR",
        notice=Notice(
            "https://bank.example/notice",
            "3",
            NoticeHashes(bytes(range(32)), bytes(range(1, 33)), bytes(range(2, 34))),
        ),
        withdrawal=Withdrawal(
            LocalText("앱에서 철회", "Withdraw in the app", "アプリで撤回"),
            "https://bank.example/withdraw",
        ),
    )


def record_example(
    label: bytes = bytes(32), state: EventState = EventState.GIVEN, terms: Terms | None = None
) -> ConsentRecord:
    record_id = str(uuid.UUID(int=0x1234, version=4))
    is_retained = state is EventState.RETAINED
    return ConsentRecord(
        record_id=record_id,
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
            random=RANDOM if terms is not None else None,
            notice_sha256=bytes(range(32)),
            registration_sha256=bytes([8]) * 32,
            kb_sha256=bytes([9]) * 32,
            flow=SharingFlow.COUNTER,
        ),
        language="ko",
        jurisdiction="KR",
        consent_id=None if state is EventState.REFUSED else record_id,
        reason=Reason.TRANSMISSION_RECORD if is_retained else None,
        kept_until=NOW + timedelta(days=1095) if is_retained else None,
    )


# What was deposited with the entries that tests make, by commitment.
_DEPOSITS: dict[bytes, Deposit] = {}


def deposited(
    label: bytes, type_: EntryType, key: str, *, consent: NewEntry | None = None
) -> NewEntry:
    """An entry of this type whose deposit `World.by_holder` and `World.by_party` send along."""
    terms = replace(terms_example(), periodic=None, uses=9)
    record_id = str(uuid.uuid4())
    state = next((each for each in EventState if entry_type_of(each) is type_), EventState.GIVEN)
    consent_id = _DEPOSITS[consent.commitment].record.consent_id if consent is not None else None
    record = replace(
        record_example(label, state, terms),
        record_id=record_id,
        consent_id=record_id if state is EventState.GIVEN else consent_id,
    )
    deposit = Deposit(record, os.urandom(32), terms)
    commitment = record.commitment(deposit.salt)
    _DEPOSITS[commitment] = deposit
    return NewEntry(type_, label, commitment, key)


def entry_type_of(state: EventState) -> EntryType:
    return record_example(state=state).entry_type


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
        now = self.now
        self.authority = CertificateAuthority.create("Registrar", Role.VERIFIER, now)
        self.x5c = self.chain_of(self.authority, "kr-110111-0000001")
        entry = TrustEntry.of(Role.VERIFIER, self.authority.anchor.certificate, now=now)
        lifetime = timedelta(days=30)
        self.trust_list = TrustList((entry,), now, now + lifetime, timedelta(hours=1))

    def travel(self, now: datetime) -> None:
        """Go to another day, with certificates and a trust list of that day."""
        self.now = now
        self.__post_init__()

    def chain_of(self, authority: CertificateAuthority, organisation: str) -> list[str]:
        chain = authority.issue(
            self.party_signer.public, "미리내은행", now=self.now, organization_id=organisation
        )
        return [str(each) for each in to_x5c(chain)]

    def ledger(
        self,
        engine: AsyncEngine,
        *,
        anchor: Path | None = None,
        quota: Quota | None = None,
        witnesses: Policy | None = None,
    ) -> Ledger:
        return Ledger(
            ConsentStore(engine),
            LedgerKeys(ORIGIN, self.log_signer, self.data_key, witnesses=witnesses),
            record_keys=record_keys_beside(engine),
            trust=lambda: self.trust_list,
            clock=lambda: self.now,
            anchor=anchor,
            quota=quota,
        )

    def by_holder(self, entry: NewEntry, pair: PairSecret, **changes: object) -> str:
        options: dict[str, object] = {
            "audience": ORIGIN,
            "signer": self.holder_signer,
            "deposit": _DEPOSITS.get(entry.commitment),
        }
        return sign_submission(entry, pair=pair, **(options | {"opens": True} | changes))  # type: ignore[arg-type]  # a test varies any of them

    def by_party(self, entry: NewEntry, pair: PairSecret, **changes: object) -> str:
        options: dict[str, object] = {
            "audience": ORIGIN,
            "signer": self.party_signer,
            "deposit": _DEPOSITS.get(entry.commitment),
        }
        return sign_submission(entry, pair=pair, **(options | {"x5c": self.x5c} | changes))  # type: ignore[arg-type]  # the same


def record_keys_beside(engine: AsyncEngine) -> RecordKeyStore:
    """Return the key database beside a ledger's: a file in its folder, or its own schema."""
    file, keys = sqlite_file(engine), engine
    if file is not None:
        # Nothing is kept open that a test would have to close.
        path = file.with_name(f"{file.stem}-keys.sqlite")
        keys = create_async_engine(f"sqlite+aiosqlite:///{path}", poolclass=NullPool)
    writer = writer_engine(keys)
    with writer.begin() as connection:
        key_metadata.create_all(connection)
    writer.dispose()
    return RecordKeyStore(keys)


def journal_of(ledger: Ledger) -> Journal:
    """Return the writer inside a ledger, for tests that make it fail."""
    journal = ledger._sequencer._writer
    assert isinstance(journal, Journal)
    return journal


async def fresh_engine(path: Path) -> AsyncEngine:
    engine = sqlite_engine(path)
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    return engine
