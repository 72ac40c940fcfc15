"""Months of statistics: each entry in exactly one, each closed once, each sheet signed."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine

from consent import months
from consent.auditing.export import export_log
from consent.endpoints import routes
from consent.errors import ConsentError, ConsentFailure
from consent.forms.record import EventState
from consent.ledger import Ledger
from consent.statistics.counting import Column
from consent.statistics.sheet import check_sheet
from consent.store import ConsentStore, metadata
from tests.conftest import EngineOf
from tests.consent.sharing import Sharing, counted
from tests.consent.world import NOW, World

DECEMBER = datetime(2026, 12, 1, 0, 3, tzinfo=UTC)
JANUARY = datetime(2027, 1, 1, 0, 3, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _clock_back(world: World) -> Iterator[None]:
    yield
    world.now = NOW


@pytest.fixture
async def engine(engine_of: EngineOf) -> AsyncEngine:
    return await engine_of(metadata)


@pytest.fixture
async def ledger(world: World, engine: AsyncEngine, tmp_path: Path) -> AsyncIterator[Ledger]:
    ledger = world.ledger(engine, anchor=tmp_path / "anchor")
    await ledger.start()
    yield ledger
    await ledger.close()


async def used(ledger: Ledger, world: World) -> Sharing:
    sharing = await Sharing(ledger, world, counted(3)).given()
    await sharing.write(EventState.USED)
    return sharing


async def test_a_month_is_closed_with_a_signed_sheet_of_its_entries(
    ledger: Ledger, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    November's entries are November's, December begins with the one after; the totals are the
    log's own counts of that range.
    """
    monkeypatch.setattr(months, "_AT_ONCE", 1)
    await ledger.months.turn()
    sharing = await used(ledger, world)
    await ledger.months.turn()
    assert [] == await ledger.months.closed()

    world.now = DECEMBER
    await ledger.months.turn()
    await sharing.write(EventState.WITHDRAWN)
    world.now = JANUARY
    await ledger.months.turn()

    files: dict[str, bytes] = {}
    exported = await export_log(ledger.file, files.__setitem__)
    december, november = await ledger.months.closed()
    assert [("2026-11", 0, 2), ("2026-12", 2, 3)] == [
        (each.month, each.first, each.last) for each in (november, december)
    ]
    for month in (november, december):
        sheet = (await ledger.file(f"statistics/{month.month}.csv")).decode()
        of, problems = check_sheet(sheet, files.get, log_key=ledger.log_key, size=exported.size)
        assert ((month.first, month.last), ()) == ((of.first, of.last), problems)
        assert "미리내은행" in sheet
    assert "<5" in (november.sheet or "")


async def test_the_open_month_is_counted_so_far(
    ledger: Ledger, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    All of it while it is short, the beginning of it when it is long, and nothing before it began.
    """
    assert await ledger.months.so_far() is None
    await ledger.months.turn()
    await used(ledger, world)

    so_far = await ledger.months.so_far()
    monkeypatch.setattr(months, "COUNTED_FOR_A_PAGE", 1)
    beginning = await ledger.months.so_far()

    assert so_far is not None
    [bank] = so_far.parties
    assert so_far.whole
    assert (1, 1, 0) == tuple(
        bank.of(column) for column in (Column.CONSENTS, Column.USED, Column.NEVER_USED)
    )
    assert beginning is not None
    assert (False, 1) == (beginning.whole, beginning.of.last)


async def test_what_is_over_stays_over(ledger: Ledger, world: World, engine: AsyncEngine) -> None:
    """
    Two processes close and open a month once; a month that is open, or never was, has no sheet.
    """
    await ledger.months.turn()
    store = ConsentStore(engine).months
    await store.open("2026-11", 7)
    world.now = DECEMBER
    await ledger.months.turn()
    [kept] = await ledger.months.closed()
    await store.close("2026-11", 9, "another")

    assert [kept] == await ledger.months.closed()
    for month in ("2026-12", "2026-13", "../2026-11"):
        with pytest.raises(ConsentError) as caught:
            await ledger.file(f"statistics/{month}.csv")
        assert ConsentFailure.NOT_FOUND == caught.value.failure


async def test_an_unopenable_record_counts_for_nobody(
    ledger: Ledger, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    What was destroyed has no institution any more; the rest is counted.
    """
    await ledger.months.turn()
    await used(ledger, world)
    keys = ledger._records._keys

    async def none(_ids: object) -> dict[bytes, bytes]:
        return {}

    monkeypatch.setattr(keys, "wrapped", none)

    so_far = await ledger.months.so_far()

    assert so_far is not None
    assert () == so_far.parties


async def test_the_sheet_is_open_to_all(ledger: Ledger, world: World) -> None:
    """
    Over HTTP, as comma-separated values, without a name or a token.
    """
    await ledger.months.turn()
    world.now = DECEMBER
    await ledger.months.turn()
    app = FastAPI()
    app.include_router(routes(ledger))
    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://ledger") as client:
        answer = await client.get("/consent/log/statistics/2026-11.csv")

    assert 200 == answer.status_code
    assert "text/csv; charset=utf-8" == answer.headers["content-type"]
    assert answer.text.startswith("mydata-statistics-v2,mydata.example/consent/2026,2026-11,0,0\n")
