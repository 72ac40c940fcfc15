"""Where a person is signed in: the list, ending one of them, and signing out."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from web.cookies import see_other
from web.kit import Kit, RoomPages


def session_pages(kit: Kit, room: RoomPages) -> APIRouter:
    """Return the page ``/sessions`` and its forms, and ``/sign-out``."""
    router = room.router()

    @router.get("/sessions")
    async def sessions(request: Request) -> Response:
        visitor = await room.visitor(request)
        listed = await kit.store.sessions.of(visitor.person.name)
        now = kit.surroundings.clock()
        alive = [session for session in listed if session.ends_at > now]
        return room.page(
            request, "sessions.html", visitor, sessions=alive, present=visitor.session
        )

    @router.post("/sessions/end")
    async def end(request: Request) -> Response:
        visitor = await room.visitor(request)
        form = await room.form(request, visitor)

        async def act() -> str:
            await kit.store.sessions.end(form.one("session"), visitor.person.name)
            return "/sessions"

        return await room.once(form, act)

    @router.post("/sign-out")
    async def sign_out(request: Request) -> Response:
        visitor = await room.visitor(request)
        await room.form(request, visitor)
        await kit.store.sessions.end(visitor.session, visitor.person.name)
        reply = see_other("/")
        kit.cookies.drop_session(reply)
        return reply

    return router
