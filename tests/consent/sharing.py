"""One pair with its consent, and every event of it as it is submitted with its deposit."""

import os
import uuid
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from consent.forms.deposit import Deposit
from consent.forms.receipt import EntryProof
from consent.forms.record import ConsentRecord, EventState
from consent.forms.submission import NewEntry, PairSecret
from consent.forms.terms import Terms
from consent.ledger import Ledger
from tests.consent.world import World, record_example, terms_example


def one_time() -> Terms:
    return replace(terms_example(), periodic=None, until=None, uses=1)


def counted(uses: int, until: datetime | None = None) -> Terms:
    return replace(terms_example(), periodic=None, until=until, uses=uses)


def pair_of() -> PairSecret:
    return PairSecret(os.urandom(32), os.urandom(32))


@dataclass
class Sharing:
    """A holder and a party, the terms between them, and the consent once it is given."""

    ledger: Ledger
    world: World
    terms: Terms = field(default_factory=one_time)
    pair: PairSecret = field(default_factory=pair_of)
    consent: ConsentRecord | None = None

    def record(self, state: EventState, **changes: Any) -> ConsentRecord:
        """A record of the pair at the world's time; a consent belongs to itself."""
        record = record_example(self.pair.label, state, self.terms)
        record_id = str(uuid.uuid4())
        if state is EventState.GIVEN:
            consent_id: str | None = record_id
        else:
            consent_id = self.consent.record_id if self.consent is not None else None
        changes = {
            "record_id": record_id,
            "consent_id": consent_id,
            "event_time": self.world.now,
            **changes,
        }
        return replace(record, **changes)

    def deposit(self, record: ConsentRecord, **changes: Any) -> Deposit:
        return replace(Deposit(record, os.urandom(32), self.terms), **changes)

    def token(self, deposit: Deposit, *, key: str | None = None, **changes: Any) -> str:
        """The submission that a deposit is for, signed by whoever may write it."""
        record = deposit.record
        commitment = record.commitment(deposit.salt)
        entry = NewEntry(record.entry_type, record.label, commitment, key or os.urandom(8).hex())
        sign = self.world.by_holder if record.by_holder else self.world.by_party
        return sign(entry, self.pair, **{"deposit": deposit, **changes})

    async def write(self, state: EventState, **changes: Any) -> EntryProof:
        """Submit an event of this state."""
        record = self.record(state, **changes)
        if state is EventState.GIVEN:
            self.consent = record
        return await self.ledger.submit(self.token(self.deposit(record)))

    async def given(self) -> "Sharing":
        """Return this sharing with its consent given."""
        await self.write(EventState.GIVEN)
        return self
