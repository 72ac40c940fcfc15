"""How a consent stands: the words of the published rule (`consent.forms.states` is the rule)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from consent.forms.record import ConsentRecord


class ConsentState(StrEnum):
    """How a consent stands; in ``active`` alone may it be used."""

    ACTIVE = "active"
    USED_UP = "used_up"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    STOPPED = "stopped"
    ERASED = "erased"
    RETAINED = "retained"
    REFUSED = "refused"
    UNKNOWN = "unknown"


class DutyKind(StrEnum):
    """What the recipient owes: to stop using, to erase what it has."""

    STOP = "stop"
    ERASE = "erase"


@dataclass(frozen=True, slots=True)
class NumberedRecord:
    """A record with the number its entry has in the label."""

    number: int
    record: ConsentRecord


@dataclass(frozen=True, slots=True)
class Duty:
    """What a recipient owes since ``since``; ``overdue`` as of the fold, also when done late."""

    kind: DutyKind
    since: datetime
    due_at: datetime
    done_at: datetime | None
    overdue: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """How a consent stands as of ``at``.

    ``uses`` counts all there were; ``uses_left`` is None without a count, and 0 in every state but
    ``active``. ``next_use_at`` is when the cycle of the last use is over, None where nothing waits
    for a cycle.
    """

    state: ConsentState
    uses: int
    uses_left: int | None
    next_use_at: datetime | None
    duties: tuple[Duty, ...]
    at: datetime
