"""A small service made of the kit alone, its clock in our hand, and browsers that look at it."""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from http import HTTPStatus
from pathlib import Path

import httpx2
from fastapi import APIRouter, FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.requests import Request
from starlette.responses import Response

from keys.entropy import SYSTEM_ENTROPY
from keys.password import hash_password
from web.errors import Party
from web.kit import Kit, PageProblem, PersonRole, RoomPages, Surroundings
from web.pages import pages
from web.people import Person
from web.plain_address import PlainAddresses
from web.security_headers import SecurityHeaders
from web.sign_in import SignIn
from web.store import Account, WebStore

BASE = "http://localhost:8000"
NOON = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
PEOPLE = (
    Person("demo", "김예원", PersonRole.CITIZEN, "demo"),
    Person("officer", "주민등록 담당", PersonRole.OFFICER, "resident-registry"),
    Person("corner-store", "한걸음 택배", PersonRole.INSTITUTION, "corner-store"),
    Person("auditor", "감사 담당", PersonRole.AUDITOR, "auditor"),
)
_FIELD = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
_FORM = re.compile(r'<form method="post" action="([^"]*)".*?</form>', re.DOTALL)


class RoomError(Exception):
    """The made-up room's own error."""


@dataclass
class Clock:
    """Stands still until it is told to move."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass
class Site:
    """The service: its kit, its people, and how often the room's act was done."""

    kit: Kit
    sign_in: SignIn
    app: FastAPI
    clock: Clock
    done: list[str] = field(default_factory=list)
    act: Callable[[str], str] = lambda what: f"/room/done/{what}"

    def browser(self, **headers: str) -> "Browser":
        return Browser(self, headers)


class Browser:
    """Keeps cookies, and sends the forms of the page it looks at."""

    def __init__(self, site: Site, headers: dict[str, str]) -> None:
        transport = httpx2.ASGITransport(site.app, client=("192.0.2.7", 4711))
        self.client = httpx2.AsyncClient(transport=transport, base_url=BASE, headers=headers)
        self.own = {"origin": BASE, "sec-fetch-site": "same-origin"}
        self.page = ""

    async def get(self, path: str) -> httpx2.Response:
        answer = await self.client.get(path)
        self.page = answer.text
        return answer

    def fields(self, action: str, number: int = 0) -> dict[str, str]:
        """What is hidden in one of the page's forms with this action."""
        forms = [found[0] for found in _FORM.finditer(self.page) if found[1] == action]
        return {name: html.unescape(value) for name, value in _FIELD.findall(forms[number])}

    async def send(self, action: str, number: int = 0, **fields: str) -> httpx2.Response:
        """Send a form of the page, filled in."""
        answer = await self.post(action, {**self.fields(action, number), **fields})
        self.page = answer.text or self.page
        return answer

    async def post(self, action: str, fields: dict[str, str]) -> httpx2.Response:
        return await self.client.post(action, data=fields, headers=self.own)

    async def enter(self, name: str) -> "Browser":
        """Sign in by one press of the start page."""
        await self.get("/sign-in")
        number = [person.name for person in PEOPLE].index(name)
        answer = await self.send("/sign-in/demo", number)
        assert 303 == answer.status_code, answer.text
        return self


async def site_on(engine: AsyncEngine, *, demo: bool = True, base: str = BASE) -> Site:
    """Return a service on a database whose tables are there."""
    clock = Clock()
    store = WebStore(engine)
    surroundings = Surroundings(base, bytes(32), demo=demo, clock=clock, entropy=SYSTEM_ENTROPY)
    kit = Kit(store, surroundings)
    sign_in = SignIn(store, clock, SYSTEM_ENTROPY)
    people = PEOPLE if demo else ()
    for person in people:
        # One person with a password is enough.
        await store.people.add(Account(person, _kept() if person.name == "demo" else None))
    app = FastAPI(openapi_url=None)
    site = Site(kit, sign_in, app, clock)
    app.include_router(_room(site, kit.room(Path(__file__).parent / "pages")))
    app.include_router(pages(kit, sign_in, people))
    app.add_middleware(PlainAddresses)
    app.add_middleware(SecurityHeaders)
    return site


@cache
def _kept() -> str:
    """Return the demo person's password as it is kept; hashing is slow on purpose, so once."""
    return hash_password("demo", SYSTEM_ENTROPY)


def _problem(error: Exception) -> PageProblem | None:
    if not isinstance(error, RoomError):
        return None
    return PageProblem(
        "room_broke", Party.ISSUER, HTTPStatus.BAD_GATEWAY, "the room's own detail", "/room"
    )


def _room(site: Site, room: RoomPages) -> APIRouter:
    """A room with a page for citizens, a form, and an act that may fail."""
    router = room.router(_problem)

    @router.get("/room")
    async def look(request: Request) -> Response:
        visitor = await room.visitor(request, PersonRole.CITIZEN)
        shown = request.query_params.get("shown", "보통 글")
        return room.page(request, "room/page.html", visitor, shown=shown)

    @router.post("/room")
    async def do(request: Request) -> Response:
        visitor = await room.visitor(request, PersonRole.CITIZEN)
        form = await room.form(request, visitor)

        async def act() -> str:
            path = site.act(form.one("what"))
            site.done.append(form.one("what"))
            return path

        return await room.once(form, act)

    @router.get("/room/bug")
    async def bug(request: Request) -> Response:
        raise RuntimeError("the room has a bug")

    return router
