"""From the fields of a form to an order: read once, here, into what the rules know."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Final

from consent.forms.statutory import StatutoryView
from issuers.catalogue import AnyKind
from issuers.certificate.kind import Purpose
from issuers.clerks import Clerk
from issuers.desk.desk import Desk
from issuers.errors import IssuerError, IssuerFailure
from issuers.offers.offer import By, GrantType, Order
from issuers.offers.years import years_open
from issuers.pages.rooms import Rooms
from issuers.register.citizens import NOBODY
from issuers.source.records import Person
from web.form import Form

# What a form prints on one line.
_LINE: Final = re.compile(r"[^\x00-\x1f\x7f-\x9f\u2028\u2029]{1,100}")

_YEAR: Final = re.compile(r"[0-9]{4}")


def line(form: Form, name: str) -> str:
    """Return one line of text that must be there, or raise `IssuerError` (malformed)."""
    text = form.one(name).strip()
    if _LINE.fullmatch(text) is None:
        raise IssuerError(IssuerFailure.MALFORMED, f"{name} is one line of 1 to 100 characters")
    return text


def day(form: Form, name: str) -> date:
    """Return a day that must be there, or raise `IssuerError` (malformed)."""
    try:
        return date.fromisoformat(form.one(name))
    except ValueError:
        raise IssuerError(IssuerFailure.MALFORMED, f"{name} is a day") from None


def order_of(form: Form, kind: AnyKind, citizen: str, *, about: str = "") -> Order:
    """Return the order in a form of `issuers/order.html`; ``about`` is a handle, empty for self.

    The offer travels by reference: what a picture or a link holds is an address alone.
    """
    return Order(
        kind=kind.name,
        citizen=citizen,
        purpose=_purpose(form, kind),
        with_tx_code=form.one("tx_code") == "yes",
        by=By.REFERENCE,
        about=about,
        options=_options(form, kind),
        view=_view(form),
        needs_decision=form.one("decision") == "yes",
        mandate=form.one("mandate"),
        grant=_grant(form),
        year=_year(form),
    )


def whom(form: Form, relatives: Sequence[Person]) -> str:
    """Return the handle of the relative that was chosen by place, empty for oneself.

    A place there is not is nobody's, and refused like a stranger.
    """
    chosen = form.one("whose")
    if not chosen:
        return ""
    places = {str(place): person.citizen for place, person in enumerate(relatives)}
    return places.get(chosen, NOBODY)


async def about_whom(form: Form, desk: Desk, clerk: Clerk) -> str:
    """Return the handle of whom a certificate is to be about, empty for the applicant.

    Whoever is not found by what was typed is nobody, and refused where a stranger is refused, by
    the same steps: neither answer nor time may tell whether there is such a person (주민등록법
    시행규칙 §13의2).
    """
    typed = form.one("about").strip()
    if not typed:
        return ""
    found = await desk.find_citizens(typed, clerk)
    return found[0].citizen if len(found) == 1 else NOBODY


def years_for(rooms: Rooms, kind: AnyKind) -> tuple[int, ...]:
    """Return the years a kind can be ordered for today; none for what no year's job makes."""
    return years_open(rooms.issuers.desk.till.today()) if kind.is_yearly else ()


def _purpose(form: Form, kind: AnyKind) -> Purpose:
    """Return the purpose; forms with a fixed choice also have a detail and a payer."""
    name = line(form, "purpose")
    if not kind.purposes:
        return Purpose(name)
    detail, payer = (line(form, each) if form.one(each).strip() else None for each in _DETAILS)
    return Purpose(name, detail, payer)


def _options(form: Form, kind: AnyKind) -> tuple[tuple[str, str], ...]:
    """Return what was chosen; the kind itself says whether that can be chosen."""
    chosen = ((option.name, form.one(f"option-{option.name}")) for option in kind.options)
    return tuple((name, choice) for name, choice in chosen if choice)


def _grant(form: Form) -> GrantType:
    """Return how a wallet takes it; a code in the offer unless the other way was ticked."""
    if form.one("grant") == GrantType.AUTHORIZATION_CODE.value:
        return GrantType.AUTHORIZATION_CODE
    return GrantType.PRE_AUTHORIZED_CODE


def _year(form: Form) -> int | None:
    """Return the year it is ordered for, None for now; whether it is open, the desk knows."""
    typed = form.one("year")
    if typed and _YEAR.fullmatch(typed) is None:
        raise IssuerError(IssuerFailure.MALFORMED, "year is one that is listed")
    return int(typed) if typed else None


def _view(form: Form) -> StatutoryView | None:
    text = form.one("view")
    if not text:
        return None
    if text not in set(StatutoryView):
        raise IssuerError(IssuerFailure.UNKNOWN_VIEW, "choose a view that is listed")
    return StatutoryView(text)


_DETAILS: Final = ("purpose_detail", "payer")
