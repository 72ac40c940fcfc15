"""Shown codes by which consents were given and uses made: one code is for one institution.

A code in one step is signed for whoever reads it. The holder's record and every institution's name
it by the same hash, so here, where all are deposited, a second institution's use of it is found.
What is kept to find it is a keyed hash, for as long as a late use may still come.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from consent.forms.offer import SharingFlow
from consent.forms.record import ConsentRecord, EventState
from keys.sealing import DataKey

# Late uses are taken for thirty days (`consent.checking.LATE_LIMIT`), and a day either side.
KEPT: Final = timedelta(days=32)

_CONTEXT: Final = b"mydata-shown-code-v1"
_USES: Final = frozenset({EventState.USED, EventState.USED_LATE})


@dataclass(frozen=True, slots=True)
class CodeUse:
    """That a code was shown, or used by ``party``; None is its holder, who consented to it.

    ``name`` is 32 octets that only this ledger makes of the code. ``subject`` is the record's id.
    """

    name: bytes
    label: bytes
    subject: str
    party: str | None
    at: datetime

    @property
    def forgotten_at(self) -> datetime:
        """When no late use of the code is taken any more."""
        return self.at + KEPT


@dataclass(frozen=True, slots=True)
class Reuse:
    """A use of a code that another institution has used too; ``index`` is its entry."""

    index: int
    use: CodeUse


class Codes(Protocol):
    """Shown codes: who showed one and who used it; written with the entries that say so."""

    async def of_name(self, name: bytes) -> list[CodeUse]:
        """Return who showed and who used a code, in the order of the log."""
        ...

    async def untold(self, *, limit: int) -> list[Reuse]:
        """Return uses of codes that several used, and that no entry tells of yet."""
        ...

    async def tell(self, reuse: Reuse, told: int) -> None:
        """Note the entry that tells of a use; the first one stays."""
        ...

    async def told_of(self, party: str, *, first: int, limit: int) -> list[int]:
        """Return the entries, from index ``first`` on, that tell of a party's uses, in order."""
        ...

    async def count_reused(self) -> int:
        """Return how many of the codes that are remembered were used at several institutions."""
        ...

    async def forget(self, now: datetime) -> None:
        """Forget what no late use can come for any more."""
        ...


def code_use(record: ConsentRecord, data_key: DataKey) -> CodeUse | None:
    """Return what a record says of a shown code, None where it says nothing of one."""
    evidence, state = record.evidence, record.event_state
    request = evidence.request_sha256
    is_use = state in _USES
    if evidence.flow is not SharingFlow.SHOWN_CODE or request is None:
        return None
    if not is_use and state is not EventState.GIVEN:
        return None
    return CodeUse(
        data_key.mac(request, context=_CONTEXT),
        record.label,
        record.record_id,
        record.controller.id if is_use else None,
        record.event_time,
    )
