"""Whether the ledger has a use: the one word of a result that says so."""

from enum import StrEnum


class Recorded(StrEnum):
    """Whether the ledger has a use: it does, it will, or it would not take it afterwards."""

    DONE = "done"
    LATE = "late"
    REFUSED = "refused"
