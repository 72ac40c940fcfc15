"""The source of record in SQL: what was generated is what is read, on both databases."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import delete, event, update
from sqlalchemy.ext.asyncio import AsyncEngine

from issuers.errors import IssuerError, IssuerFailure
from issuers.population.census import Dossier, offices, population
from issuers.population.known import DEREGISTERED_CITIZEN
from issuers.source.records import RegisterStatus
from issuers.store import SqlSourceOfRecord, metadata
from issuers.store import population as loading
from issuers.store.population_rows import ORDER
from issuers.store.source_tables import people
from tests.conftest import EngineOf
from tests.issuers.world import AS_OF

PEOPLE = list(population(households=40, as_of=AS_OF))
# The tables that came later, parents first.
SECOND_EDITION = ORDER[7:]


def everyone(dossiers: list[Dossier]) -> int:
    """How many people there are: those with an account, and those who emigrated."""
    return sum(
        len(dossier.accounts)
        + sum(sheet.status is RegisterStatus.DEREGISTERED for sheet in dossier.sheets)
        for dossier in dossiers
    )


async def test_what_is_read_is_what_was_written(engine_of: EngineOf) -> None:
    """
    Every household, sheet and tax account comes back equal, whichever member asks.
    """
    engine = await engine_of(metadata)
    written = await loading.load(engine, offices(), PEOPLE)
    source = SqlSourceOfRecord(engine)

    assert everyone(PEOPLE) == written
    for dossier in PEOPLE:
        for citizen, account in dossier.accounts:
            assert dossier.household == await source.household_of(citizen)
            assert account == await source.tax_account_of(citizen)
        for citizen, local in dossier.local_accounts:
            assert local == await source.local_tax_account_of(citizen)
        for sheet in dossier.sheets:
            assert sheet == await source.register_file_of(sheet.person.citizen)
            assert sheet.person == await source.person_of(sheet.person.citizen)


async def test_an_unknown_citizen_is_told_so(engine_of: EngineOf) -> None:
    """
    No authority knows somebody who is not there.
    """
    source = SqlSourceOfRecord(await engine_of(metadata))
    look_ups: list[Callable[[str], Awaitable[object]]] = [
        source.person_of,
        source.household_of,
        source.register_file_of,
        source.tax_account_of,
        source.local_tax_account_of,
    ]

    for look_up in look_ups:
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

    assert everyone(PEOPLE) == first + rest
    assert 0 == again
    assert PEOPLE[39].household == await source.household_of(PEOPLE[39].accounts[0][0])


async def test_what_is_missing_of_a_household_is_made_for_it(engine_of: EngineOf) -> None:
    """
    A database filled before there were sheets gets them for its people, as they stand there.
    """
    engine = await engine_of(metadata)
    source = SqlSourceOfRecord(engine)
    await loading.load(engine, offices(), PEOPLE)
    async with engine.begin() as connection:
        for table in reversed(SECOND_EDITION):
            await connection.execute(delete(table))
        await connection.execute(delete(people).where(people.c.citizen == DEREGISTERED_CITIZEN))
        await connection.execute(
            update(people).where(people.c.citizen == "demo").values(name="김다른")
        )
    completed = await loading.load(engine, offices(), PEOPLE)
    sheet = await source.register_file_of("demo")

    assert 1 == completed
    assert "김다른" == sheet.person.name
    assert "김다른" == (await source.local_tax_account_of("demo")).taxpayer.name
    assert PEOPLE[9].sheets[0] == await source.register_file_of("c0000009-0")
    assert 0 == await loading.load(engine, offices(), PEOPLE)


async def test_every_look_up_goes_by_an_index(engine: AsyncEngine) -> None:
    """
    A few statements each, none of which reads a table from end to end, whatever its size.
    """
    asked: list[tuple[str, Any]] = []

    def note(_c: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        asked.append((statement, parameters))

    source = SqlSourceOfRecord(engine)
    event.listen(engine.sync_engine, "before_cursor_execute", note)
    await source.household_of("demo")
    await source.tax_account_of("demo")
    await source.person_of("demo")
    await source.register_file_of("demo")
    await source.local_tax_account_of("demo")
    event.remove(engine.sync_engine, "before_cursor_execute", note)

    assert 12 == len(asked)
    async with engine.connect() as connection:
        for statement, parameters in asked:
            plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            steps = [str(row.detail) for row in plan]
            assert all(step.startswith(("SEARCH", "USE TEMP B-TREE")) for step in steps), steps
