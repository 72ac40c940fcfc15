"""The operator's API for people: add, list, invite, remove."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Final, TypeAlias

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from keys.strict_json import JsonObject, JsonValue
from web.body import read_json_object
from web.people import PeopleError, Person, nobody, person_of
from web.replies import json_reply
from web.sign_in import SignIn
from web.store import PeopleStore

ROLE: Final = "operator"
# A shown name of 500 characters fits many times over.
_BODY_LIMIT: Final = 16 * 1024

Authorize: TypeAlias = Callable[[Request, str], str]
"""Return who calls in a role, or raise ``web.errors.Unauthorised``."""


class _PeopleApi:
    """The handlers; the operator's token is looked at before anything else."""

    def __init__(
        self, sign_in: SignIn, people: PeopleStore, authorize: Authorize, base: str
    ) -> None:
        self._sign_in = sign_in
        self._people = people
        self._authorize = authorize
        self._base = base

    async def list(self, request: Request) -> Response:
        """List everybody who may sign in, by name."""
        self._authorize(request, ROLE)
        listed: list[JsonValue] = [_told(person) for person in await self._people.all()]
        return json_reply({"people": listed})

    async def add(self, request: Request) -> Response:
        """Add a person; nobody has a password, an invitation signs them in."""
        self._authorize(request, ROLE)
        body = await read_json_object(request, limit=_BODY_LIMIT)
        parts = (str(body.get(name, "")) for name in ("name", "shown_name", "role", "subject"))
        person = person_of(*parts)
        if not await self._sign_in.add(person):
            detail = f"there is a person called {person.name} already"
            raise PeopleError(HTTPStatus.CONFLICT, "person_known", detail)
        return json_reply(_told(person), HTTPStatus.CREATED)

    async def invite(self, request: Request) -> Response:
        """Make a link that signs a person in, once, within ten minutes."""
        self._authorize(request, ROLE)
        name = str(request.path_params["name"])
        invitation = await self._sign_in.invite(name)
        url = f"{self._base}/invitation/{invitation.code}"
        return json_reply(
            {"name": name, "url": url, "until": invitation.until.isoformat(timespec="seconds")}
        )

    async def remove(self, request: Request) -> Response:
        """Remove a person, with every session and invitation, at once."""
        self._authorize(request, ROLE)
        name = str(request.path_params["name"])
        if not await self._people.remove(name):
            raise nobody(name)
        return json_reply({"removed": name})


def routes(sign_in: SignIn, people: PeopleStore, authorize: Authorize, *, base: str) -> APIRouter:
    """Return the operator's addresses under ``/people``."""
    api = _PeopleApi(sign_in, people, authorize, base)
    router = APIRouter(tags=["people"])
    router.add_api_route("/people", api.list, methods=["GET"])
    router.add_api_route("/people", api.add, methods=["POST"])
    router.add_api_route("/people/{name}/invite", api.invite, methods=["POST"])
    router.add_api_route("/people/{name}/remove", api.remove, methods=["POST"])
    return router


def _told(person: Person) -> JsonObject:
    return {
        "name": person.name,
        "shown_name": person.shown_name,
        "role": person.role.value,
        "subject": person.subject,
    }
