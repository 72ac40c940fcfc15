"""The published append protocol: its schemas are the forms', its examples are taken or refused."""

import re
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine

from consent.endpoints import routes
from consent.endpoints.examples import (
    EXAMPLE_ORIGIN,
    EXAMPLE_TIME,
    REFUSED_CHANGES,
    RefusedChange,
    example_payload,
)
from consent.endpoints.refusals import answer_of
from consent.endpoints.schemas import RECORD, SUBMISSION, TERMS
from consent.forms.receipt import EntryProof
from consent.forms.record import EventState
from consent.forms.submission import SUBMISSION_TYP
from keys import jws
from keys.strict_json import dumps, loads
from tests.consent.world import ORIGIN, World, record_example, terms_example
from tests.problems import answer_web_error
from web.errors import WebError

PATH = "/consent/entries"


def fits(schema: Any, value: Any) -> bool:
    """Tell whether a value fits a schema; exactly the keywords that ours use."""
    return all(_KEYWORDS[name](each, value) for name, each in schema.items() if name in _KEYWORDS)


_TYPES: dict[str, Any] = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "null": type(None),
}
_KEYWORDS: dict[str, Callable[[Any, Any], bool]] = {
    "type": lambda name, value: isinstance(value, _TYPES[name]),
    "const": lambda only, value: bool(only == value),
    "enum": lambda choices, value: value in choices,
    "anyOf": lambda choices, value: any(fits(each, value) for each in choices),
    "pattern": lambda text, value: bool(re.search(text, value)),
    "items": lambda item, value: all(fits(item, each) for each in value),
    "required": lambda names, value: value.keys() == set(names),
    "properties": lambda members, value: all(
        name not in value or fits(each, value[name]) for name, each in members.items()
    ),
}


def merged(value: Any, change: Any) -> Any:
    """JSON Merge Patch (RFC 7396)."""
    if not isinstance(change, dict):
        return change
    base = value if isinstance(value, dict) else {}
    result = {name: each for name, each in base.items() if change.get(name, 0) is not None}
    for name, each in change.items():
        if each is not None:
            result[name] = merged(base.get(name), each)
    return result


@pytest.fixture
async def client(sqlite: AsyncEngine) -> AsyncIterator[httpx2.AsyncClient]:
    world = World(now=EXAMPLE_TIME)
    ledger = world.ledger(sqlite)
    await ledger.start()
    app = FastAPI()
    app.include_router(routes(ledger))
    app.add_exception_handler(WebError, answer_web_error)
    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://ledger") as client:
        yield client
    await ledger.close()


def signed(world: World, payload: Any) -> str:
    header: Any = {"typ": SUBMISSION_TYP, "jwk": world.holder_signer.public.as_dict()}
    return jws.sign(header, dumps(payload), world.holder_signer)


async def published(client: httpx2.AsyncClient, path: str = PATH) -> Any:
    return (await client.get("/openapi.json")).json()["paths"][path]["post"]


@pytest.mark.parametrize("state", list(EventState))
def test_the_schemas_are_those_of_the_forms(state: EventState) -> None:
    """
    Every record and its terms fit; with a member more, or one less, nothing does.
    """
    record = record_example(state=state, terms=terms_example()).as_dict()
    terms = terms_example().as_dict()

    assert fits(RECORD, record)
    assert fits(TERMS, terms)
    assert not fits(RECORD, {**record, "more": 1})
    assert not fits(TERMS, {name: each for name, each in terms.items() if name != "sender"})


async def test_the_example_is_taken(client: httpx2.AsyncClient, world: World) -> None:
    """
    The example stands in /openapi.json, fits its schema, and is answered with its proof.
    """
    description = await published(client)
    content = description["requestBody"]["content"]["application/jwt"]["schema"]
    header, payload = content["contentSchema"]["prefixItems"]
    example = loads(payload["x-example"])
    answer = await client.post(
        PATH, content=signed(world, example), headers={"content-type": "application/jwt"}
    )

    assert SUBMISSION_TYP == header["properties"]["typ"]["const"]
    assert fits(SUBMISSION, example)
    assert example == example_payload()
    assert EXAMPLE_ORIGIN == ORIGIN
    assert 200 == answer.status_code
    EntryProof.parse(loads(answer.content))
    answered = description["responses"]["200"]["content"]["application/json"]["schema"]
    assert fits(answered, answer.json())


@pytest.mark.parametrize("refused", REFUSED_CHANGES, ids=lambda each: str(each.change)[:40])
async def test_a_changed_example_is_refused_as_published(
    client: httpx2.AsyncClient, world: World, refused: RefusedChange
) -> None:
    """
    Status and code stand in the description, in the very place where the answer is.
    """
    description = await published(client)
    token = signed(world, merged(example_payload(), refused.change))

    answer = await client.post(PATH, content=token, headers={"content-type": "application/jwt"})

    status, _ = answer_of(refused.failure)
    assert (status.value, refused.failure.value) == (answer.status_code, answer.json()["error"])
    schema = description["responses"][str(answer.status_code)]
    assert fits(schema["content"]["application/json"]["schema"], answer.json())
    shown = {"change": refused.change, "error": refused.failure.value}
    assert shown in description["x-refused"]


@pytest.mark.parametrize("path", ["records", "erasure"])
async def test_what_a_pair_may_ask_is_published_too(client: httpx2.AsyncClient, path: str) -> None:
    """
    Header, payload and refusals of both requests.
    """
    description = await published(client, f"/consent/labels/{{label}}/{path}")
    content = description["requestBody"]["content"]["application/jwt"]["schema"]
    _, payload = content["contentSchema"]["prefixItems"]

    assert {"aud", "label", "iat", "mac"} <= set(payload["required"])
    assert "not_found" in description["responses"]["404"]["description"]
