"""The source of record in SQL: what was generated is what is read, on both databases."""

from typing import Any

import pytest
from sqlalchemy import event
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


async def test_every_look_up_goes_by_an_index(engine: AsyncEngine) -> None:
    """
    Three statements each, none of which reads a table from end to end, whatever its size.
    """
    asked: list[tuple[str, Any]] = []

    def note(_c: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        asked.append((statement, parameters))

    source = SqlSourceOfRecord(engine)
    event.listen(engine.sync_engine, "before_cursor_execute", note)
    await source.household_of("demo")
    await source.tax_account_of("demo")
    event.remove(engine.sync_engine, "before_cursor_execute", note)

    assert 6 == len(asked)
    async with engine.connect() as connection:
        for statement, parameters in asked:
            plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            steps = [str(row.detail) for row in plan]
            assert all(step.startswith(("SEARCH", "USE TEMP B-TREE")) for step in steps), steps
