"""What a failure means to the one who called."""

from enum import StrEnum


class Kind(StrEnum):
    """Ask otherwise, come back later, or look elsewhere; `verifiers.endpoints` makes it HTTP."""

    REFUSED = "refused"
    UNAVAILABLE = "unavailable"
    ABSENT = "absent"
    FLOODED = "flooded"
