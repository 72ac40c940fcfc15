"""What operators send, read into types; whatever else is refused before any rule sees it."""

import re
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from consent.forms.statutory import StatutoryView
from issuers.certificate.kind import Purpose
from issuers.certificate.options import Chosen
from issuers.clerks import KIOSK, ONLINE, OPERATOR, Clerk
from issuers.errors import IssuerError, IssuerFailure
from issuers.grounds import Ground
from issuers.issuance.book import PAGE_LIMIT, YEARS, BookCursor, BookFilter, CertificateState
from issuers.issuance.issuing import KOREA
from issuers.offers.fees import Channel
from issuers.offers.offer import By, GrantType, Order
from issuers.register.citizens import check_handle, not_entitled
from keys.strict_json import JsonObject
from standards.members import Members, members

# An order, a reason or an address; nobody writes more at a counter.
BODY_LIMIT = 4 * 1024

# What a form prints on one line.
_LINE = re.compile(r"[^\x00-\x1f\x7f-\x9f\u2028\u2029]{1,100}")
# Electronic means that the citizen applies without an officer.
_CLERKS = {Channel.ELECTRONIC: ONLINE, Channel.COUNTER: OPERATOR, Channel.KIOSK: KIOSK}
_PRE_AUTHORIZED = "pre-authorized_code"
_GRANTS = {
    _PRE_AUTHORIZED: GrantType.PRE_AUTHORIZED_CODE,
    GrantType.AUTHORIZATION_CODE.value: GrantType.AUTHORIZATION_CODE,
}


def reader_of(body: JsonObject) -> Members:
    """Return a reader that refuses with `IssuerError` (malformed)."""
    return members(body, "body", malformed)


def parse_order(body: JsonObject) -> Order:
    """Return the order in a request body.

    Raises `IssuerError`: malformed, unknown_citizen, unknown_view, and not_entitled for somebody
    else who cannot even have a handle, as for one who has none.
    """
    reader = reader_of(body)
    return Order(
        kind=reader.text("kind"),
        citizen=check_handle(reader.text("to")),
        purpose=_purpose(reader),
        with_tx_code=reader.flag("tx_code", default=False),
        by=By(_one_of(reader, "by", By)) if reader.has("by") else By.VALUE,
        about=_about(reader),
        options=_options(reader),
        view=_view(reader),
        grant=_grant(reader),
        mandate=reader.optional_text("mandate") or "",
        needs_decision=reader.flag("decision", default=False),
        year=reader.optional_count("year"),
    )


def parse_clerk(body: JsonObject) -> Clerk:
    """Return who takes an order: the counter, or a kiosk (``{"channel": "kiosk"}``)."""
    reader = reader_of(body)
    if not reader.has("channel"):
        return OPERATOR
    return _CLERKS[Channel(_one_of(reader, "channel", Channel))]


def parse_ground(body: JsonObject) -> Ground:
    """Return the ground of a refusal, or raise `IssuerError` (malformed)."""
    return Ground(_one_of(reader_of(body), "ground", Ground))


def parse_filter(body: JsonObject) -> tuple[BookFilter, BookCursor | None, int]:
    """Return what to look for in the book, from where on, and how much of it.

    ``since`` and ``until`` are days in Korea, both included.
    """
    reader = reader_of(body)
    status = _one_of(reader, "status", CertificateState) if reader.has("status") else None
    until = day(reader, "until") if reader.has("until") else None
    before = reader.optional_text("before")
    found = BookFilter(
        kind=reader.optional_text("kind"),
        status=None if status is None else CertificateState(status),
        since=_start_of(day(reader, "since")) if reader.has("since") else None,
        until=None if until is None else _start_of(until + timedelta(days=1)),
        text=reader.optional_text("text") or "",
    )
    limit = reader.optional_count("limit")
    return found, None if before is None else BookCursor.parse(before), limit or PAGE_LIMIT


def line(reader: Members, name: str) -> str:
    """Return a required text of one line, or raise `IssuerError` (malformed)."""
    text = reader.text(name)
    if _LINE.fullmatch(text) is None:
        raise malformed(f"{name} is one line of at most 100 characters")
    return text


def day(reader: Members, name: str) -> date:
    """Return a required day, or raise `IssuerError` (malformed)."""
    try:
        found = date.fromisoformat(reader.text(name))
    except ValueError:
        found = date.max
    if found.year not in YEARS:
        raise malformed(f"{name} is a day such as 2026-11-22")
    return found


def malformed(detail: str) -> IssuerError:
    """Return the error for what an operator wrote wrongly."""
    return IssuerError(IssuerFailure.MALFORMED, detail)


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(), KOREA)


def _about(reader: Members) -> str:
    about = reader.optional_text("about")
    try:
        return "" if about is None else check_handle(about)
    except IssuerError:
        raise not_entitled() from None


def _grant(reader: Members) -> GrantType:
    """Return how a wallet takes the offer, by its short name or by the standard's."""
    given = reader.optional_text("grant") or _PRE_AUTHORIZED
    if given not in _GRANTS:
        raise malformed(f"grant is one of {', '.join(_GRANTS)}")
    return _GRANTS[given]


def _view(reader: Members) -> StatutoryView | None:
    if not reader.has("view"):
        return None
    try:
        return StatutoryView(reader.text("view"))
    except ValueError:
        detail = f"views: {', '.join(StatutoryView)}"
        raise IssuerError(IssuerFailure.UNKNOWN_VIEW, detail) from None


def _options(reader: Members) -> Chosen:
    if not reader.has("options"):
        return ()
    given = reader.object("options")
    return tuple((name, given.text(name)) for name in given.value)


def _purpose(reader: Members) -> Purpose | None:
    if not reader.has("purpose"):
        return None
    optional = {
        name: line(reader, name) if reader.has(name) else None
        for name in ("purpose_detail", "payer")
    }
    return Purpose(line(reader, "purpose"), optional["purpose_detail"], optional["payer"])


def _one_of(reader: Members, name: str, choices: type[StrEnum]) -> str:
    text = reader.text(name)
    if text not in set(choices):
        raise malformed(f"{name} is one of {', '.join(choices)}")
    return text
