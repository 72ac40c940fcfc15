"""The language switch: remembered by the browser, and with the person."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from web.cookies import see_other
from web.kit import Kit, RoomPages
from web.language import choose_language
from web.own_path import own_path


def language_pages(kit: Kit, room: RoomPages) -> APIRouter:
    """Return the route of the switch.

    It is a link, so that it works before there is a session and without forms; another site's
    link to it carries no session (SameSite=Strict) and so changes nothing kept with a person.
    """
    router = room.router()

    @router.get("/language/{tag}")
    async def language(request: Request, tag: str, back: str = "/") -> Response:
        chosen = choose_language(tag)
        visitor = await room.guest(request)
        if visitor is not None:
            await kit.store.people.keep_language(visitor.person.name, chosen)
        reply = see_other(own_path(back))
        kit.cookies.set_language(reply, chosen)
        return reply

    return router
