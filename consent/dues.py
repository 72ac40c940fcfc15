"""What falls due under a label: who owes what until when, so that no tick has to read the log."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class DueKind(StrEnum):
    """What is owed: the first two by the recipient, the others by the ledger itself."""

    # stop using; erase, or say which law retains
    STOP = "stop"
    ERASE = "erase"
    # say that a consent has come to its end; destroy the records' keys
    EXPIRE = "expire"
    FORGET = "forget"


@dataclass(frozen=True, slots=True)
class Due:
    """One thing owed about one subject of a label.

    ``subject`` is the record_id of the consent, or of the record itself where it belongs to none.
    ``party`` is the recipient's registration id, None where the ledger owes. ``told`` says that
    the ledger has written down that it is overdue.
    """

    label: bytes
    subject: str
    kind: DueKind
    party: str | None
    since: datetime
    due_at: datetime
    done_at: datetime | None = None
    told: bool = False

    @property
    def is_waiting(self) -> bool:
        """Whether the ledger still has something to do about it when its time comes."""
        return self.done_at is None and not self.told


@dataclass(frozen=True, slots=True)
class DutyFilter:
    """Which duties of recipients are looked for: of one ``party``, or only the ``overdue`` ones.

    ``overdue`` None is every open duty, True those whose time has come, False the others.
    """

    party: str | None = None
    overdue: bool | None = None


@dataclass(frozen=True, slots=True)
class OpenDuty:
    """What a recipient has not done yet; nothing here names a person."""

    party: str
    kind: DueKind
    since: datetime
    due_at: datetime
    overdue: bool


class Dues(Protocol):
    """What falls due; all of a subject is replaced with the entry that changes it."""

    async def waiting(self, until: datetime, *, limit: int) -> list[Due]:
        """Return what has fallen due and still waits for the ledger, the oldest first."""
        ...

    async def open_duties(self, wanted: DutyFilter, *, now: datetime, limit: int) -> list[Due]:
        """Return what recipients have not done yet, the oldest due first."""
        ...

    async def clear(self, label: bytes, subject: str) -> None:
        """Forget all that is or was due of a subject."""
        ...

    async def settle(self, due: Due) -> None:
        """Take what has been done off the list, unless an entry has changed it meanwhile."""
        ...
