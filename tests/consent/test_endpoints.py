"""The ledger on the wire: status, bodies, caching, and errors that say nothing they should not."""

import os
from collections.abc import AsyncIterator

import httpx2
import pytest
from fastapi import FastAPI

from consent.authorisation import SUBMISSION_LIMIT
from consent.endpoints import refusal, routes
from consent.endpoints.refusals import _WIRE
from consent.errors import ConsentError, ConsentFailure
from consent.forms.entry import EntryType
from consent.forms.receipt import EntryProof
from consent.forms.submission import NewEntry, PairSecret
from consent.ledger import Ledger
from keys.strict_json import loads, loads_object
from tests.consent.world import World, deposited
from tests.problems import answer_web_error
from web.errors import WebError

JWT = {"content-type": "application/jwt"}


@pytest.fixture
async def client(ledger: Ledger) -> AsyncIterator[httpx2.AsyncClient]:
    app = FastAPI()
    app.include_router(routes(ledger))
    app.add_exception_handler(WebError, answer_web_error)
    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://ledger") as client:
        yield client


def submission(world: World, key: str = "key-0001") -> str:
    pair = PairSecret(os.urandom(32), os.urandom(32))
    return world.by_holder(deposited(pair.label, EntryType.CONSENT, key), pair)


async def test_an_entry_is_posted_and_its_answer_verifies(
    client: httpx2.AsyncClient, ledger: Ledger, world: World
) -> None:
    """
    200 with the entry and its proof, whose checkpoint is at once the public one.
    """
    token = submission(world, os.urandom(8).hex())
    answer = await client.post("/consent/entries", content=token, headers=JWT)
    again = await client.post("/consent/entries", content=token, headers=JWT)
    checkpoint = await client.get("/consent/log/checkpoint")

    assert 200 == answer.status_code
    proof = EntryProof.parse(loads(answer.content))
    proof.verify(log_key=ledger.log_key)
    assert answer.json() == again.json()
    assert proof.checkpoint == checkpoint.text
    assert "no-cache" == checkpoint.headers["cache-control"]


async def test_static_files_say_how_long_they_are_good(
    client: httpx2.AsyncClient, ledger: Ledger, world: World
) -> None:
    """
    Tiles are octets for ever; the key is text; what is not there is 404.
    """
    await client.post("/consent/entries", content=submission(world), headers=JWT)
    tile = await client.get("/consent/log/tile/0/000.p/1")
    vkey = await client.get("/consent/log/vkey")
    absent = await client.get("/consent/log/tile/0/000")

    assert "immutable" in tile.headers["cache-control"]
    assert 32 == len(tile.content)
    assert f"{ledger.log_key.text()}\n" == vkey.text
    assert 404 == absent.status_code
    assert "not_found" == absent.json()["error"]


@pytest.mark.parametrize(
    ("content", "media_type", "status", "code"),
    [
        (b"", "application/jwt", 400, "submission_invalid"),
        (b"\xff\xfe", "application/jwt", 400, "submission_invalid"),
        (b"a.b.c", "application/json", 415, "media_type"),
        (b"x" * (SUBMISSION_LIMIT + 1), "application/jwt", 413, "body_too_large"),
    ],
    ids=["empty", "not text", "json", "too large"],
)
async def test_hostile_bodies_are_refused(
    client: httpx2.AsyncClient, content: bytes, media_type: str, status: int, code: str
) -> None:
    """
    A body that is no submission is refused in our own form of error.
    """
    answer = await client.post(
        "/consent/entries", content=content, headers={"content-type": media_type}
    )

    assert status == answer.status_code
    assert {"error", "party", "detail"} == set(answer.json())
    assert code == answer.json()["error"]


async def test_an_error_repeats_nothing_that_was_sent_t23(
    client: httpx2.AsyncClient, world: World
) -> None:
    """
    T23: a canary as commitment, key, MAC and type appears in no answer.
    """
    pair = PairSecret(b"canary-label-canary-label-canary", b"canary-secret-canary-secret-cana")
    entry = NewEntry(EntryType.USED, pair.label, b"canary-commit-canary-commit-cana", "canary-key")
    token = world.by_holder(entry, pair)
    answers = [
        await client.post("/consent/entries", content=token, headers=JWT),
        await client.post("/consent/entries", content=token[:-9] + "canary-AA", headers=JWT),
        await client.get("/consent/log/tile/canary/000"),
    ]

    for answer in answers:
        assert 400 <= answer.status_code < 500
        assert "canary" not in answer.text


@pytest.mark.parametrize("failure", list(ConsentFailure))
def test_every_failure_has_its_place_on_the_wire(failure: ConsentFailure) -> None:
    """
    The mapping is total; what may be tried again says when.
    """
    reply = refusal(ConsentError(failure, "a sentence"))

    assert failure in _WIRE
    assert failure.value == loads_object(bytes(reply.body))["error"]
    assert (reply.status_code in (429, 503)) == ("retry-after" in reply.headers)
