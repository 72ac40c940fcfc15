"""Looking up a pair's entries, or one record, for a case: in the log before it is shown.

Whoever looks is seen: the citizen finds in the history who looked, in which case, and why. Paging
through the log, which the whole public may read, is no look-up and leaves nothing.
"""

import hashlib
import re
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from consent.appending import Appending
from consent.errors import ConsentError, ConsentFailure
from consent.forms.entry import EntryType, Leaf
from consent.forms.reading import ReadRecord
from consent.forms.reason import Reason
from consent.forms.record import Asked, ConsentRecord, EventState, Evidence
from consent.forms.terms import Party
from consent.log_files import LogFiles
from consent.ports import Deposits
from consent.records import KeptRecord, Records
from keys.entropy import SYSTEM_ENTROPY, Entropy

# Why somebody may look; the first is what a page offers first.
REASONS: Final = (Reason.COMPLAINT, Reason.COURT_ORDER, Reason.INSPECTION)
# What was looked up stays on its page for a working day; then looking again is seen again.
SHOWN_FOR: Final = timedelta(hours=8)

# A file number of an authority or a court, such as 2026고합17: no room for a person's name.
_CASE: Final = re.compile(r"(?=.*[0-9])[\w()./-]{2,32}")
_CONTEXT: Final = b"mydata-look-up-v1"
_ALL_OF_LABEL: Final = "label"
_NO_REQUEST: Final = b""
# What the log says of itself has no record and no pair.
_OF_NOBODY: Final = frozenset({EntryType.MAP, EntryType.ROTATED, EntryType.FROZEN})


@dataclass(frozen=True, slots=True)
class Order:
    """Who looks, in which case, why, and on a screen in which language (BCP 47)."""

    auditor: Party
    case: str
    reason: Reason
    language: str

    def check(self) -> None:
        """Raise `ConsentError` (malformed) for a case that is none, or a reason not to look."""
        if not _CASE.fullmatch(self.case):
            raise _malformed("a case number is 2 to 32 letters and digits, without spaces")
        if self.reason not in REASONS:
            raise _malformed("a look-up has a complaint, a court order or an inspection behind it")


@dataclass(frozen=True, slots=True)
class LookedUp:
    """What one look-up permits: ``index`` is the entry of the record, None for the whole label."""

    label: bytes
    index: int | None
    looker: Party
    at: datetime


class LookingUp:
    """Filing look-ups and showing what they are for; every method raises `ConsentError`."""

    def __init__(
        self,
        deposits: Deposits,
        records: Records,
        appending: Appending,
        files: LogFiles,
        *,
        clock: Callable[[], datetime],
        entropy: Entropy = SYSTEM_ENTROPY,
    ) -> None:
        self._deposits = deposits
        self._records = records
        self._appending = appending
        self._files = files
        self._clock = clock
        self._entropy = entropy

    async def label(self, label: bytes, order: Order) -> int:
        """File a look-up of all entries of a pair's label; return the index of the filed entry."""
        state = await self._deposits.label_state(label, _NO_REQUEST)
        if state.keys is None or state.keys.mac_key is None:
            raise _absent()
        return await self._file(label, _ALL_OF_LABEL, None, order)

    async def record(self, index: int, order: Order) -> int:
        """File the opening of one entry's record; return the index of the filed entry."""
        kept = await self._kept(index)
        consent_id = kept.deposit.record.consent_id if kept.deposit is not None else None
        return await self._file(kept.leaf.label, f"entry.{index}", consent_id, order)

    async def filed(self, index: int, auditor: str) -> LookedUp:
        """Return what the look-up filed at ``index`` permits its own auditor; not_found else."""
        kept = await self._kept(index)
        record = kept.deposit.record if kept.deposit is not None else None
        if record is None or record.event_state is not EventState.LOOKED_UP:
            raise _absent()
        if record.controller.id != auditor or self._clock() - record.event_time > SHOWN_FOR:
            raise _absent()
        [looked_at] = record.asked.requested
        entry = looked_at.partition(".")[2]
        of_record = int(entry) if entry else None
        return LookedUp(record.label, of_record, record.controller, record.event_time)

    async def open(self, index: int) -> ReadRecord:
        """Return an entry's record as far as it can still be opened; call only after filing."""
        return (await self._kept(index)).read()

    async def open_all(self, indexes: Sequence[int], order: Order) -> list[ReadRecord]:
        """File the opening of each record, then return them: what a case is given."""
        for index in indexes:
            await self.record(index, order)
        return [await self.open(index) for index in indexes]

    async def _file(self, label: bytes, what: str, consent_id: str | None, order: Order) -> int:
        order.check()
        now = self._clock()
        request = hashlib.sha256(_CONTEXT + self._entropy(32)).digest()
        record = ConsentRecord(
            record_id=str(uuid.UUID(bytes=request[:16], version=4)),
            event_state=EventState.LOOKED_UP,
            event_time=now.replace(microsecond=0),
            label=label,
            controller=Party(order.auditor.id, f"{order.auditor.name} · {order.case}"),
            asked=Asked(requested=(what,)),
            evidence=Evidence(),
            language=order.language,
            jurisdiction="KR",
            consent_id=consent_id,
            reason=order.reason,
        )
        proof = await self._appending.write_own(
            EntryType.AUDITED, label, record=record, request=request[:16], now=now
        )
        return proof.index

    async def _kept(self, index: int) -> KeptRecord:
        leaf = Leaf.parse((await self._files.prove(index)).leaf)
        if leaf.type in _OF_NOBODY:
            raise _absent()
        kept = await self._records.of_label(leaf.label, first=leaf.number, limit=1)
        if not kept or kept[0].index != index:
            raise _absent()
        return kept[0]


def _absent() -> ConsentError:
    return ConsentError(ConsentFailure.NOT_FOUND, "there is no such record to be looked up")


def _malformed(detail: str) -> ConsentError:
    return ConsentError(ConsentFailure.MALFORMED, detail)
