"""How each sharing stands: told by the ledger, held against the log, or by what is kept here."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from consent.forms.reason import Reason
from consent.forms.record import EventState
from consent.forms.states import ConsentState, DutyKind
from consent.forms.withdrawal_notice import NoticeKind
from tests.wallet.log_of_test import LogOfTest
from tests.wallet.recipient_of_test import RecipientOfTest
from tests.wallet.refusal import refused
from tests.wallet.test_proving import share
from tests.wallet.verifier_of_test import VerifierOfTest
from tests.wallet.world import HOLDER, LEDGER_URL, World
from wallet.errors import WalletFailure
from wallet.history import sharings
from wallet.history.sharings import Source
from wallet.kept.keeping import BoxKind
from wallet.kept.outbox import Stage
from web.errors import Party
from web.outbound import Reply


@pytest.fixture
def log(world: World) -> LogOfTest:
    return LogOfTest(world.ledger)


@pytest.fixture
def recipient(verifier: VerifierOfTest, log: LogOfTest) -> RecipientOfTest:
    return RecipientOfTest(verifier)


@pytest.fixture
async def given(world: World, verifier: VerifierOfTest, recipient: RecipientOfTest) -> str:
    return await share(world, verifier)


async def test_a_sharing_is_proven_event_by_event(world: World, given: str) -> None:
    """
    State, uses and what happened, each record held against its entry.
    """
    sharing = await world.consents.sharing(HOLDER, given)

    assert (ConsentState.USED_UP, 1, 0, Source.PROVEN) == (
        sharing.standing.state,
        sharing.standing.uses,
        sharing.standing.uses_left,
        sharing.source,
    )
    assert [EventState.GIVEN, EventState.USED] == [
        each.record.event_state for each in sharing.events
    ]
    assert () == sharing.wishes


async def test_what_became_of_a_withdrawal_is_told(
    world: World, recipient: RecipientOfTest, given: str
) -> None:
    """
    Stopped once acknowledged, overdue when nothing was erased in its time, then erased.
    """
    await world.consents.withdraw(HOLDER, given)
    stopped = await world.consents.sharing(HOLDER, given)
    assert ConsentState.STOPPED is stopped.standing.state
    assert [Stage.DONE] == [wish.errand.stage for wish in stopped.wishes]

    world.clock.now += timedelta(days=11)
    late = await world.consents.sharing(HOLDER, given)
    assert [DutyKind.ERASE] == [duty.kind for duty in late.standing.duties if duty.overdue]

    recipient.file(EventState.ERASED, late.given.record.label, given)
    erased = await world.consents.sharing(HOLDER, given)
    assert (ConsentState.ERASED, Source.PROVEN) == (erased.standing.state, erased.source)


async def test_many_sharings_ask_each_pair_once(
    world: World, verifier: VerifierOfTest, given: str
) -> None:
    """
    Three sharings with one party: one question; what is no sharing is left out.
    """
    others = [await share(world, verifier) for _ in range(2)]
    done = await world.consents.withdraw(HOLDER, given)
    asked = len(world.network.asked)
    wanted = [given, *others, done.withdrawal.record.record_id, "unknown"]

    found = await world.consents.sharings(HOLDER, wanted)

    assert {given, *others} == set(found)
    assert asked + 1 == len(world.network.asked)
    assert {Source.READ} == {each.source for each in found.values()}
    assert ConsentState.STOPPED is found[given].standing.state
    assert ConsentState.USED_UP is found[others[0]].standing.state


async def test_without_the_ledger_the_receipts_here_say_what_they_can(
    world: World, given: str
) -> None:
    """
    The ledger is away: the same rule over what is kept, and it is said to be that.
    """
    await world.consents.withdraw(HOLDER, given)
    world.network.unreachable.add("ledger.example")

    sharing = await world.consents.sharing(HOLDER, given)
    (listed,) = (await world.consents.sharings(HOLDER, [given])).values()

    assert (Source.KEPT, ConsentState.STOPPED) == (sharing.source, sharing.standing.state)
    assert Source.KEPT is listed.source


async def test_a_slow_ledger_holds_up_no_page(
    world: World, given: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    What has not come in time is told from what is kept.
    """
    monkeypatch.setattr(sharings, "READING_SECONDS", 0.01)

    async def slow(_: Any) -> Reply:
        await asyncio.sleep(1)
        raise AssertionError("nobody waits for this")

    world.network.below = {f"{LEDGER_URL}/consent/labels/": slow}

    (sharing,) = (await world.consents.sharings(HOLDER, [given])).values()
    assert Source.KEPT is sharing.source


@pytest.mark.parametrize(
    "body", [b"[]", b'{"records": {}, "next": null}', b"no json"], ids=["list", "shape", "text"]
)
async def test_an_answer_that_cannot_be_read_is_no_answer(
    world: World, given: str, body: bytes
) -> None:
    """
    Then it is told from what is kept.
    """
    world.network.below = {
        f"{LEDGER_URL}/consent/labels/": lambda _: Reply(200, "application/json", body)
    }

    assert Source.KEPT is (await world.consents.sharing(HOLDER, given)).source


@pytest.mark.parametrize("status", [403, 503])
async def test_a_ledger_that_refuses_to_tell_is_told_from_what_is_kept(
    world: World, log: LogOfTest, given: str, status: int
) -> None:
    """
    Refused or away: nothing is shown as read.
    """
    log.status = status

    assert Source.KEPT is (await world.consents.sharing(HOLDER, given)).source


async def test_records_that_are_not_what_the_log_has_are_told(world: World, given: str) -> None:
    """
    A ledger that tells another story than its own log: contradicted, not proven.
    """
    commitment, deposit = next(
        (name, each)
        for name, each in world.ledger.deposits.items()
        if each.record.event_state is EventState.USED
    )
    forged = replace(deposit.record, event_state=EventState.ERASED)
    world.ledger.deposits[commitment] = replace(deposit, record=forged)

    assert Source.CONTRADICTED is (await world.consents.sharing(HOLDER, given)).source


async def test_a_record_that_was_not_told_is_told(world: World, given: str) -> None:
    """
    An entry the log has and the answer leaves out is a contradiction too.
    """
    used = next(
        name
        for name, each in world.ledger.deposits.items()
        if each.record.event_state is EventState.USED
    )
    del world.ledger.deposits[used]

    assert Source.CONTRADICTED is (await world.consents.sharing(HOLDER, given)).source


async def test_without_a_proof_the_ledgers_word_is_only_read(
    world: World, log: LogOfTest, verifier: VerifierOfTest, given: str
) -> None:
    """
    The records came and the list did not: read, not proven.
    """
    second = await share(world, verifier)
    log.hides = {2}

    assert Source.READ is (await world.consents.sharing(HOLDER, second)).source


async def test_only_a_sharing_has_a_state(world: World, given: str) -> None:
    """
    The receipt of a withdrawal is no sharing; another holder's is unknown (H90).
    """
    done = await world.consents.withdraw(HOLDER, given)

    with refused(WalletFailure.NOTHING_TO_WITHDRAW, Party.CALLER):
        await world.consents.sharing(HOLDER, done.withdrawal.record.record_id)
    with refused(WalletFailure.UNKNOWN_RECEIPT, Party.CALLER):
        await world.consents.sharing("jun", given)


async def test_a_sharing_has_a_json_form(
    world: World, recipient: RecipientOfTest, given: str
) -> None:
    """
    State, duties, events and wishes; no claim and no value.
    """
    recipient.status = 503
    await world.consents.withdraw(HOLDER, given, kind=NoticeKind.DELETION_REQUESTED)

    told: Any = (await world.consents.sharing(HOLDER, given)).as_dict()

    assert ("used_up", "proven", 1, 0) == (
        told["state"],
        told["source"],
        told["uses"],
        told["uses_left"],
    )
    assert ["erase"] == [duty["kind"] for duty in told["duties"]]
    (wish,) = told["wishes"]
    assert ("deletion_requested", "telling", 1, "refused") == (
        wish["kind"],
        wish["stage"],
        wish["attempts"],
        wish["trouble"],
    )
    assert 3 == len(told["events"])


async def test_what_a_law_keeps_is_told_with_its_day(
    world: World, verifier: VerifierOfTest, recipient: RecipientOfTest, given: str
) -> None:
    """
    Kept by law until: by the party's last word.
    """
    until = world.clock.now.replace(microsecond=0) + timedelta(days=365)
    recipient.change = lambda record: (
        replace(record, kept_until=until, reason=Reason.TAX_BOOKS)
        if record.event_state is EventState.RETAINED
        else record
    )
    await world.consents.withdraw(HOLDER, given)
    sharing = await world.consents.sharing(HOLDER, given)
    recipient.file(EventState.RETAINED, sharing.given.record.label, given)

    retained = await world.consents.sharing(HOLDER, given)

    assert (ConsentState.RETAINED, until) == (retained.standing.state, retained.kept_until)
    assert 4 + 1 == len(retained.events)
    boxes = await world.store.all(HOLDER, BoxKind.RECEIPT)
    assert 4 == len(boxes)
