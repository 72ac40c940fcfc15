"""One code shown to two institutions, with the ledger itself between them (DESIGN, section 4)."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from consent.endpoints.refusals import refusal
from consent.errors import ConsentError
from consent.forms.entry import EntryType
from consent.ledger import Ledger, LedgerKeys
from consent.ports import EntryFilter, Turn
from consent.store import ConsentStore
from consent.tlog.signed_note import NoteSigner
from keys import base64url
from keys.jwk import Algorithm
from keys.sealing import DataKey
from keys.signer import SoftwareSigner
from keys.strict_json import dumps
from standards.shown_code.challenge import Challenge
from tests.consent.world import ORIGIN, fresh_engine, record_keys_beside
from tests.verifiers.shown import code, publish
from tests.verifiers.world import LEDGER_URL, NOW, World
from verifiers.events.event import EventKind
from verifiers.failure import Failure
from verifiers.owing.duties import DutyState
from verifiers.services import own_query
from verifiers.store import EventsStore
from verifiers.verifying.settling import BroughtHome, Settlement
from web.outbound import OutboundError, OutboundFailure, Reply

SHOP, TEST_DESK = "corner-store", own_query.PARTY


class Between:
    """The network to the ledger itself; while it is ``away`` nobody reaches it."""

    def __init__(self, world: World, ledger: Ledger) -> None:
        self.world, self.ledger, self.away = world, ledger, False
        self.elsewhere = world.network.post
        world.network.post = self.post  # type: ignore[method-assign]  # the world's own network

    async def post(self, url: str, *, content: bytes, **more: Any) -> Reply:
        if not url.startswith(LEDGER_URL):
            return await self.elsewhere(url, content=content, **more)
        if self.away:
            raise OutboundError(OutboundFailure.UNREACHABLE, "ledger.example")
        try:
            return Reply(200, "application/json", dumps(await self._answer(url, content.decode())))
        except ConsentError as error:
            refused = refusal(error)
            return Reply(refused.status_code, "application/json", bytes(refused.body))

    async def _answer(self, url: str, token: str) -> Any:
        if url.endswith("/consent/entries"):
            return (await self.ledger.submit(token)).as_dict()
        label = base64url.decode(url.split("/")[-2])
        return (await self.ledger.asking.reused(label, token)).as_dict()


@pytest.fixture
async def between(world: World, tmp_path: Path) -> AsyncIterator[Between]:
    publish(world)
    engine = await fresh_engine(tmp_path / "ledger.sqlite")
    signer = SoftwareSigner.generate(Algorithm.ED25519)
    world.ledger.signer = NoteSigner(ORIGIN, signer)
    ledger = Ledger(
        ConsentStore(engine),
        LedgerKeys(ORIGIN, signer, DataKey.generate()),
        record_keys=record_keys_beside(engine),
        trust=world.roots.trust,
        clock=world.clock,
    )
    await ledger.start()
    yield Between(world, ledger)
    await ledger.close()
    await engine.dispose()


async def settled(world: World, text: str, use_id: str = "use-1") -> Settlement:
    """What becomes of a code that the shop read without network, and brings home now."""
    use = BroughtHome(use_id, SHOP, "adult-check", text, NOW)
    settled = await world.verifiers.counter.settling.settle(use)
    await world.verifiers.duties.work()
    return settled.settlement


async def test_a_second_institution_releases_nothing_while_the_ledger_can_be_asked(
    world: World, between: Between
) -> None:
    """
    Shown to the shop and at once to somebody else: the second is refused, with a reason.
    """
    text = code(world)
    await world.verifiers.scan(text, "adult-check")

    second = await world.verifiers.scan(text, None)

    result = await world.verifiers.result(second)
    assert result.failure is not None
    assert Failure.CODE_USED_ELSEWHERE is result.failure.failure
    assert () == result.credentials


async def test_a_use_without_network_is_found_at_settlement_and_told(
    world: World, between: Between
) -> None:
    """
    T6: both institutions learn of their own use, by event and on the page of what they owe.
    """
    events = EventsStore(world.store._engine)
    for party in (SHOP, TEST_DESK):
        await events.register(party, "https://desk.example/events", NOW)
    text = code(world)
    at_test_desk = await world.verifiers.scan(text, None)
    world.clock.move(hours=2)
    assert Settlement.RECORDED is await settled(world, text)

    assert 2 == await between.ledger.tick(world.clock.now)
    for _ in range(2):
        await world.verifiers.duties.learn_reused()

    assert 1 == await between.ledger.reused_codes()
    (at_shop,) = await world.verifiers.recent(SHOP, 5)
    for party, transaction in ((SHOP, at_shop.transaction.id), (TEST_DESK, at_test_desk)):
        owed = await world.verifiers.duties.owed(party)
        reused = [duty for duty in owed if duty.state is DutyState.REUSED]
        assert [(EntryType.REUSED, transaction)] == [(it.type, it.subject) for it in reused]
        await events.gather(party, world.clock.now)
        told = await events.events(party, 0, 9)
        assert [transaction] == [
            each.transaction_id for each in told if each.kind is EventKind.CODE_REUSED
        ]
    unsettled = await world.verifiers.duties.unsettled([SHOP, TEST_DESK])
    assert {SHOP, TEST_DESK} == {party for party, _ in unsettled}


async def test_while_the_ledger_is_away_nothing_is_learned_and_nothing_lost(
    world: World, between: Between
) -> None:
    """
    A party that cannot ask asks again; late uses are counted, overdue ones by themselves.
    """
    text = code(world)
    await world.verifiers.scan(text, None)
    between.away = True
    assert Settlement.RECORDED is await settled(world, text)
    await world.verifiers.duties.learn_reused()
    counts = await world.verifiers.duties.late_counts()
    assert (1, 0, 0) == (counts.waiting, counts.overdue, counts.refused)
    world.clock.move(days=8)
    assert 1 == (await world.verifiers.duties.late_counts()).overdue
    (overdue,) = [
        duty
        for duty in await world.verifiers.duties.owed(SHOP)
        if duty.type is EntryType.USED_LATE
    ]
    assert DutyState.OVERDUE is overdue.state

    between.away = False
    await world.verifiers.duties.work()
    await between.ledger.tick(world.clock.now)
    await world.verifiers.duties.learn_reused()

    assert 0 == (await world.verifiers.duties.late_counts()).waiting
    states = {duty.state for duty in await world.verifiers.duties.owed(SHOP)}
    assert {DutyState.DONE, DutyState.REUSED} == states


async def test_an_answer_to_the_desks_own_challenge_is_settled(
    world: World, between: Between
) -> None:
    """
    Two steps without network: signed for this party alone, so no other can have used it.
    """
    challenge = Challenge.new(SHOP, bytes(range(16)), now=NOW)
    text = code(world, audience=challenge.audience, nonce=challenge.nonce)
    world.clock.move(hours=2)

    assert Settlement.RECORDED is await settled(world, text)
    assert Settlement.REFUSED is await settled(world, text, "use-2")


async def test_a_ledger_that_answers_anything_else_tells_nothing(
    world: World, between: Between, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    What cannot be read is no news: no sharing is marked, and the next question is asked.
    """
    text = code(world)
    await world.verifiers.scan(text, None)
    await settled(world, text)
    await between.ledger.tick(world.clock.now + timedelta(minutes=1))

    async def nonsense(_url: str, _token: str) -> Any:
        return {"records": 7, "next": None}

    with monkeypatch.context() as wrong:
        wrong.setattr(between, "_answer", nonsense)
        await world.verifiers.duties.learn_reused()
    assert () == await world.store.reused(SHOP, 5)
    await world.verifiers.duties.learn_reused()
    assert 1 == len(await world.store.reused(SHOP, 5))


class Killed(BaseException):
    """The end of a process: nothing of ours runs after it."""


@pytest.mark.parametrize(
    ("where", "name"),
    [
        ("transactions", "add_read"),
        ("late", "owe"),
        ("erasing", "keep"),
        ("transactions", "close"),
        ("chains", "learn"),
    ],
)
async def test_settling_killed_anywhere_is_settled_once_when_it_is_brought_again(
    world: World, between: Between, monkeypatch: pytest.MonkeyPatch, where: str, name: str
) -> None:
    """
    Killed right after each thing it writes: the same use again is recorded, and one entry is made.
    """
    text, settling = code(world), world.verifiers.counter.settling
    part = getattr(settling._desk, where)
    done = getattr(type(part), name)

    async def done_and_killed(*given: Any, **more: Any) -> None:
        await done(*given, **more)
        raise Killed

    with monkeypatch.context() as dying:
        dying.setattr(type(part), name, done_and_killed)
        with pytest.raises(Killed):
            await settled(world, text)

    assert Settlement.RECORDED is await settled(world, text)
    assert Settlement.RECORDED is await settled(world, text)
    page = await between.ledger.browsing.page(EntryFilter(type=EntryType.USED_LATE), Turn())
    assert 1 == len(page.entries)


async def test_one_use_brought_by_twenty_at_once_is_one_entry(
    world: World, between: Between
) -> None:
    """
    A desk that retries while its first try is still under way: all hear the same.
    """
    text = code(world)
    use = BroughtHome("use-1", SHOP, "adult-check", text, NOW)
    settling = world.verifiers.counter.settling

    answers = await asyncio.gather(*(settling.settle(use) for _ in range(20)))
    await world.verifiers.duties.work()

    assert {Settlement.RECORDED} == {each.settlement for each in answers}
    assert 1 == len({each.transaction_id for each in answers})
    page = await between.ledger.browsing.page(EntryFilter(type=EntryType.USED_LATE), Turn())
    assert 1 == len(page.entries)
