"""Fifty at once for everything that is for one, round after round (R15).

`make test` runs twenty rounds of each race, `make races` a thousand: half on each database.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from issuers.population.census import offices, population
from issuers.store import metadata
from issuers.store.population import load
from tests.conftest import EngineOf
from tests.issuers.racing import RACES, Racer, Track
from tests.issuers.world import AS_OF, FreshKeys, MovableClock, World, client_of, room

ROUNDS = int(os.environ.get("MYDATA_RACE_ROUNDS", "20")) // 2
RACERS = 50


@pytest.fixture
async def track(engine_of: EngineOf, fresh_keys: FreshKeys) -> AsyncIterator[Track]:
    """The room over each kind of database, with the demo household."""
    engine = await engine_of(metadata)
    await load(engine, offices(), population(households=1, as_of=AS_OF))
    clock = MovableClock()
    issuers = room(engine, fresh_keys, clock)
    await issuers.prepare()
    async with client_of(issuers) as http:
        yield Track(World(issuers, engine, clock, fresh_keys, http))


@pytest.mark.parametrize("race", RACES, ids=lambda race: race.__name__)
async def test_one_of_fifty_wins_each_round(
    track: Track, race: Callable[[Track], Awaitable[Racer]]
) -> None:
    """
    R15, H57: of all who reach for it at once one gets it, and the others are told that it is gone.
    """
    for number in range(ROUNDS):
        run = await race(track)
        prizes = await asyncio.gather(*(run(racer) for racer in range(RACERS)))
        assert 1 == len(set(prizes) - {None}), f"round {number}: {prizes}"
        # Of earlier rounds nothing is left that could make this one slower.
        track.world.clock.move(minutes=6)
