"""Status lists that are kept: what held then, as it was served then, and no more."""

import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import func, select

from issuers.errors import IssuerError, IssuerFailure
from issuers.status.kept_lists import KEPT_FINELY, KEPT_FOR
from issuers.store.kept_tables import kept_lists
from standards.status_list.bits import StatusList
from standards.status_list.token import parse_status_token
from tests.issuers.world import NOW, OPERATOR, REGISTRY, World


async def kept_rows(world: World) -> list[tuple[str, datetime, int]]:
    """Authority, time and version of all that is kept."""
    table = kept_lists.c
    query = select(table.authority, table.issued_at, table.version).order_by(table.issued_at)
    async with world.engine.connect() as connection:
        found = await connection.execute(query)
        return [(row[0], datetime.fromtimestamp(row[1], UTC), row[2]) for row in found]


async def then(world: World, at: datetime) -> str:
    """The list that held at a time, over HTTP."""
    answer = await world.http.get(f"{REGISTRY}/status/0?time={int(at.timestamp())}")
    assert 200 == answer.status_code, answer.text
    assert "public, max-age=86400" == answer.headers["cache-control"]
    text: str = answer.text
    return text


async def test_what_held_then_is_given_out_as_it_was_served(world: World) -> None:
    """
    Valid in the morning, revoked at noon: each time asked for gets the token of that time, which
    covers it (Token Status List 8.4).
    """
    morning = (await world.http.get(f"{REGISTRY}/status/0")).text
    await world.issue()
    await world.issuers.keep_status_lists()
    found = await world.http.get("/issuers/operator/credentials?to=demo", headers=OPERATOR)
    number = found.json()["credentials"][0]["id"]
    world.clock.move(minutes=29)
    await world.http.post(
        f"/issuers/operator/credentials/{number}/revoke", json={"reason": "x"}, headers=OPERATOR
    )
    await world.issuers.keep_status_lists()
    world.clock.move(days=2)

    before = await then(world, NOW + timedelta(minutes=28))
    after = await then(world, NOW + timedelta(minutes=29))

    assert morning == before
    revoked = [
        StatusList.parse(json.loads(parse_status_token(token).payload)["status_list"])
        for token in (before, after)
    ]
    assert 0 == sum(revoked[0].octets)
    assert sum(revoked[1].octets) > 0


@pytest.mark.parametrize("minutes", [-1, 60 + 1, 2 * 24 * 60], ids=["before", "gap", "future"])
async def test_a_time_that_no_kept_list_covers_is_refused(world: World, minutes: int) -> None:
    """
    406, with the range that is kept: silence is never an answer of "valid".
    """
    await world.issuers.keep_status_lists()
    world.clock.move(hours=3)
    await world.issuers.keep_status_lists()
    at = int((NOW + timedelta(minutes=minutes)).timestamp())

    refused = await world.http.get(f"{REGISTRY}/status/0?time={at}")

    assert 406 == refused.status_code
    assert "status_not_kept" == refused.json()["error"]
    assert f"kept are {NOW.replace(microsecond=0)}" in refused.json()["detail"]


async def test_nothing_kept_is_said(world: World) -> None:
    """
    A list that was never kept has no past to show.
    """
    with pytest.raises(IssuerError) as caught:
        await world.issuers.status_token("resident-registry", 0, at=NOW)

    assert IssuerFailure.STATUS_NOT_KEPT == caught.value.failure
    assert "none is kept" in caught.value.detail


@pytest.mark.parametrize("time", ["-1", "253402300800", "1e9", "x", "", "9" * 5000, "٣"])
async def test_a_time_that_is_no_time_is_refused(world: World, time: str) -> None:
    """
    Seconds since 1970 that a calendar has, as digits; refused in the form of every problem.
    """
    refused = await world.http.get(f"{REGISTRY}/status/0?time={time}")

    assert (400, "malformed") == (refused.status_code, refused.json()["error"])
    assert {"error", "party", "detail"} == set(refused.json())


async def test_a_version_is_kept_once_in_half_an_hour(world: World) -> None:
    """
    However often it is looked at, and by however many processes; no moment is left uncovered.
    """
    for _ in range(121):
        await world.issuers.keep_status_lists()
        world.clock.move(minutes=1)

    rows = [row for row in await kept_rows(world) if row[0] == "resident-registry"]

    assert 4 <= len(rows) <= 5
    gaps = [late[1] - early[1] for early, late in pairwise(rows)]
    assert max(gaps) < timedelta(hours=1)


async def test_what_is_old_is_thinned_to_days_and_then_forgotten(world: World) -> None:
    """
    Every half hour for five weeks, then each day's first, then nothing after three years.
    """
    for _ in range(6):
        await world.issuers.keep_status_lists()
        world.clock.move(hours=8)
    fine = len(await kept_rows(world))

    world.clock.now = NOW + KEPT_FINELY + timedelta(days=3)
    await world.issuers.keep_status_lists()
    thinned = await kept_rows(world)
    world.clock.now = NOW + KEPT_FOR + timedelta(days=60)
    await world.issuers.keep_status_lists()

    authorities = {row[0] for row in thinned}
    assert 6 * len(authorities) == fine
    for authority in authorities:
        days = [row[1].date() for row in thinned if row[0] == authority]
        assert len(set(days)) == len(days)
        assert 3 == len(days)
    assert len(authorities) == len(await kept_rows(world))
    async with world.engine.connect() as connection:
        assert len(authorities) == await connection.scalar(
            select(func.count()).select_from(kept_lists)
        )
