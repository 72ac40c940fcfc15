"""A room's pages behind the kit, and browsers that look at them: for officers and institutions."""

import html
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import httpx2
from fastapi import APIRouter, FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine

from keys.entropy import SYSTEM_ENTROPY
from tests.empty_databases import empty_sqlite
from web.kit import Kit, Surroundings
from web.pages import pages
from web.people import Person
from web.security_headers import SecurityHeaders
from web.sign_in import SignIn
from web.store import WebStore, metadata

_FIELD = re.compile(r'<input type="hidden" name="([\w-]+)" value="([^"]*)"')
_FORM = re.compile(r'<form method="post" action="([^"]*)".*?</form>', re.DOTALL)
_MAIN = re.compile(r"<main.*?>(.*)</main>", re.DOTALL)
_TAG = re.compile(r"<[^>]+>")


class Browser:
    """Keeps cookies, and sends the forms of the page it looks at."""

    def __init__(self, app: FastAPI, base: str) -> None:
        transport = httpx2.ASGITransport(app)
        self.client = httpx2.AsyncClient(transport=transport, base_url=base, timeout=30)
        self.own = {"origin": base, "sec-fetch-site": "same-origin"}
        self.page = ""

    async def get(self, path: str, expected: int = 200) -> str:
        answer = await self.client.get(path)
        assert expected == answer.status_code, answer.text
        self.page = answer.text
        return answer.text

    @property
    def words(self) -> str:
        """What a person reads on the page, without markup and runs of space."""
        found = _MAIN.search(self.page)
        assert found is not None
        return " ".join(html.unescape(_TAG.sub(" ", found[1])).split())

    def fields(self, action: str) -> dict[str, str]:
        """What is hidden in the page's first form with this action."""
        forms = [found[0] for found in _FORM.finditer(self.page) if found[1] == action]
        assert forms, f"no form to {action} on the page"
        return {name: html.unescape(value) for name, value in _FIELD.findall(forms[0])}

    async def send(self, action: str, /, **fields: str) -> httpx2.Response:
        """Send a form of the page, filled in; follow to where it leads."""
        return await self.resend(action, {**self.fields(action), **fields})

    async def upload(self, action: str, picture: bytes, /, **fields: str) -> httpx2.Response:
        """Send a form of the page with a picture in it; follow to where it leads."""
        files = {"picture": ("code.png", picture, "image/png")}
        filled = {**self.fields(action), **fields}
        return await self._led(
            await self.client.post(action, data=filled, files=files, headers=self.own)
        )

    async def resend(self, action: str, fields: dict[str, str]) -> httpx2.Response:
        """Send these very fields, again or from another tab."""
        return await self._led(await self.client.post(action, data=fields, headers=self.own))

    async def _led(self, answer: httpx2.Response) -> httpx2.Response:
        if answer.status_code == 303:
            await self.get(answer.headers["location"])
        else:
            self.page = answer.text
        return answer


class Desks:
    """The pages of one room for these people; `enter` signs one of them in."""

    def __init__(self, app: FastAPI, base: str, engine: AsyncEngine) -> None:
        self.app = app
        self.base = base
        self.engine = engine
        self.opened: list[Browser] = []

    def stranger(self) -> Browser:
        """A browser nobody has signed in with."""
        browser = Browser(self.app, self.base)
        self.opened.append(browser)
        return browser

    async def enter(self, name: str, language: str = "ko") -> Browser:
        browser = self.stranger()
        await browser.client.get(f"/language/{language}")
        await browser.get("/sign-in")
        forms = [found[0] for found in _FORM.finditer(browser.page)]
        own = next(form for form in forms if f'name="name" value="{name}"' in form)
        fields = {key: html.unescape(value) for key, value in _FIELD.findall(own)}
        answer = await browser.client.post("/sign-in/demo", data=fields, headers=browser.own)
        assert 303 == answer.status_code, answer.text
        return browser

    async def aclose(self) -> None:
        for browser in self.opened:
            await browser.client.aclose()
        await self.engine.dispose()


async def desks_on(
    folder: Path,
    base: str,
    people: tuple[Person, ...],
    clock: Callable[[], datetime],
    *routers: Callable[[Kit], APIRouter],
) -> Desks:
    """Return a service with the kit's own pages and those of the rooms, in this order."""
    engine = empty_sqlite(folder / "web.sqlite", metadata)
    surroundings = Surroundings(base, bytes(32), demo=True, clock=clock, entropy=SYSTEM_ENTROPY)
    kit = Kit(WebStore(engine), surroundings)
    sign_in = SignIn(kit.store, clock, SYSTEM_ENTROPY)
    for person in people:
        await sign_in.add(person)
    app = FastAPI(openapi_url=None)
    for router in routers:
        app.include_router(router(kit))
    app.include_router(pages(kit, sign_in, people))
    app.add_middleware(SecurityHeaders)
    return Desks(app, base, engine)
