"""The first page: what this is, and as whom to begin."""

from collections.abc import Sequence

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from web.kit import Kit, RoomPages
from web.people import Person, PersonRole


def start_pages(kit: Kit, room: RoomPages, demo_people: Sequence[Person]) -> APIRouter:
    """Return ``/``: in demo mode one press per made-up person, otherwise the way to sign-in."""
    router = room.router()

    @router.get("/")
    async def start(request: Request) -> Response:
        visitor = await room.guest(request)
        people = {
            role.value: [person for person in demo_people if person.role is role]
            for role in PersonRole
        }
        home = "" if visitor is None else kit.home_of(visitor.person)
        return room.page(request, "start.html", visitor, people=people, home=home)

    return router
