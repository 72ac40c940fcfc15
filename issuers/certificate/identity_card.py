"""What mobile identity cards share: ages, pictures, whose they are, how long one is good.

They are ISO mdocs (ISO/IEC 18013-5): claims stand in namespaces, and every element is shown whole.
Where that standard names an element, in whichever document, it has that name here; what it has no
name for stands in a namespace of its own (section 7.2.8).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Final, Protocol

from issuers.ages import age_on
from issuers.certificate.form import Field
from issuers.certificate.kind import Validity
from issuers.errors import IssuerError, IssuerFailure
from issuers.grounds import Ground
from issuers.label import Label
from keys import base64url

ISO: Final = "ISO/IEC 18013-5 표 5"
_DERIVED: Final = "derived by the authority from the birth date (만 나이), ISO/IEC 18013-5 §7.2.5"

# A wallet fetches the next edition in time: what it says, ages above all, is never much older.
_LIFE: Final = timedelta(days=90)
_LIFE_REASON: Final = "모바일 신분증 갱신 주기 90일"


def picture(octets: bytes) -> str:
    """Return a picture as a claim has it, base64url."""
    return base64url.encode(octets)


def good_until(issued_on: date, card_until: date | None = None) -> Validity:
    """Return the last day: ninety days, and never beyond that of the card itself."""
    until = issued_on + _LIFE
    if card_until is not None and card_until < until:
        return Validity(card_until, "신분증 유효기간")
    return Validity(until, _LIFE_REASON)


@contextmanager
def on_record() -> Iterator[None]:
    """Tell who has no card by its own reason: not_entitled in place of unknown_citizen."""
    try:
        yield
    except IssuerError as error:
        if error.failure is not IssuerFailure.UNKNOWN_CITIZEN:
            raise
        detail = "there is no such card on record: apply for the card itself first"
        ground = Ground.NO_SUCH_RECORD
        raise IssuerError(IssuerFailure.NOT_ENTITLED, detail, ground=ground) from None


class Aged(Protocol):
    """A card on a day: it signs how old its bearer is then."""

    @property
    def issued_on(self) -> date:
        """The day it is signed."""
        ...

    @property
    def born_on(self) -> date:
        """The bearer's birth date."""
        ...


def reached(years: int) -> Field[Aged]:
    """Return an age attestation, ``age_over_NN`` (section 7.2.5): no birth date need be shown."""
    return Field(
        f"age_over_{years}",
        Label(f"만 {years}세 이상", f"Aged {years} or over", f"満{years}歳以上"),
        lambda card: age_on(card.issued_on, card.born_on) >= years,
        article=_DERIVED,
    )
