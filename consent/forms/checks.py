"""One named check of a receipt, and how it came out: proved, not shown, or failed.

*Not shown* is neither: what would prove it is not in the receipt, or rests on something that is
not there. Whoever needs it knows what to ask for.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from consent.errors import ConsentError
from keys.errors import KeysError
from standards.formats.errors import CredentialError
from standards.openid4vp.errors import RequestError
from standards.status_list.errors import StatusListError


class CheckName(StrEnum):
    """Everything a receipt can show, in the order in which it is checked."""

    LOG_PROOF = "log proof"
    COMMITMENT = "commitment"
    TERMS = "terms"
    NOTICE = "notice"
    HOLDER_SIGNATURE = "holder's signature"
    TRUST_LIST = "trust list of the day"
    REQUEST = "request"
    NONCE = "nonce opens to the terms"
    COUNTERSIGNATURE = "countersignature"
    KEY_BINDING_HASH = "key binding hash"
    ISSUER = "issuer's signature"
    KEY_BINDING = "key binding signature"
    DISCLOSURE = "disclosure commitment"
    DIGESTS = "disclosed digests"
    STATUS = "status of the day"


class Outcome(StrEnum):
    """How a check came out."""

    PROVED = "proved"
    NOT_SHOWN = "not shown"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Check:
    """One line of a report; ``reason`` says what is missing or wrong, never a value."""

    name: CheckName
    outcome: Outcome
    reason: str = ""

    def line(self) -> str:
        """Return the check as a line for people."""
        tail = f": {self.reason}" if self.reason else ""
        return f"{self.name.value}: {self.outcome.value}{tail}"


class NotShownError(Exception):
    """What would prove it is not there; the text says what that is."""


_REFUSALS: Final = (ConsentError, CredentialError, KeysError, RequestError, StatusListError)


def checked(name: CheckName, check: Callable[[], None]) -> Check:
    """Return how a check came out; it raises `NotShownError`, or any refusal of a standard."""
    try:
        check()
    except NotShownError as missing:
        return Check(name, Outcome.NOT_SHOWN, str(missing))
    except _REFUSALS as refused:
        return Check(name, Outcome.FAILED, refused.detail)
    return Check(name, Outcome.PROVED)
