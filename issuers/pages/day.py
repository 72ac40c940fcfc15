"""A day at the desk: papers, fees and refusals; and the book for other programs."""

from datetime import date
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from issuers.desk.export import MEDIA_TYPE, book_csv
from issuers.offers.fees import ARTICLE, FEES, Service, total
from issuers.pages.book import BOOK, filter_of
from issuers.pages.problems import DESK
from issuers.pages.rooms import Rooms, Values

DAY: Final = f"{DESK}/day"


def day_pages(rooms: Rooms, router: APIRouter) -> APIRouter:
    """Return ``/issuers/desk/day`` and ``/issuers/desk/book.csv``."""
    desk, pages = rooms.issuers.desk, rooms.pages

    @router.get(DAY)
    async def the_day(request: Request) -> Response:
        visitor, clerk = await rooms.officer(request)
        on = _day(request.query_params.get("on", "")) or desk.till.today()
        taken = await desk.till.taken(clerk, on)
        values: Values = {
            "on": on,
            "taken": taken,
            "won": total(taken),
            "count": sum(one.count for one in taken if one.service is Service.ISSUE),
            "catalogue": rooms.issuers.catalogue.kinds,
            "fees": [(*what, won) for what, won in FEES.items()],
            "fee_law": ARTICLE,
        }
        return pages.page(request, "issuers/day.html", visitor, **values)

    @router.get(f"{BOOK}.csv")
    async def export(request: Request) -> Response:
        _visitor, clerk = await rooms.officer(request)
        return StreamingResponse(
            book_csv(desk, clerk, filter_of(request.query_params)),
            media_type=MEDIA_TYPE,
            headers={
                "Cache-Control": "no-store",
                "Content-Disposition": 'attachment; filename="issue-book.csv"',
            },
        )

    return router


def _day(text: str) -> date | None:
    """Return the day in an address, None for what is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
