"""The source of record in SQL: what was generated is what is read, on both databases."""

import time

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from issuers.errors import IssuerError, IssuerFailure
from issuers.population.census import offices, population
from issuers.store import SqlSourceOfRecord, metadata
from issuers.store import population as loading
from tests.conftest import EngineOf
from tests.issuers.world import AS_OF

PEOPLE = list(population(households=40, as_of=AS_OF))


async def test_what_is_read_is_what_was_written(engine_of: EngineOf) -> None:
    """
    Every household and every tax account comes back equal, whichever member asks.
    """
    engine = await engine_of(metadata)
    written = await loading.load(engine, offices(), PEOPLE)
    source = SqlSourceOfRecord(engine)

    assert sum(len(dossier.accounts) for dossier in PEOPLE) == written
    for dossier in PEOPLE:
        for citizen, account in dossier.accounts:
            assert dossier.household == await source.household_of(citizen)
            assert account == await source.tax_account_of(citizen)


async def test_an_unknown_citizen_is_told_so(engine_of: EngineOf) -> None:
    """
    Neither authority knows somebody who is not there.
    """
    source = SqlSourceOfRecord(await engine_of(metadata))

    for look_up in (source.household_of, source.tax_account_of):
        with pytest.raises(IssuerError) as caught:
            await look_up("nobody")
        assert IssuerFailure.UNKNOWN_CITIZEN == caught.value.failure


async def test_an_interrupted_load_is_continued(
    engine_of: EngineOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Batches are whole; the next load passes over them, and a third one finds nothing to do.
    """
    monkeypatch.setattr(loading, "BATCH", 7)
    engine = await engine_of(metadata)
    source = SqlSourceOfRecord(engine)
    first = await loading.load(engine, offices(), PEOPLE[:10])
    rest = await loading.load(engine, offices(), PEOPLE)
    again = await loading.load(engine, offices(), PEOPLE)

    assert sum(len(dossier.accounts) for dossier in PEOPLE) == first + rest
    assert 0 == again
    assert PEOPLE[39].household == await source.household_of(PEOPLE[39].accounts[0][0])


async def test_a_thousand_households_are_made_and_stored_in_two_seconds(
    engine_of: EngineOf,
) -> None:
    """
    Generated and written, ready for the demonstration. (CPU time: the machine may be shared.)
    """
    engine = await engine_of(metadata)
    start = time.process_time()
    await loading.load(engine, offices(), population(households=1000, as_of=AS_OF))

    assert time.process_time() - start < 2


async def test_a_look_up_takes_less_than_five_milliseconds(engine: AsyncEngine) -> None:
    """
    Three look-ups by key, in CPU time of all threads: the machine may be shared.
    """
    source = SqlSourceOfRecord(engine)
    await source.household_of("demo")
    start = time.process_time()
    for _ in range(20):
        await source.household_of("demo")

    assert (time.process_time() - start) / 20 < 0.005
