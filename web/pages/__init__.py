"""The kit's own pages: start, sign-in, sessions, languages, and the files they load."""

from collections.abc import Sequence

from fastapi import APIRouter

from web.kit import Kit
from web.pages.languages import language_pages
from web.pages.sessions import session_pages
from web.pages.sign_in import sign_in_pages
from web.pages.start import start_pages
from web.pages.static import static_pages
from web.pages.style import style_pages
from web.people import Person
from web.sign_in import SignIn


def pages(kit: Kit, sign_in: SignIn, demo_people: Sequence[Person]) -> APIRouter:
    """Return the pages that belong to no room; ``demo_people`` is empty in production."""
    router = APIRouter(include_in_schema=False)
    room = kit.room()
    router.include_router(start_pages(kit, room, demo_people))
    router.include_router(sign_in_pages(kit, room, sign_in, demo_people))
    router.include_router(session_pages(kit, room))
    router.include_router(language_pages(kit, room))
    router.include_router(static_pages())
    if kit.surroundings.demo:
        router.include_router(style_pages(room))
    return router
