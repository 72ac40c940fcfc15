"""The issue book (발급대장, 주민등록법 시행규칙 §13⑧): filters, and page after page."""

import re
from datetime import date, datetime, time, timedelta
from typing import Final
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response

from issuers.issuance.book import YEARS, BookCursor, BookFilter, CertificateState
from issuers.issuance.issuing import KOREA
from issuers.pages.problems import DESK
from issuers.pages.rooms import Rooms, Values

BOOK: Final = f"{DESK}/book"
# As many as are read without losing the place.
PAGE: Final = 20
_FILTERS: Final = ("kind", "status", "since", "until", "number")
# Only numbers and handles are looked for here: a name has no place in an address.
_TEXT: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")


def book_pages(rooms: Rooms, router: APIRouter) -> APIRouter:
    """Return ``/issuers/desk/book``."""
    desk, pages = rooms.issuers.desk, rooms.pages

    @router.get(BOOK)
    async def book(request: Request) -> Response:
        visitor, clerk = await rooms.officer(request)
        asked = request.query_params
        before = BookCursor.parse(asked["before"]) if asked.get("before") else None
        found = await desk.book(clerk, filter_of(asked), before, PAGE)
        kept = {name: asked[name] for name in _FILTERS if asked.get(name)}
        earlier = {**kept, "before": str(found.earlier)}
        values: Values = {
            "entries": found.entries,
            "asked": {name: asked.get(name, "") for name in _FILTERS},
            "kinds": desk.kinds(clerk),
            "catalogue": rooms.issuers.catalogue.kinds,
            "states": tuple(CertificateState),
            "export": f"{BOOK}.csv?{urlencode(kept)}",
            "earlier": f"{BOOK}?{urlencode(earlier)}" if found.earlier is not None else "",
            "latest": f"{BOOK}?{urlencode(kept)}" if before is not None else "",
        }
        return pages.page(request, "issuers/book.html", visitor, **values)

    return router


def filter_of(asked: QueryParams) -> BookFilter:
    """Return the filters in an address; what cannot be one is left out, as a browser's own."""
    status, number = asked.get("status", ""), asked.get("number", "").strip()
    until = _day(asked.get("until", ""))
    return BookFilter(
        kind=asked.get("kind") or None,
        status=CertificateState(status) if status in set(CertificateState) else None,
        since=_day(asked.get("since", "")),
        # The last day counts whole.
        until=None if until is None else until + timedelta(days=1),
        text=number if _TEXT.fullmatch(number) else "",
    )


def _day(text: str) -> datetime | None:
    """Return the moment a day begins in Korea; a day no book has is none."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return datetime.combine(day, time(), KOREA) if day.year in YEARS else None
