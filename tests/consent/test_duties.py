"""What falls due: told once by the ledger, done by the recipient, and listed without a person."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from consent.appending import Appending
from consent.dues import DueKind, DutyFilter
from consent.errors import ConsentError, ConsentFailure
from consent.forms.deposit import Deposit
from consent.forms.entry import EntryType
from consent.forms.reason import Reason
from consent.forms.record import EventState
from consent.ledger import Ledger
from tests.consent.sharing import Sharing, counted
from tests.consent.world import NOW, World

PARTY = "kr-110111-0000001"


@dataclass
class Days:
    """A ledger on a calendar that the test turns."""

    ledger: Ledger
    world: World

    async def types(self, sharing: Sharing) -> list[EntryType]:
        return [each.leaf.type for each in await self.ledger.records_of(sharing.pair.label)]

    async def deposits(self, sharing: Sharing) -> list[Deposit]:
        kept = await self.ledger.records_of(sharing.pair.label)
        return [each.deposit for each in kept if each.deposit is not None]

    async def tick(self, at: datetime) -> int:
        self.world.travel(at)
        return await self.ledger.tick(at)


@pytest.fixture
async def days(sqlite: AsyncEngine) -> AsyncIterator[Days]:
    world = World()
    ledger = world.ledger(sqlite)
    await ledger.start()
    yield Days(ledger, world)
    await ledger.close()


async def test_a_withdrawal_is_owed_an_answer(days: Days) -> None:
    """
    Two duties of the recipient, with their times and nobody's name; done, they are listed no more.
    """
    sharing = await Sharing(days.ledger, days.world, counted(9)).given()
    await sharing.write(EventState.USED)
    assert [] == await days.ledger.duties(DutyFilter())
    await sharing.write(EventState.WITHDRAWN)

    owed = await days.ledger.duties(DutyFilter(party=PARTY))

    assert [DueKind.STOP, DueKind.ERASE] == [each.kind for each in owed]
    assert [timedelta(days=3), timedelta(days=10)] == [each.due_at - NOW for each in owed]
    assert {(PARTY, False)} == {(each.party, each.overdue) for each in owed}
    assert [] == await days.ledger.duties(DutyFilter(party="kr-2"))
    await sharing.write(EventState.ACKNOWLEDGED)
    assert [DueKind.ERASE] == [each.kind for each in await days.ledger.duties(DutyFilter())]
    await sharing.write(EventState.ERASED)
    assert [] == await days.ledger.duties(DutyFilter())


async def test_what_is_not_done_is_told_once_as_overdue(days: Days) -> None:
    """
    One entry a duty when its time has passed, none before, none twice; it stays listed.
    """
    sharing = await Sharing(days.ledger, days.world, counted(9)).given()
    await sharing.write(EventState.WITHDRAWN)

    assert 0 == await days.tick(NOW + timedelta(days=2))
    assert 1 == await days.tick(NOW + timedelta(days=3))
    assert 0 == await days.tick(NOW + timedelta(days=4))
    assert 1 == await days.tick(NOW + timedelta(days=11))
    assert 0 == await days.tick(NOW + timedelta(days=400))

    assert [EntryType.OVERDUE] * 2 == (await days.types(sharing))[2:]
    reasons = [each.record.reason for each in await days.deposits(sharing)][2:]
    assert [Reason.STOP_OVERDUE, Reason.ERASURE_OVERDUE] == reasons
    overdue = await days.ledger.duties(DutyFilter(overdue=True))
    assert [True, True] == [each.overdue for each in overdue]
    assert [] == await days.ledger.duties(DutyFilter(overdue=False))


async def test_a_late_answer_ends_an_overdue_duty(days: Days) -> None:
    """
    Acknowledged after it was told: nothing is listed, nothing told again.
    """
    sharing = await Sharing(days.ledger, days.world, counted(9)).given()
    await sharing.write(EventState.DELETION_REQUESTED)
    await days.tick(NOW + timedelta(days=11))
    await sharing.write(EventState.ERASED)

    assert [] == await days.ledger.duties(DutyFilter())
    assert 0 == await days.tick(NOW + timedelta(days=12))


async def test_what_a_law_retains_is_owed_when_the_law_lets_go(days: Days) -> None:
    """
    `retained` moves the duty to erase to its date, and no further.
    """
    sharing = await Sharing(days.ledger, days.world, counted(9)).given()
    await sharing.write(EventState.WITHDRAWN)
    await sharing.write(EventState.ACKNOWLEDGED)
    await sharing.write(EventState.RETAINED)

    (owed,) = await days.ledger.duties(DutyFilter())
    assert (DueKind.ERASE, NOW + timedelta(days=1095)) == (owed.kind, owed.due_at)
    assert 0 == await days.tick(NOW + timedelta(days=20))
    assert 1 == await days.tick(NOW + timedelta(days=1096))


async def test_the_end_of_a_consent_is_told_once(days: Days) -> None:
    """
    `expired` when `until` has come, for a consent that had not ended before.
    """
    until = NOW + timedelta(days=5)
    lasting = await Sharing(days.ledger, days.world, counted(9, until)).given()
    used_up = await Sharing(days.ledger, days.world, counted(1, until)).given()
    await used_up.write(EventState.USED)
    withdrawn = await Sharing(days.ledger, days.world, counted(9, until)).given()
    await withdrawn.write(EventState.WITHDRAWN)
    await withdrawn.write(EventState.ACKNOWLEDGED)
    await withdrawn.write(EventState.ERASED)

    assert 1 == await days.tick(until)
    assert 0 == await days.tick(until + timedelta(days=1))

    assert [EntryType.CONSENT, EntryType.EXPIRED] == await days.types(lasting)
    assert EntryType.EXPIRED not in await days.types(used_up) + await days.types(withdrawn)
    told = (await days.deposits(lasting))[-1].record
    assert (Reason.UNTIL_REACHED, until) == (told.reason, told.event_time)


async def test_ticks_at_once_tell_everything_once(days: Days) -> None:
    """
    Two ticks at once, as two processes run them: each entry is written once.
    """
    sharings = [
        await Sharing(days.ledger, days.world, counted(9, NOW + timedelta(days=1))).given()
        for _ in range(5)
    ]
    later = NOW + timedelta(days=2)
    days.world.travel(later)

    await asyncio.gather(*(days.ledger.tick(later) for _ in range(4)))

    for sharing in sharings:
        assert [EntryType.CONSENT, EntryType.EXPIRED] == await days.types(sharing)


async def test_a_tick_that_cannot_write_says_so(
    days: Days, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Only what another process has told already is passed over; a stopped ledger is not.
    """
    await Sharing(days.ledger, days.world, counted(9, NOW + timedelta(days=1))).given()

    def refused(failure: ConsentFailure) -> None:
        async def write_own(_self: Appending, *_: object, **__: object) -> None:
            raise ConsentError(failure, "a sentence")

        monkeypatch.setattr(Appending, "write_own", write_own)

    refused(ConsentFailure.LEDGER_STOPPED)
    with pytest.raises(ConsentError):
        await days.tick(NOW + timedelta(days=2))
    refused(ConsentFailure.IDEMPOTENCY_CONFLICT)
    assert 1 == await days.tick(NOW + timedelta(days=2))
    assert 0 == await days.tick(NOW + timedelta(days=2))
