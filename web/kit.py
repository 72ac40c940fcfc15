"""The page kit as rooms use it: who visits, a page, a form, an act that is done once."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from keys.entropy import Entropy
from web.cookies import Cookies, language_of, see_other
from web.errors import ForbiddenError, Party, WebError
from web.forgery import check_form_token, form_token
from web.form import FORM_LIMIT, Form, read_form
from web.language import TEXTS, Language, texts
from web.navigation import EVERY_ROOM, Stop, home_of, stops_of
from web.once import Act, Once
from web.own_site import OwnSite
from web.page import Pages, Visit
from web.page_problem import PageProblem, ProblemOf, problem_of, words_of
from web.page_route import address_of, page_route
from web.people import Person, PersonRole
from web.replies import html_reply
from web.store import WebStore
from web.visitor import Visitor
from web.visits import Clock, OtherRoleError, SignInNeededError, Visits

__all__ = ["Form", "Kit", "PageProblem", "PersonRole", "RoomPages", "Visitor"]

# What a browser says of a step that began on another site (Fetch Metadata).
_ELSEWHERE: Final = ("cross-site", "same-site")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where the kit stands: the public address, the secret of the forms, the mode, the time.

    ``rooms`` are those this process serves; nobody is shown the way to another. ``cards`` is the
    page where people sign in with a card of their wallet, empty where none is served.
    """

    base: str
    secret: bytes
    demo: bool
    clock: Clock
    entropy: Entropy
    rooms: frozenset[str] = EVERY_ROOM
    cards: str = ""


class Kit:
    """What all pages of one service share."""

    def __init__(self, store: WebStore, surroundings: Surroundings) -> None:
        self.store = store
        self.surroundings = surroundings
        self.cookies = Cookies(surroundings.base, surroundings.entropy)
        self.site = OwnSite(surroundings.base)
        self.visits = Visits(store.sessions, self.cookies, surroundings.clock)
        self.doing = Once(store.sent_forms, surroundings.clock, surroundings.entropy)

    def room(self, folder: Path | None = None) -> "RoomPages":
        """Return the pages of a room: ``folder`` holds its ``templates`` and ``texts``."""
        return RoomPages(self, folder)

    async def sign_out(self, subject: str, role: PersonRole, *, but: str = "") -> int:
        """End every session of whoever acts for a subject, but one; return how many there were."""
        now = self.surroundings.clock()
        return await self.store.sessions.end_all(subject, role, now, but=but)

    def stops_of(self, person: Person) -> tuple[Stop, ...]:
        """Return where a person can go on this service."""
        return stops_of(person.role, self.surroundings.rooms)

    def home_of(self, person: Person) -> str:
        """Return where a person begins on this service."""
        return home_of(person.role, self.surroundings.rooms)


class RoomPages:
    """One room's pages, made of the kit."""

    def __init__(self, kit: Kit, folder: Path | None) -> None:
        self._kit = kit
        self._pages = Pages(folder)
        self._texts = TEXTS if folder is None else folder / "texts"

    def router(self, problems: ProblemOf = lambda _error: None) -> APIRouter:
        """Return a router whose refusals are pages; ``problems`` knows the room's own errors."""

        async def answer(request: Request, error: Exception) -> Response | None:
            return await self._answer(request, error, problems)

        return APIRouter(include_in_schema=False, route_class=page_route(answer))

    async def visitor(self, request: Request, *roles: PersonRole) -> Visitor:
        """Return who is signed in, in one of the roles.

        Nobody is led to sign-in and back; another role is told whose page this is (403).
        """
        return await self._kit.visits.visitor_as(request, *roles)

    async def guest(self, request: Request) -> Visitor | None:
        """Return who is signed in, None for nobody: for pages that are open to all."""
        return await self._kit.visits.visitor(request)

    async def sign_out_others(self, visitor: Visitor) -> int:
        """End every other session of the person who looks, on whatever device; return how many."""
        person = visitor.person
        return await self._kit.sign_out(person.subject, person.role, but=visitor.session)

    def page(
        self,
        request: Request,
        template: str,
        visitor: Visitor | None,
        *,
        status: int = HTTPStatus.OK,
        **values: object,
    ) -> Response:
        """Return a page; a new visitor's browser gets an id with it, which nobody's forms need."""
        cookies = self._kit.cookies
        kept = cookies.visit_id(request)
        visit_id = kept or cookies.new_visit()
        visit = Visit(
            language=language_of(request) if visitor is None else visitor.language,
            path=address_of(request),
            form_token=self._token(visitor, visit_id),
            demo=self._kit.surroundings.demo,
            person=None if visitor is None else visitor.person,
            navigation=() if visitor is None else self._kit.stops_of(visitor.person),
        )
        reply = html_reply(self._pages.render(template, visit, **values), status)
        if not kept:
            cookies.set_visit(reply, visit_id)
        return reply

    def shell(self, language: Language, template: str, path: str, **values: object) -> Response:
        """Return a page that is the same for everybody and may be kept: nobody's name, no form."""
        visit = Visit(
            language=language, path=path, form_token="", demo=self._kit.surroundings.demo
        )
        return html_reply(self._pages.render(template, visit, **values), HTTPStatus.OK)

    def form_token(self, visitor: Visitor) -> str:
        """Return the token of a visitor's forms, for a script that sends one."""
        return self._token(visitor, "")

    async def form(
        self, request: Request, visitor: Visitor | None, *, limit: int = FORM_LIMIT
    ) -> Form:
        """Return a form that a page of ours rendered for this very browser.

        Raises ``ForbiddenError`` for any other, ``BodyError`` for one that cannot be read.
        """
        self._kit.site.check(request)
        session = "" if visitor is None else visitor.session
        form = await read_form(request, session, limit=limit)
        visit_id = self._kit.cookies.visit_id(request)
        if visitor is None and not visit_id:
            raise ForbiddenError("this browser has not seen the page of this form")
        check_form_token(self._token(visitor, visit_id), form.one("form_token"))
        return form

    def _token(self, visitor: Visitor | None, visit_id: str) -> str:
        """Return the token of a page's forms: a session's own, or this browser's for nobody."""
        owner = f"visit {visit_id}" if visitor is None else f"session {visitor.session}"
        return form_token(self._kit.surroundings.secret, owner)

    def browser(self, request: Request) -> str:
        """Return what ties this browser to its forms, empty when it has seen no page of ours."""
        return self._kit.cookies.visit_id(request)

    def own_origin(self, request: Request) -> str:
        """Return the origin of the page of ours whose script sent this, as the browser tells it.

        Raises ``ForbiddenError`` for what was not sent by a page of this service.
        """
        self._kit.site.check(request)
        return request.headers.get("origin", "")

    async def once(self, form: Form, act: Act) -> Response:
        """Do what a form asks for, once, and lead on; a second submission leads to the same."""
        return see_other(await self._kit.doing.led_to(form, act))

    def words(self, language: Language) -> Mapping[str, str]:
        """Return the room's texts over the kit's."""
        return texts(language, self._texts)

    async def problem_page(self, request: Request, problem: PageProblem) -> Response:
        """Return the page that tells a problem: what happened, and what to do next."""
        visitor = await self.guest(request)
        language = language_of(request) if visitor is None else visitor.language
        words = words_of(problem, self._pages.words(language))
        return self.page(
            request, "problem.html", visitor, status=problem.status, problem=problem, words=words
        )

    async def _answer(
        self, request: Request, error: Exception, problems: ProblemOf
    ) -> Response | None:
        """Return the page for an error of the room or the kit, None for any other."""
        back = request.url.path if request.method == "GET" else self._kit.site.page_before(request)
        own = problems(error)
        if own is not None:
            return await self.problem_page(request, own)
        match error:
            case SignInNeededError():
                return self._sign_in_first(request, back)
            case OtherRoleError(roles=roles):
                code = f"page_of_{roles[0].value}"
                problem = PageProblem(code, Party.CALLER, HTTPStatus.FORBIDDEN)
            case WebError():
                problem = problem_of(error, "/" if request.method == "GET" else back)
            case _:
                return None
        return await self.problem_page(request, problem)

    def _sign_in_first(self, request: Request, back: str) -> Response:
        """Lead to sign-in and back again; who comes from another site takes one step here first.

        SameSite=Strict keeps the session away from that site's link, not from our own page's.
        """
        if request.method != "GET":
            return see_other("/sign-in?" + urlencode({"next": back}))
        if request.headers.get("sec-fetch-site") in _ELSEWHERE:
            return self.page(request, "arriving.html", None)
        return see_other("/sign-in?" + urlencode({"next": address_of(request)}))
