"""Fill the sources of record with a population, batch by batch: any size in constant memory."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from sqlalchemy import BindParameter, Column, bindparam, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from issuers.population.census import Dossier
from issuers.source.records import Office
from issuers.store.card_rows import portrait_rows
from issuers.store.household_reading import household
from issuers.store.identity_tables import portraits, resident_cards
from issuers.store.population_rows import (
    ORDER,
    add_first_edition,
    add_second_edition,
    add_third_edition,
    no_rows,
    office_row,
)
from issuers.store.register_tables import register_files
from issuers.store.sheet_rows import Offices, Rows
from issuers.store.source_tables import households, members, offices, people

# Households per transaction: some ten thousand rows, a few megabytes.
BATCH = 1000

_HOME: BindParameter[int] = bindparam("household")
_HEAD = (
    select(members.c.citizen)
    .where(members.c.household == _HOME, members.c.cohabitant.is_(False))
    .order_by(members.c.number)
    .limit(1)
)

_RESIDENTS = select(func.count()).select_from(members)

# Told after each batch how many residents were written so far.
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the sources of record are filled: households with all that belongs to them.

    ``written`` counts households of any edition of the tables, ``with_sheets`` those of the
    second; they differ in a database that was filled before there were sheets of the register, or
    cards. ``residents`` live in a household.
    """

    complete: int
    with_sheets: int
    written: int
    residents: int


async def standing(engine: AsyncEngine) -> Standing:
    """Return how far the sources of record are filled; household numbers count from 0."""
    async with engine.connect() as connection:
        return Standing(
            complete=await _first_free(connection, resident_cards.c.household),
            with_sheets=await _first_free(connection, register_files.c.household),
            written=await _first_free(connection, households.c.id),
            residents=int(await connection.scalar(_RESIDENTS) or 0),
        )


async def load(
    engine: AsyncEngine,
    every_office: Sequence[Office],
    dossiers: Iterable[Dossier],
    progress: Progress = lambda _written: None,
) -> int:
    """Write a population into the source of record and return how many people were written.

    Households that are there already are passed over, so an interrupted load is continued: each
    batch is written whole or not at all. What is missing of one is made for it as it stands there.
    """
    numbers = {office: number for number, office in enumerate(every_office)}
    await _write_offices(engine, numbers)
    there = await standing(engine)
    written = residents = 0
    for batch in _batches(dossier for dossier in dossiers if dossier.number >= there.complete):
        async with engine.begin() as connection:
            rows = no_rows()
            for dossier in batch:
                await _add(rows, dossier, connection, there, numbers)
            await _write_portraits(connection, batch)
            for table in ORDER:
                if rows[table]:
                    await connection.execute(insert(table), rows[table])
        written += len(rows[people])
        residents += len(rows[members])
        progress(residents)
    return written


async def _add(
    rows: Rows, dossier: Dossier, connection: AsyncConnection, there: Standing, numbers: Offices
) -> None:
    if dossier.number < there.written:
        head = await connection.scalar(_HEAD, {"household": dossier.number})
        dossier = replace(dossier, household=await household(connection, str(head)))
    else:
        add_first_edition(rows, dossier, numbers)
    if dossier.number >= there.with_sheets:
        add_second_edition(rows, dossier, numbers)
    add_third_edition(rows, dossier, numbers)


async def _write_portraits(connection: AsyncConnection, batch: Iterable[Dossier]) -> None:
    """Write the pictures that are not there yet; many of a population share one."""
    pictures = {card.portrait for dossier in batch for card in dossier.resident_cards}
    pictures |= {one.portrait for dossier in batch for _citizen, one in dossier.driving_licences}
    rows = portrait_rows(pictures)
    there = set((await connection.execute(select(portraits.c.digest))).scalars())
    missing = [row for digest, row in rows.items() if digest not in there]
    if missing:
        await connection.execute(insert(portraits), missing)


async def _first_free(connection: AsyncConnection, column: Column[int]) -> int:
    last = await connection.scalar(select(func.max(column)))
    return 0 if last is None else int(last) + 1


async def _write_offices(engine: AsyncEngine, numbers: Offices) -> None:
    """Write the offices that are not there; those come last in the order of all."""
    async with engine.begin() as connection:
        there = await _first_free(connection, offices.c.id)
        rows = [office_row(at, office) for office, at in numbers.items() if at >= there]
        if rows:
            await connection.execute(insert(offices), rows)


def _batches(dossiers: Iterable[Dossier]) -> Iterator[list[Dossier]]:
    remaining = iter(dossiers)
    while batch := list(islice(remaining, BATCH)):
        yield batch
