"""H51: a flood of questions nobody answers is stopped, and ends by itself."""

import httpx2
import pytest
from fastapi import FastAPI

from tests.verifiers.world import BASE, World
from verifiers.asking import floods
from verifiers.asking.questions import REQUEST_LIFETIME
from verifiers.endpoints import routes
from verifiers.errors import VerifierError
from verifiers.failure import Failure


def test_one_more_than_may_wait_is_refused() -> None:
    """
    The limit itself is reached, never passed (R14).
    """
    floods.check_flood(floods.OPEN_PER_PARTY - 1)
    with pytest.raises(VerifierError) as caught:
        floods.check_flood(floods.OPEN_PER_PARTY)

    assert Failure.TOO_MANY_OPEN is caught.value.failure


async def test_a_party_that_floods_goes_on_when_its_questions_have_ended(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Another party is not held up meanwhile, and the oldest question can still be fetched.
    """
    monkeypatch.setattr(floods, "OPEN_PER_PARTY", 3)
    first = await world.ask("adult-check")
    for _ in range(2):
        await world.ask("adult-check")
    with pytest.raises(VerifierError) as caught:
        await world.ask("adult-check")
    assert Failure.TOO_MANY_OPEN is caught.value.failure
    await world.ask("address-check")
    assert await world.verifiers.request_object(first.transaction_id)

    world.clock.move(seconds=REQUEST_LIFETIME.total_seconds() + 1)
    await world.ask("adult-check")


async def test_a_flood_is_429_and_says_when_to_come_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Whoever asks too much is told how long to wait.
    """
    monkeypatch.setattr(floods, "OPEN_PER_PARTY", 0)
    application = FastAPI()
    application.include_router(routes(world.verifiers, lambda _request, _role: "operator"))
    transport = httpx2.ASGITransport(application)
    async with httpx2.AsyncClient(transport=transport, base_url=BASE) as client:
        body = {"profile": "adult-check"}
        answer = await client.post("/verifiers/operator/transactions", json=body)

    assert (429, "60") == (answer.status_code, answer.headers["retry-after"])
    assert "too_many_open" == answer.json()["error"]
