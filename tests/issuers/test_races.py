"""Many at once over HTTP: what is for one goes to one (H57, R15)."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from issuers.population.census import offices, population
from issuers.store import metadata
from issuers.store.population import load
from keys.strict_json import loads_object
from standards.sd_jwt.parse import parse_sd_jwt
from standards.status_list.reference import StatusReference
from tests.conftest import EngineOf
from tests.issuers.world import (
    AS_OF,
    FreshKeys,
    MovableClock,
    World,
    client_of,
    code_in,
    room,
)


@pytest.fixture
async def crowd(engine_of: EngineOf, fresh_keys: FreshKeys) -> AsyncIterator[World]:
    """The room over each kind of database, with the demo household."""
    engine = await engine_of(metadata)
    await load(engine, offices(), population(households=1, as_of=AS_OF))
    clock = MovableClock()
    issuers = room(engine, fresh_keys, clock)
    await issuers.prepare()
    async with client_of(issuers) as http:
        yield World(issuers, engine, clock, fresh_keys, http)


async def test_one_of_a_hundred_wallets_gets_the_token(crowd: World) -> None:
    """
    H57: 100 parallel redemptions of one code: one 200, 99 invalid_grant, and as the code came
    again the token is worth nothing.
    """
    code = await crowd.code()
    answers = await asyncio.gather(*(crowd.redeem(code) for _ in range(100)))

    good = [answer for answer in answers if answer.status_code == 200]
    assert 1 == len(good)
    assert {"invalid_grant"} == {a.json()["error"] for a in answers if a.status_code == 400}
    access = good[0].json()["access_token"]
    body = await crowd.request(crowd.prove(await crowd.nonce()))
    assert 401 == (await crowd.ask(access, body)).status_code


async def test_guesses_in_a_crowd_are_counted(crowd: World) -> None:
    """
    T10: fifty guesses at once are five tries; the right code among the late ones does not help.
    """
    offered = await crowd.order(tx_code=True)
    code, right = code_in(offered), str(offered["tx_code"])
    guesses = [f"{guess:06d}" for guess in range(50) if f"{guess:06d}" != right]
    answers = await asyncio.gather(*(crowd.redeem(code, tx_code=guess) for guess in guesses))

    assert {400} == {answer.status_code for answer in answers}
    assert 400 == (await crowd.redeem(code, tx_code=right)).status_code


async def test_parallel_issuances_share_no_place(crowd: World) -> None:
    """
    P3: twenty wallets at once, three copies each: sixty places, none twice.
    """

    async def places() -> list[StatusReference]:
        copies = await crowd.issue(copies=3)
        payloads = (loads_object(parse_sd_jwt(one).issuer.payload) for one in copies)
        return [StatusReference.parse(claims["status"]) for claims in payloads]

    taken = await asyncio.gather(*(places() for _ in range(20)))

    everywhere = [place for one in taken for place in one]
    assert 60 == len(everywhere) == len(set(everywhere))
