"""The issue book (발급대장, 주민등록법 시행규칙 §13⑧): what was issued, and its life since.

No claim is in it: numbers, handles, times, reasons. Each certificate is one entry, however many
copies a wallet fetched of it.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from issuers.errors import IssuerError, IssuerFailure
from issuers.issuance.issuing import Certificate
from issuers.status.standing import Action
from standards.status_list.bits import Status

# What one page of the book holds at most; more is read page by page.
PAGE_LIMIT = 100
# What a register can mean; at the ends of the calendar days cannot be counted on.
YEARS = range(1900, 3000)


class CertificateState(StrEnum):
    """What people read of a certificate: its status, and whether its time is over."""

    VALID = "valid"
    REVOKED = "revoked"
    SUSPENDED = "suspended"
    OUTDATED = "outdated"
    EXPIRED = "expired"


class Delivery(StrEnum):
    """What became of the certificate at the wallet, as far as the wallet has told."""

    ISSUED = "issued"
    ACCEPTED = "accepted"
    FAILED = "failed"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class StatusEvent:
    """One change in a certificate's life: when, what, why, and the name of who did it."""

    at: datetime
    action: Action
    reason: str
    by: str


@dataclass(frozen=True, slots=True)
class KeptCertificate:
    """An entry of the book.

    ``status`` is what the status list says, ``state`` what people read. ``reason`` is that of the
    last change, ``fee`` in won. ``history`` is there when one certificate is asked for, and empty
    in lists.
    """

    certificate: Certificate
    status: Status
    state: CertificateState
    reason: str | None = None
    delivery: Delivery = Delivery.ISSUED
    fee: int = 0
    history: tuple[StatusEvent, ...] = ()


@dataclass(frozen=True, slots=True)
class BookFilter:
    """What to look for in the book; what is left out limits nothing.

    ``since`` and ``until`` are moments of issue, the second one excluded. ``text`` is an issue
    number, or the handle of an applicant or subject.
    """

    kind: str | None = None
    status: CertificateState | None = None
    since: datetime | None = None
    until: datetime | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class BookCursor:
    """Where the next, earlier page begins: a second of issue, and how many of it were read.

    It holds no issue number, so it may stand in an address.
    """

    at: int
    read: int

    @classmethod
    def parse(cls, text: str) -> "BookCursor":
        """Return the cursor in its text, or raise `IssuerError` (malformed)."""
        match text.split("."):
            case [at, read] if _is_count(at) and _is_count(read):
                return cls(int(at), int(read))
            case _:
                detail = "before is what the page after it gave as earlier"
                raise IssuerError(IssuerFailure.MALFORMED, detail)

    def __str__(self) -> str:
        return f"{self.at}.{self.read}"


@dataclass(frozen=True, slots=True)
class BookPage:
    """Some entries, the latest first; ``earlier`` is None on the last page."""

    entries: tuple[KeptCertificate, ...]
    earlier: BookCursor | None


def state_of(status: Status, *, expires_at: datetime, now: datetime) -> CertificateState:
    """Return what people read; what was revoked is called so for ever, all else ends."""
    if status is not Status.INVALID and now >= expires_at:
        return CertificateState.EXPIRED
    match status:
        case Status.VALID:
            return CertificateState.VALID
        case Status.INVALID:
            return CertificateState.REVOKED
        case Status.SUSPENDED:
            return CertificateState.SUSPENDED
        case Status.APPLICATION_SPECIFIC:
            return CertificateState.OUTDATED


def check_number(number: str) -> str:
    """Return what can be an issue number, or raise `IssuerError` (unknown_certificate)."""
    if _NUMBER.fullmatch(number) is None:
        raise unknown_certificate()
    return number


def unknown_certificate() -> IssuerError:
    """Return the one error for a number nobody has, and for another authority's (H90)."""
    detail = "no certificate of this desk has this issue number"
    return IssuerError(IssuerFailure.UNKNOWN_CERTIFICATE, detail)


_NUMBER = re.compile(r"[0-9-]{1,32}")
# More digits than any second or page has, and within what a database's integer holds.
_MOST_DIGITS = 12


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS
