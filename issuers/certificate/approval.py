"""Which applications an officer decides about before anything is issued."""

from enum import StrEnum
from typing import assert_never

from consent.forms.statutory import StatutoryView


class Approval(StrEnum):
    """Whose papers of a kind wait for an officer's decision, whatever an order says besides.

    Under a view somebody outside the household is given a part of another's record: the law wants
    the claim against that person proven, and an authority may want a second officer to look at it.
    """

    NEVER = "never"
    UNDER_A_VIEW = "under-a-view"
    ALWAYS = "always"


def needs_approval(approval: Approval, view: StatutoryView | None, *, ordered: bool) -> bool:
    """Tell whether a certificate waits; ``ordered`` is what the order itself asks for."""
    match approval:
        case Approval.NEVER:
            return ordered
        case Approval.UNDER_A_VIEW:
            return ordered or view is not None
        case Approval.ALWAYS:
            return True
        case _:
            assert_never(approval)
