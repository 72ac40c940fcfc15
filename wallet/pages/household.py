"""What others of the household showed of the citizen: to whom, which claims, when."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from wallet.pages.room import Room, back_to


def add_household_page(router: APIRouter, room: Room) -> None:
    """Add ``/wallet/history/household``."""

    @router.get("/wallet/history/household")
    async def household(request: Request) -> Response:
        visitor = await room.citizen(request)
        with back_to("/wallet/history"):
            found = await room.consents.about_me(visitor.person.subject)
        held = await room.wallets.credentials(visitor.person.subject)
        names = await room.names.of((), held)
        shown = [(each, names.dotted_claims(each.claims, visitor.language)) for each in found]
        return room.pages.page(request, "wallet/household.html", visitor, shown=shown)
