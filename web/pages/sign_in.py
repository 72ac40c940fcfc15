"""Signing in: by name and password in demo mode, by the operator's one-time link everywhere."""

from collections.abc import Sequence
from http import HTTPStatus

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from web.cookies import see_other
from web.kit import Kit, RoomPages
from web.own_path import START, own_path
from web.people import Person
from web.sign_in import SignIn, SignInRefusedError
from web.tries import TooManyTriesError


class _Entrance:
    """What the handlers share."""

    def __init__(
        self, kit: Kit, room: RoomPages, sign_in: SignIn, demo_people: Sequence[Person]
    ) -> None:
        self._kit = kit
        self._room = room
        self._sign_in = sign_in
        self._demo = {person.name: person for person in demo_people}

    async def ask(self, request: Request) -> Response:
        """Show the form; who is signed in already is led on."""
        wanted = own_path(request.query_params.get("next", START))
        visitor = await self._room.guest(request)
        if visitor is not None:
            return see_other(self._goal(visitor.person, wanted))
        return self._page(request, wanted)

    async def by_password(self, request: Request) -> Response:
        """Sign in by name and password; in production nobody has one."""
        form = await self._room.form(request, None)
        wanted = own_path(form.one("next"))
        name, password = form.one("username").strip(), form.one("password")
        address = "" if request.client is None else request.client.host
        try:
            person = await self._sign_in.by_password(name, password, address)
        except SignInRefusedError as refused:
            return self._page(request, wanted, status=refused.status, wrong=True, name=name)
        except TooManyTriesError as refused:
            reply = self._page(request, wanted, status=refused.status, again_at=refused.again_at)
            reply.headers["Retry-After"] = str(refused.seconds)
            return reply
        return await self._signed_in(person, wanted)

    async def as_demo_person(self, request: Request) -> Response:
        """Sign in as one of the made-up people, by one press; nowhere in production."""
        form = await self._room.form(request, None)
        person = self._demo.get(form.one("name"))
        if person is None:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        return await self._signed_in(person, own_path(form.one("next")))

    async def invitation(self, request: Request) -> Response:
        """Show the button that uses a one-time link; opening the link alone uses nothing up."""
        code = str(request.path_params["code"])
        return self._room.page(request, "invitation.html", None, code=code)

    async def by_invitation(self, request: Request) -> Response:
        """Sign in by a one-time link."""
        form = await self._room.form(request, None)
        return await self._signed_in(await self._sign_in.by_invitation(form.one("code")), START)

    async def _signed_in(self, person: Person, wanted: str) -> Response:
        """Lead on with a new id: one that was planted before is worth nothing (fixation)."""
        reply = see_other(self._goal(person, wanted))
        self._kit.cookies.set_session(reply, await self._sign_in.begin(person))
        return reply

    def _goal(self, person: Person, wanted: str) -> str:
        """Return where sign-in leads: the page that was wanted, or the person's first."""
        return self._kit.home_of(person) if wanted == START else wanted

    def _page(
        self,
        request: Request,
        wanted: str,
        *,
        status: int = HTTPStatus.OK,
        **values: object,
    ) -> Response:
        given = {"wrong": False, "again_at": None, "name": "", **values}
        given["cards"] = self._kit.surroundings.cards
        people = tuple(self._demo.values())
        return self._room.page(
            request, "sign_in.html", None, status=status, wanted=wanted, people=people, **given
        )


def sign_in_pages(
    kit: Kit, room: RoomPages, sign_in: SignIn, demo_people: Sequence[Person]
) -> APIRouter:
    """Return ``/sign-in`` and ``/invitation``, and their forms."""
    router = room.router()
    entrance = _Entrance(kit, room, sign_in, demo_people)
    router.add_api_route("/sign-in", entrance.ask, methods=["GET"])
    router.add_api_route("/sign-in", entrance.by_password, methods=["POST"])
    router.add_api_route("/sign-in/demo", entrance.as_demo_person, methods=["POST"])
    router.add_api_route("/invitation/{code}", entrance.invitation, methods=["GET"])
    router.add_api_route("/invitation", entrance.by_invitation, methods=["POST"])
    return router
