"""The operator's interface as it is published: every example is sent, every answer compared."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx2
import jsonschema
import pytest
from fastapi import FastAPI

from app.description import corrected
from keys.strict_json import dumps
from standards.openid4vp.dc_api import DcApiRequest
from tests.problems import answer_web_error
from tests.verifiers.browsing import Page
from tests.verifiers.paying import paid_for
from tests.verifiers.shown import code, publish, supplies
from tests.verifiers.test_events import started
from tests.verifiers.world import BASE, World
from verifiers.asking.questions import Asked
from verifiers.endpoints import routes
from verifiers.endpoints.events import event_routes
from verifiers.originals.original import Reader
from web.errors import WebError

OPERATOR = "/verifiers/operator"
TRANSACTION = "/transactions/{transaction_id}"
WEBHOOK = "/parties/{party}/webhook"


def shape(value: Any) -> str:
    """Return members and types, whatever the values; of a list what kinds of elements it has."""
    match value:
        case dict():
            return dumps({name: shape(each) for name, each in sorted(value.items())}).decode()
        case list():
            return dumps([*sorted({shape(each) for each in value})]).decode()
        case _:
            return type(value).__name__


@dataclass
class Caller:
    """Makes published calls; ``fresh`` is what only the moment gives."""

    http: httpx2.AsyncClient
    document: dict[str, Any]
    called: set[tuple[str, str, str]] = field(default_factory=set)

    async def __call__(
        self, call: str, case: str, *, fresh: dict[str, Any] | None = None, **names: str
    ) -> Any:
        method, path = call.split()
        operation = self.document["paths"][OPERATOR + path][method.lower()]
        sent = self.sent(operation, case, fresh or {})
        address = (OPERATOR + path).format(**names)
        answer = await self.http.request(method, address, json=sent)
        self.called.add((path, method.lower(), case))
        self.compare(operation["responses"][str(answer.status_code)], case, answer)
        return answer.json() if answer.content else None

    def sent(self, operation: dict[str, Any], case: str, fresh: dict[str, Any]) -> Any:
        if "requestBody" not in operation:
            return None
        content = operation["requestBody"]["content"]["application/json"]
        example = content["examples"][case]["value"]
        changed = example | fresh
        assert shape(example) == shape(changed)
        jsonschema.validate(example, content["schema"])
        return changed

    def compare(self, response: dict[str, Any], case: str, answer: httpx2.Response) -> None:
        if not answer.content:
            assert "content" not in response
            return
        content = response["content"]["application/json"]
        example = content["examples"][case]["value"]
        jsonschema.validate(example, content["schema"])
        jsonschema.validate(answer.json(), content["schema"])
        assert shape(example) == shape(answer.json()), case
        if answer.status_code >= 400:
            assert example == answer.json()


@pytest.fixture
async def call(world: World) -> AsyncIterator[Caller]:
    """The operator's interface as the service wires it."""
    application = FastAPI()

    def authorize(_request: object, role: str) -> str:
        return role

    publish(world)
    application.include_router(routes(world.verifiers, authorize, supplies(world)))
    application.include_router(event_routes(started(world), authorize), prefix="/verifiers")
    application.add_exception_handler(WebError, answer_web_error)
    transport = httpx2.ASGITransport(application)
    async with httpx2.AsyncClient(transport=transport, base_url=BASE) as http:
        yield Caller(http, corrected(application.openapi()))


async def test_every_published_example_is_answered_as_published(
    world: World, call: Caller
) -> None:
    """
    Each request example, sent as it stands, has an answer of the shape that stands beside it; and
    no operation is without an example.
    """
    await registering(call)
    await asking(world, call)
    await at_the_desk(world, call)

    assert call.called == set(cases_in(call.document))
    shown = {(path, method) for path, method, _ in call.called}
    assert shown == {(path, method) for path, method, _ in operations_in(call.document)}


async def registering(call: Caller) -> None:
    await call("GET /profiles", "all")
    await call("POST /registrations", "a-library")
    await call("POST /registrations", "a-wrong-member")
    await call("GET /registrations", "all")
    await call("POST /checks", "a-request")
    await call(f"POST {WEBHOOK}", "an-address", party="corner-store")
    await call(f"POST {WEBHOOK}", "no-address", party="corner-store")
    await call(f"GET {WEBHOOK}", "how-far", party="corner-store")
    await call("GET /webhooks", "all")
    desk = await call("POST /desks", "a-counter")
    await call("GET /desks", "all")
    await call("DELETE /desks/{desk_id}", "removed", desk_id=desk["desk"])


async def asking(world: World, call: Caller) -> None:
    asked = Asked(**await call("POST /transactions", "a-profile"))
    await call(f"GET {TRANSACTION}", "waiting", transaction_id=asked.transaction_id)
    await world.answer(asked)
    await call(f"GET {TRANSACTION}", "verified", transaction_id=asked.transaction_id)
    await call(f"GET {TRANSACTION}/evidence", "of-a-sharing", transaction_id=asked.transaction_id)
    await call(f"GET {TRANSACTION}", "unknown", transaction_id="nobody")
    for case in ("on-the-same-device", "a-transaction", "a-query", "no-profile"):
        await call("POST /transactions", case)
    await call("POST /transactions", "more-than-registered")
    await call("GET /over-asking", "latest")
    paid = await paid_for(world)
    keeper = Reader("haneul-city", "haneul-city-keeper")
    await world.verifiers.originals.begin_reading(paid.transaction_id, keeper, "2026-12")
    await call("GET /originals", "kept")
    begun = await call("POST /transactions", "through-the-browser")
    (handed,) = begun["digital"]["requests"]
    page = Page(world, begun["transaction_id"], DcApiRequest.parse(handed))
    brought = {"data": page.answer(page.presented())}
    number = begun["transaction_id"]
    await call(f"POST {TRANSACTION}/response", "shown", fresh=brought, transaction_id=number)
    await call("GET /parties/{party}/events", "since-the-beginning", party="corner-store")
    await call(f"DELETE {WEBHOOK}", "removed", party="corner-store")


async def at_the_desk(world: World, call: Caller) -> None:
    await call("POST /challenges", "for-a-profile")
    text = code(world)
    await call("POST /scans", "a-code", fresh={"text": text})
    await call("POST /scans", "read-before", fresh={"text": text})
    await call("GET /supplies/{profile}", "for-a-desk", profile="adult-check")
    use = {"text": code(world), "read_at": int(world.clock.now.timestamp())}
    await call("POST /uses", "a-use", fresh=use)


def operations_in(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        if path.startswith(OPERATOR):
            for method, operation in methods.items():
                yield path.removeprefix(OPERATOR), method, operation


def cases_in(document: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Every case of every operation; what is answered by nothing is published by its status."""
    for path, method, operation in operations_in(document):
        places = [operation.get("requestBody", {}), *operation["responses"].values()]
        named = {
            name
            for place in places
            for content in place.get("content", {}).values()
            for name in content.get("examples", {})
        }
        for name in named or {"removed"}:
            yield path, method, name
