"""Several processes on one ledger: what was consented to holds across them, on either database."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from consent import appending
from consent.errors import ConsentError, ConsentFailure
from consent.forms.entry import EntryType
from consent.forms.reading import Unopenable
from consent.forms.record import EventState
from consent.ledger import Ledger
from consent.ports import EntryFilter, LabelState, Turn
from consent.store import metadata
from consent.store.deposits import Deposits
from consent.store.lock import ProcessLock
from tests.conftest import EngineOf
from tests.consent.sharing import Sharing, counted
from tests.consent.world import NOW, World


@pytest.fixture
async def engine(engine_of: EngineOf) -> AsyncEngine:
    return await engine_of(metadata)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
async def ledgers(
    world: World, engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[list[Ledger]]:
    """Three ledgers on one database; on SQLite without the lock that would keep two out (H93)."""

    class NoLock:
        def release(self) -> None: ...

    monkeypatch.setattr(ProcessLock, "take", lambda _path: NoLock())
    ledgers = [world.ledger(engine) for _ in range(3)]
    for ledger in ledgers:
        await ledger.start()
    yield ledgers
    for ledger in ledgers:
        await ledger.close()


async def test_one_use_is_one_use_across_processes(ledgers: list[Ledger], world: World) -> None:
    """
    H93, R15: twenty-four uses at three processes of a consent for two: two entries, and each of
    the others hears that nothing is left.
    """
    sharing = await Sharing(ledgers[0], world, counted(2)).given()
    tokens = [sharing.token(sharing.deposit(sharing.record(EventState.USED))) for _ in range(24)]

    answers = await asyncio.gather(
        *(ledgers[at % 3].submit(token) for at, token in enumerate(tokens)),
        return_exceptions=True,
    )

    failures = [each.failure for each in answers if isinstance(each, ConsentError)]
    assert [ConsentFailure.CONSENT_USED_UP] * 22 == failures
    kept = await ledgers[1].records_of(sharing.pair.label)
    assert [EntryType.CONSENT, EntryType.USED, EntryType.USED] == [e.leaf.type for e in kept]
    assert [None] * 3 == [each.unopenable for each in kept]


async def test_a_retry_at_another_process_is_the_same_entry_r3(
    ledgers: list[Ledger], world: World
) -> None:
    """
    R3: one submission sent to all three at once is one entry, proven by each.
    """
    sharing = await Sharing(ledgers[0], world).given()
    token = sharing.token(sharing.deposit(sharing.record(EventState.USED)))

    proofs = await asyncio.gather(*(ledger.submit(token) for ledger in ledgers * 2))

    assert 1 == len({proof.index for proof in proofs})
    for proof in proofs:
        proof.verify(log_key=ledgers[0].log_key)


async def test_a_withdrawal_at_one_process_stops_uses_at_all(
    ledgers: list[Ledger], world: World
) -> None:
    """
    The decision of the one that has not heard of it is made again before it is written.
    """
    sharing = await Sharing(ledgers[0], world, counted(9)).given()
    sharing.ledger = ledgers[1]
    await sharing.write(EventState.USED)
    sharing.ledger = ledgers[0]
    await sharing.write(EventState.WITHDRAWN)
    sharing.ledger = ledgers[1]

    with pytest.raises(ConsentError) as caught:
        await sharing.write(EventState.USED)

    assert ConsentFailure.CONSENT_WITHDRAWN == caught.value.failure


async def test_what_falls_due_is_told_once_by_all(ledgers: list[Ledger], world: World) -> None:
    """
    Three processes tick: one `overdue` a duty, one `expired` a consent, one entry a record.
    """
    late = await Sharing(ledgers[0], world, counted(9)).given()
    await late.write(EventState.WITHDRAWN)
    over = await Sharing(ledgers[0], world, counted(9, NOW + timedelta(days=1))).given()
    used = await Sharing(ledgers[0], world).given()
    await used.write(EventState.USED)

    for at in (NOW + timedelta(days=12), NOW + timedelta(days=1096)):
        await asyncio.gather(*(ledger.tick(at) for ledger in ledgers))

    async def types(of: Sharing) -> list[EntryType]:
        return [each.leaf.type for each in await ledgers[2].records_of(of.pair.label)]

    assert [EntryType.OVERDUE] * 2 == (await types(late))[2:]
    assert [EntryType.CONSENT, EntryType.EXPIRED] == await types(over)
    gone = await ledgers[2].records_of(used.pair.label)
    assert [Unopenable.SHREDDED] * 2 == [each.unopenable for each in gone]
    page = await ledgers[2].browsing.page(EntryFilter(type=EntryType.SHREDDED), Turn())
    assert 2 == len(page.entries)


async def test_a_label_that_is_always_moved_ends_in_busy(
    ledgers: list[Ledger], world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Whoever decides on what is no longer so is not let to try for ever.
    """
    monkeypatch.setattr(appending, "_LOOKS", 3)
    sharing = await Sharing(ledgers[0], world, counted(9)).given()
    real = Deposits.label_state

    async def stale(self: Deposits, label: bytes, request: bytes) -> LabelState:
        state = await real(self, label, request)
        return LabelState(state.number - 1, state.keys, state.written)

    monkeypatch.setattr(Deposits, "label_state", stale)

    with pytest.raises(ConsentError) as caught:
        await sharing.write(EventState.USED)

    assert ConsentFailure.LEDGER_BUSY == caught.value.failure
