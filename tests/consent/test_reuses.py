"""A shown code that was used at two institutions: refused at once, or found and told later."""

import asyncio
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncEngine

from consent.codes import KEPT
from consent.errors import ConsentError, ConsentFailure
from consent.forms.entry import party_label
from consent.forms.offer import SharingFlow
from consent.forms.reading import ReadRecords, sign_reading
from consent.forms.reason import Reason
from consent.forms.record import ConsentRecord, EventState, Evidence
from consent.forms.submission import PairSecret
from consent.forms.terms import Party
from consent.ledger import Ledger
from consent.store import metadata
from consent.store.codes import shown_codes
from consent.store.lock import ProcessLock
from tests.conftest import EngineOf
from tests.consent.sharing import Sharing, one_time
from tests.consent.world import NOW, ORIGIN, World

BANK, SHOP = Party("kr-110111-0000001", "미리내은행"), Party("kr-110111-0000002", "모퉁이 편의점")
READER = Party("urn:mydata:offline", "코드를 읽는 곳")


@dataclass
class Shown:
    """A ledger, and one code that its holder shows to whoever reads it."""

    ledger: Ledger
    world: World
    code: bytes
    engine: AsyncEngine

    def evidence(self) -> Evidence:
        return Evidence(request_sha256=self.code, flow=SharingFlow.SHOWN_CODE)

    async def shown(self) -> Sharing:
        """The holder's consent to show it, under a label of the holder's."""
        sharing = Sharing(self.ledger, self.world)
        record = sharing.record(EventState.GIVEN, controller=READER, evidence=self.evidence())
        sharing.consent = record
        await self.ledger.submit(sharing.token(sharing.deposit(record, terms=None)))
        return sharing

    async def used(
        self, party: Party, state: EventState = EventState.USED, **changes: Any
    ) -> Sharing:
        """An institution's use of it, under a label made for this alone."""
        terms = one_time()
        receiver = replace(terms.receiver, id=party.id, name=party.name)
        sharing = Sharing(self.ledger, self.world, replace(terms, receiver=receiver))
        evidence = replace(self.evidence(), terms_sha256=sharing.terms.sha256())
        record = sharing.record(state, controller=party, evidence=evidence, **changes)
        await self.ledger.submit(sharing.token(sharing.deposit(record), **self.signed(party)))
        return sharing

    def signed(self, party: Party) -> dict[str, Any]:
        return {"x5c": self.world.chain_of(self.world.authority, party.id), "opens": True}

    async def told(self, sharing: Sharing) -> list[ConsentRecord]:
        """What the ledger wrote of the code under a label."""
        kept = await self.ledger.records_of(sharing.pair.label)
        records = [each.deposit.record for each in kept if each.deposit is not None]
        return [each for each in records if each.event_state is EventState.REUSED]

    async def asked(self, party: Party, **changes: Any) -> ReadRecords:
        """What an institution is told when it asks for its own."""
        label = party_label(party.id, ORIGIN)
        options: dict[str, Any] = {"label": label, "first": 1, **changes}
        pair = options.get("pair", PairSecret(options["label"], bytes(32)))
        token = sign_reading(
            pair,
            audience=ORIGIN,
            signer=self.world.party_signer,
            now=self.world.now,
            x5c=self.world.chain_of(self.world.authority, party.id),
            first=options["first"],
        )
        return await self.ledger.asking.reused(pair.label, token)


@pytest.fixture
async def shown(sqlite: AsyncEngine) -> AsyncIterator[Shown]:
    world = World()
    ledger = world.ledger(sqlite)
    await ledger.start()
    yield Shown(ledger, world, os.urandom(32), sqlite)
    await ledger.close()


async def test_a_second_institution_is_refused_before_it_releases_anything(shown: Shown) -> None:
    """
    One code, one institution: the other's use is refused, and the first may bring its own again.
    """
    await shown.shown()
    await shown.used(BANK)

    with pytest.raises(ConsentError) as caught:
        await shown.used(SHOP)

    assert ConsentFailure.CODE_USED == caught.value.failure
    # The same institution's late entry of a use whose first answer was lost is no second place.
    await shown.used(BANK, EventState.USED_LATE)
    assert 0 == await shown.ledger.tick(NOW)
    assert 0 == await shown.ledger.reused_codes()


async def test_of_two_institutions_at_one_moment_one_is_let_pass(shown: Shown) -> None:
    """
    Twenty uses of one code at once, each of another institution: one entry.
    """
    parties = [Party(f"kr-110111-{number:07}", "기관") for number in range(20)]

    answers = await asyncio.gather(*map(shown.used, parties), return_exceptions=True)

    refused = [each for each in answers if isinstance(each, ConsentError)]
    assert 19 == len(refused)
    assert {ConsentFailure.CODE_USED} == {each.failure for each in refused}


async def test_a_late_second_use_is_written_and_told_to_all_three(shown: Shown) -> None:
    """
    The holder reads both institutions' names; each institution its own and no other.
    """
    holder, bank = await shown.shown(), await shown.used(BANK)
    shop = await shown.used(SHOP, EventState.USED_LATE)

    assert 2 == await shown.ledger.tick(NOW)
    assert 0 == await shown.ledger.tick(NOW)

    for_holder = await shown.told(holder)
    assert [BANK, SHOP] == [each.controller for each in for_holder]
    assert holder.consent is not None
    assert {holder.consent.record_id} == {each.consent_id for each in for_holder}
    assert {Reason.USED_ELSEWHERE} == {each.reason for each in for_holder}
    for sharing, party in ((bank, BANK), (shop, SHOP)):
        (record,) = await shown.told(sharing)
        assert (party, None) == (record.controller, record.consent_id)
    assert 1 == await shown.ledger.reused_codes()


async def test_a_third_institution_is_told_of_with_its_own_use(shown: Shown) -> None:
    """
    What was told stays told; only the new use is added.
    """
    holder = await shown.shown()
    third = Party("kr-110111-0000003", "도서관")
    for party in (BANK, SHOP):
        await shown.used(party, EventState.USED_LATE)
    await shown.ledger.tick(NOW)
    await shown.used(third, EventState.USED_LATE)

    assert 1 == await shown.ledger.tick(NOW)

    assert [BANK, SHOP, third] == [each.controller for each in await shown.told(holder)]
    assert 1 == await shown.ledger.reused_codes()


async def test_a_holder_without_our_wallet_keeps_no_institution_from_being_told(
    shown: Shown,
) -> None:
    """
    Another maker's wallet files no consent: the two uses find each other all the same.
    """
    uses = [await shown.used(party, EventState.USED_LATE) for party in (BANK, SHOP)]

    assert 2 == await shown.ledger.tick(NOW)

    assert [1, 1] == [len(await shown.told(each)) for each in uses]


async def test_told_is_told_once_whatever_ends_in_between(shown: Shown) -> None:
    """
    Entries that were written and not noted are found again by the next tick, not written again.
    """
    holder, bank = await shown.shown(), await shown.used(BANK)
    await shown.used(SHOP, EventState.USED_LATE)
    await shown.ledger.tick(NOW)
    # As after a kill between the last entry and its note.
    async with shown.engine.begin() as connection:
        await connection.execute(update(shown_codes).values(told=None))

    await asyncio.gather(shown.ledger.tick(NOW), shown.ledger.tick(NOW))

    assert 2 == len(await shown.told(holder))
    assert 1 == len(await shown.told(bank))


async def test_a_use_whose_record_is_gone_is_told_of_to_nobody(shown: Shown) -> None:
    """
    Without its key there is nothing to say; the other institution is told, and no tick repeats it.
    """
    await shown.shown()
    bank = await shown.used(BANK)
    shop = await shown.used(SHOP, EventState.USED_LATE)
    (kept,) = await shown.ledger.records_of(bank.pair.label)
    sequencer = shown.ledger._sequencer
    await sequencer.run(sequencer._record_keys.destroy, [kept.leaf.commitment])

    assert [2, 0] == [await shown.ledger.tick(NOW) for _ in range(2)]

    assert [0, 1] == [len(await shown.told(each)) for each in (bank, shop)]
    assert () == (await shown.asked(BANK)).records


async def test_a_ledger_that_cannot_write_tells_at_the_next_tick(
    shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Too busy, or stopped: the tick says so, and what was found waits.
    """
    uses = [await shown.used(party, EventState.USED_LATE) for party in (BANK, SHOP)]

    async def busy(*_: object, **__: object) -> None:
        raise ConsentError(ConsentFailure.LEDGER_BUSY, "too many are waiting")

    with monkeypatch.context() as away:
        away.setattr(shown.ledger._appending, "write_own", busy)
        with pytest.raises(ConsentError):
            await shown.ledger.tick(NOW)

    assert 2 == await shown.ledger.tick(NOW)
    assert [1, 1] == [len(await shown.told(each)) for each in uses]


async def test_an_institution_asks_for_its_own(shown: Shown) -> None:
    """
    Under its own label, page by page, its uses and nobody else's; under another label nothing.
    """
    await shown.used(BANK)
    shop = await shown.used(SHOP, EventState.USED_LATE)
    assert () == (await shown.asked(SHOP)).records
    await shown.ledger.tick(NOW)

    (told,) = (await shown.asked(SHOP)).records

    assert told.record is not None
    assert shop.pair.label == told.record.label
    assert () == (await shown.asked(SHOP, first=told.index + 1)).records
    with pytest.raises(ConsentError):
        await shown.asked(SHOP, pair=shop.pair)
    with pytest.raises(ConsentError) as caught:
        await shown.asked(SHOP, label=party_label(BANK.id, ORIGIN))
    assert ConsentFailure.NOT_FOUND == caught.value.failure


async def test_codes_are_forgotten_when_no_late_use_can_come(shown: Shown) -> None:
    """
    What is remembered of a code is gone after a month; the entries stay.
    """
    await shown.shown()
    for party in (BANK, SHOP):
        await shown.used(party, EventState.USED_LATE)
    await shown.ledger.tick(NOW)

    await shown.ledger.tick(NOW + KEPT - timedelta(seconds=1))
    assert 1 == await shown.ledger.reused_codes()
    await shown.ledger.tick(NOW + KEPT)
    assert 0 == await shown.ledger.reused_codes()


async def test_what_is_no_shown_code_is_remembered_by_nobody(shown: Shown) -> None:
    """
    A request at a counter, and a refusal to show, name no code.
    """
    sharing = await Sharing(shown.ledger, shown.world).given()
    await sharing.write(EventState.USED)
    refused = Sharing(shown.ledger, shown.world)
    record = refused.record(EventState.REFUSED, consent_id=None, evidence=shown.evidence())
    await shown.ledger.submit(refused.token(refused.deposit(record, terms=None)))

    assert [] == await shown.ledger._reuses._codes.untold(limit=9)
    await shown.used(BANK)


async def test_no_process_lets_a_second_use_pass_unseen(
    engine_of: EngineOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Three processes on one database, on either: however many uses of one code slip through at one
    moment, every one of them is found, and told once though all of them look.
    """

    class NoLock:
        def release(self) -> None: ...

    monkeypatch.setattr(ProcessLock, "take", lambda _path: NoLock())
    world, engine, name = World(), await engine_of(metadata), os.urandom(32)
    at = [Shown(world.ledger(engine), world, name, engine) for _ in range(3)]
    for each in at:
        await each.ledger.start()
    holder = await at[0].shown()
    parties = [Party(f"kr-110111-{number:07}", "기관") for number in range(12)]
    state = {True: EventState.USED_LATE, False: EventState.USED}

    answers = await asyncio.gather(
        *(at[n % 3].used(party, state[n % 4 == 0]) for n, party in enumerate(parties)),
        return_exceptions=True,
    )
    passed = [each for each in answers if isinstance(each, Sharing)]
    failures = {each.failure for each in answers if isinstance(each, ConsentError)}
    told = await asyncio.gather(*(each.ledger.tick(NOW) for each in at))

    assert 3 <= len(passed)
    assert failures <= {ConsentFailure.CODE_USED}
    assert sum(told) >= len(passed)
    assert [1] * len(passed) == [len(await at[1].told(each)) for each in passed]
    assert len(passed) == len(await at[2].told(holder))
    for each in at:
        await each.ledger.close()
