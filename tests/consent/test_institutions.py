"""What strangers asked beyond their registration, counted for auditors out of the records."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.requests import Request

from consent.endpoints.institutions import institution_routes
from consent.forms.record import EventState
from consent.ledger import Ledger
from consent.store import metadata
from keys import base64url
from tests.conftest import EngineOf
from tests.consent.sharing import Sharing
from tests.consent.world import World
from tests.problems import answer_web_error
from web.errors import Unauthorised, WebError

PATH = "/consent/operator/institutions"


@pytest.fixture
async def engine(engine_of: EngineOf) -> AsyncEngine:
    return await engine_of(metadata)


@pytest.fixture
async def ledger(world: World, engine: AsyncEngine, tmp_path: Path) -> AsyncIterator[Ledger]:
    ledger = world.ledger(engine, anchor=tmp_path / "anchor")
    await ledger.start()
    yield ledger
    await ledger.close()


def authorize(request: Request, role: str) -> str:
    if request.headers.get("authorization") != f"Bearer {role}":
        raise Unauthorised
    return role


async def asked(ledger: Ledger, *, status: int = 200, by: str = "operator") -> Any:
    app = FastAPI()
    app.include_router(institution_routes(ledger, authorize), prefix="/consent")
    app.add_exception_handler(WebError, answer_web_error)
    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://ledger") as client:
        answer = await client.get(PATH, headers={"Authorization": f"Bearer {by}"})
    assert status == answer.status_code
    return answer.json()


async def beyond(sharing: Sharing, state: EventState) -> None:
    """Write that this much was asked beyond a registration."""
    made = sharing.record(state)
    await sharing.write(state, asked=replace(made.asked, beyond_registration=("birthdate",)))


async def test_surplus_is_counted_by_institution_whatever_was_answered(
    ledger: Ledger, world: World
) -> None:
    """
    P12, T30: a yes and a no to too much are two; what stayed within is none of them, and no label
    or claim of anybody is told.
    """
    await ledger.months.turn()
    agreed, refused, within = (Sharing(ledger, world) for _ in range(3))
    await beyond(agreed, EventState.GIVEN)
    await beyond(refused, EventState.REFUSED)
    await within.given()

    month = await asked(ledger)

    [bank] = month["institutions"]
    assert ("kr-110111-0000001", "미리내은행") == (bank["party"], bank["name"])
    counted = ("asked", "consents", "refused", "over_asked", "beyond_registration")
    assert [3, 2, 1, 0, 2] == [bank[name] for name in counted]
    assert (0, 3, True) == (month["first"], month["last"], month["whole"])
    assert not any(
        text in str(month)
        for text in ("birthdate", *(base64url.encode(each.pair.label) for each in (agreed,)))
    )


async def test_it_is_for_the_operator_and_empty_before_the_first_month(ledger: Ledger) -> None:
    """
    Nobody else gets so far as to the counting.
    """
    assert "unauthorised" in str(await asked(ledger, status=401, by="somebody"))
    month = await asked(ledger)
    assert (None, [], True) == (month["month"], month["institutions"], month["whole"])
