"""What was consented to is enforced by the ledger: at the n-th use, by many at once, and late."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from consent.errors import ConsentError, ConsentFailure
from consent.forms.deposit import Deposit
from consent.forms.entry import EntryType, Leaf, log_label, party_label
from consent.forms.record import EventState, Evidence
from consent.forms.submission import NewEntry, PairSecret
from consent.forms.terms import Party
from consent.ledger import Ledger
from consent.ports import LabelState
from consent.sequencing import LabelKeys
from consent.store.deposits import Deposits
from tests.consent.sharing import Sharing, counted, one_time, pair_of
from tests.consent.world import NOW, ORIGIN, World, authorised, terms_example


async def refusal(sharing: Sharing, state: EventState, **changes: Any) -> ConsentFailure:
    with pytest.raises(ConsentError) as caught:
        await sharing.write(state, **changes)
    return caught.value.failure


async def test_fifty_uses_at_once_of_a_single_consent_are_one_entry_r15(
    ledger: Ledger, world: World
) -> None:
    """
    R15: exactly one of fifty gets its proof; the others hear that it was used.
    """
    sharing = await Sharing(ledger, world).given()

    answers = await asyncio.gather(
        *(sharing.write(EventState.USED) for _ in range(50)), return_exceptions=True
    )

    failures = [each.failure for each in answers if isinstance(each, ConsentError)]
    assert [ConsentFailure.CONSENT_USED_UP] * 49 == failures
    kept = await ledger.records_of(sharing.pair.label)
    assert [EntryType.CONSENT, EntryType.USED] == [each.leaf.type for each in kept]


async def test_a_counted_consent_is_used_that_often_and_no_more(
    ledger: Ledger, world: World
) -> None:
    """
    The third of three is written, the fourth is not, however they arrive.
    """
    sharing = await Sharing(ledger, world, counted(3)).given()

    answers = await asyncio.gather(
        *(sharing.write(EventState.USED) for _ in range(5)), return_exceptions=True
    )

    failures = [each.failure for each in answers if isinstance(each, ConsentError)]
    assert [ConsentFailure.CONSENT_USED_UP] * 2 == failures


async def test_a_retry_of_the_last_use_is_that_use_r3(ledger: Ledger, world: World) -> None:
    """
    R3: the same submission again is answered with the same entry, though nothing is left.
    """
    sharing = await Sharing(ledger, world).given()
    token = sharing.token(sharing.deposit(sharing.record(EventState.USED)))
    first = await ledger.submit(token)

    again = await asyncio.gather(*(ledger.submit(token) for _ in range(10)))

    assert {first.index} == {each.index for each in again}


async def test_a_periodic_consent_waits_for_its_cycle(sqlite: AsyncEngine) -> None:
    """
    Once a month: the second use of a month is refused, the next month's is written.
    """
    world = World()
    ledger = world.ledger(sqlite)
    await ledger.start()
    sharing = await Sharing(ledger, world, terms_example()).given()
    await sharing.write(EventState.USED)

    assert ConsentFailure.USE_TOO_EARLY == await refusal(sharing, EventState.USED)
    world.travel(NOW + timedelta(days=31))
    await sharing.write(EventState.USED)
    await ledger.close()


async def test_nothing_is_used_after_the_end(sqlite: AsyncEngine) -> None:
    """
    After `until`: consent_expired. A use that is filed late is written for a month, and marked.
    """
    world = World()
    ledger = world.ledger(sqlite)
    await ledger.start()
    sharing = await Sharing(ledger, world, counted(9, NOW + timedelta(days=1))).given()
    world.travel(NOW + timedelta(days=2))

    assert ConsentFailure.CONSENT_EXPIRED == await refusal(sharing, EventState.USED)
    late = await sharing.write(EventState.USED_LATE, event_time=NOW + timedelta(hours=1))
    assert EntryType.USED_LATE == Leaf.parse(late.leaf).type
    world.travel(NOW + timedelta(days=31, seconds=1))
    long_ago = {"event_time": NOW + timedelta(days=1, hours=1)}
    assert ConsentFailure.CONSENT_EXPIRED == await refusal(
        sharing, EventState.USED_LATE, **long_ago
    )
    await ledger.close()


async def test_nothing_is_used_after_a_withdrawal(ledger: Ledger, world: World) -> None:
    """
    The holder's withdrawal stands before every use that comes after it.
    """
    sharing = await Sharing(ledger, world, counted(9)).given()
    await sharing.write(EventState.WITHDRAWN)

    assert ConsentFailure.CONSENT_WITHDRAWN == await refusal(sharing, EventState.USED)
    await sharing.write(EventState.ACKNOWLEDGED)
    await sharing.write(EventState.ERASED)


async def test_a_use_names_its_consent_or_has_a_label_of_its_own(
    ledger: Ledger, world: World
) -> None:
    """
    Without a consent a party may use only what another maker's wallet sent, under a label that it
    opened itself.
    """
    sharing = await Sharing(ledger, world).given()
    foreign = Sharing(ledger, world)
    use = foreign.deposit(foreign.record(EventState.USED), holder_key=bytes(32))

    assert ConsentFailure.CONSENT_UNKNOWN == await refusal(
        sharing, EventState.USED, consent_id=None
    )
    await ledger.submit(foreign.token(use, opens=True))
    assert ConsentFailure.CONSENT_UNKNOWN == await refusal(
        foreign, EventState.USED, consent_id=use.record.record_id
    )
    kept = await ledger.records_of(foreign.pair.label)
    assert [bytes(32)] == [each.deposit.holder_key for each in kept if each.deposit is not None]


@pytest.mark.parametrize("state", [EventState.ERASED, EventState.RETAINED])
async def test_a_party_says_what_became_of_what_no_consent_is_kept_for(
    ledger: Ledger, world: World, state: EventState
) -> None:
    """
    Under the label it opened itself, and under no holder's.
    """
    foreign = Sharing(ledger, world)
    use = foreign.deposit(foreign.record(EventState.USED))
    await ledger.submit(foreign.token(use, opens=True))
    sharing = await Sharing(ledger, world).given()

    await foreign.write(state, consent_id=None)

    assert ConsentFailure.CONSENT_UNKNOWN == await refusal(sharing, state, consent_id=None)


@pytest.mark.parametrize("state", [EventState.WITHDRAWN, EventState.ACKNOWLEDGED])
async def test_what_follows_a_consent_needs_one(
    ledger: Ledger, world: World, state: EventState
) -> None:
    """
    A withdrawal or an answer to it belongs to a consent under this very label.
    """
    sharing = await Sharing(ledger, world).given()
    elsewhere = await Sharing(ledger, world).given()

    for consent_id in (None, elsewhere.record(state).consent_id):
        assert ConsentFailure.CONSENT_UNKNOWN == await refusal(
            sharing, state, consent_id=consent_id
        )


async def test_a_use_stays_within_what_was_agreed(ledger: Ledger, world: World) -> None:
    """
    Another claim, and other terms, are beyond the consent.
    """
    sharing = await Sharing(ledger, world, counted(9)).given()
    asked = replace(sharing.record(EventState.USED).asked, disclosed=("address", "birthdate"))

    assert ConsentFailure.BEYOND_CONSENT == await refusal(sharing, EventState.USED, asked=asked)
    sharing.terms = one_time()
    assert ConsentFailure.BEYOND_CONSENT == await refusal(sharing, EventState.USED)


async def test_one_record_is_written_once(ledger: Ledger, world: World) -> None:
    """
    The same record under another idempotency key is no second event.
    """
    sharing = await Sharing(ledger, world, counted(9)).given()
    record = sharing.record(EventState.USED)
    await ledger.submit(sharing.token(sharing.deposit(record)))

    with pytest.raises(ConsentError) as caught:
        await ledger.submit(sharing.token(sharing.deposit(record)))

    assert ConsentFailure.RECORD_MISMATCH == caught.value.failure


async def test_a_deposit_opens_its_entry(ledger: Ledger, world: World) -> None:
    """
    Another salt, label, party, time or terms, terms that say too little, or none: refused.
    """
    sharing = Sharing(ledger, world)
    record = sharing.record(EventState.GIVEN)
    deposit = sharing.deposit(record)

    commitment = record.commitment(deposit.salt)
    entry = NewEntry(record.entry_type, record.label, commitment, "key-0001")

    async def refused(deposit: Deposit, entry: NewEntry | None = None) -> ConsentFailure:
        token = sharing.token(deposit)
        if entry is not None:
            token = world.by_holder(entry, sharing.pair, deposit=deposit)
        with pytest.raises(ConsentError) as caught:
            await ledger.submit(token)
        return caught.value.failure

    mismatch = ConsentFailure.RECORD_MISMATCH
    assert mismatch == await refused(replace(deposit, salt=bytes(32)), entry)
    elsewhere = replace(record, label=bytes(32))
    assert mismatch == await refused(replace(deposit, record=elsewhere), entry)
    assert mismatch == await refused(replace(deposit, holder_key=bytes(32)))
    other_key = replace(record, evidence=replace(record.evidence, pair_key=bytes(32)))
    assert mismatch == await refused(sharing.deposit(other_key))
    assert ConsentFailure.TERMS_MISMATCH == await refused(replace(deposit, terms=counted(2)))
    assert ConsentFailure.TERMS_INCOMPLETE == await refused(replace(deposit, terms=None))
    for changed in (
        replace(record, controller=Party("kr-2", "다른 은행")),
        replace(record, event_time=NOW - timedelta(days=2)),
        replace(record, event_time=NOW + timedelta(hours=1)),
    ):
        assert mismatch == await refused(sharing.deposit(changed))


async def test_a_consent_to_nobody_in_particular_has_no_terms(
    ledger: Ledger, world: World
) -> None:
    """
    A code shown to whoever reads it: no terms are named, and the holder takes it back like any.
    """
    sharing = Sharing(ledger, world)
    record = sharing.record(EventState.GIVEN)
    sharing.consent = replace(record, evidence=replace(record.evidence, terms_sha256=None))
    await ledger.submit(sharing.token(sharing.deposit(sharing.consent, terms=None)))
    withdrawn = replace(sharing.record(EventState.WITHDRAWN), evidence=Evidence())

    proof = await ledger.submit(sharing.token(sharing.deposit(withdrawn, terms=None)))

    assert EntryType.WITHDRAWN is Leaf.parse(proof.leaf).type


async def test_a_party_deposits_its_own_records_alone(ledger: Ledger, world: World) -> None:
    """
    A use in another party's name is refused, though it has the pair's secret.
    """
    sharing = await Sharing(ledger, world).given()

    failure = await refusal(sharing, EventState.USED, controller=Party("kr-2", "다른 은행"))

    assert ConsentFailure.RECORD_MISMATCH == failure
    # Whole in itself, terms and all, under a label of its own: still not who signs.
    terms = replace(one_time(), receiver=replace(one_time().receiver, id="kr-2"))
    posing = Sharing(ledger, world, terms)
    record = posing.record(EventState.USED, controller=terms.receiver.party)
    with pytest.raises(ConsentError) as caught:
        await ledger.submit(posing.token(posing.deposit(record), opens=True))
    assert ConsentFailure.RECORD_MISMATCH == caught.value.failure


async def test_a_refusal_keeps_even_terms_that_say_too_little(
    ledger: Ledger, world: World
) -> None:
    """
    What was refused is recorded as it was asked; it belongs to no consent.
    """
    sharing = Sharing(ledger, world, replace(one_time(), legal_basis="because"))

    await sharing.write(EventState.REFUSED)

    assert ConsentFailure.TERMS_INCOMPLETE == await refusal(sharing, EventState.GIVEN)


async def test_kept_records_open_again(ledger: Ledger, world: World) -> None:
    """
    Everything under the label, in the order of the log, each opening its entry's commitment.
    """
    sharing = await Sharing(ledger, world).given()
    await sharing.write(EventState.USED)

    kept = await ledger.records_of(sharing.pair.label)

    assert 2 == len(kept)
    for number, each in enumerate(kept, 1):
        assert each.deposit is not None
        record = each.deposit.record
        assert number == each.leaf.number
        assert each.leaf.commitment == record.commitment(each.deposit.salt)
        assert each.unopenable is None
    assert [] == await ledger.records_of(pair_of().label)


async def test_what_follows_a_consent_is_of_its_party(ledger: Ledger, world: World) -> None:
    """
    A withdrawal names the party that the consent was given to.
    """
    sharing = await Sharing(ledger, world, counted(9)).given()
    other = replace(sharing.terms, receiver=replace(sharing.terms.receiver, id="kr-2"))
    record = replace(
        sharing.record(EventState.WITHDRAWN),
        controller=Party("kr-2", "다른 은행"),
        evidence=Evidence(terms_sha256=other.sha256()),
    )

    with pytest.raises(ConsentError) as caught:
        await ledger.submit(sharing.token(sharing.deposit(record, terms=other)))

    assert ConsentFailure.RECORD_MISMATCH == caught.value.failure


async def test_an_open_end_is_no_late_end(ledger: Ledger, world: World) -> None:
    """
    A late use of a consent that lasts, with neither end nor withdrawal, is simply late.
    """
    sharing = await Sharing(ledger, world, counted(9)).given()

    used = await sharing.write(EventState.USED_LATE, event_time=NOW)

    assert [0, used.index] == [kept.index for kept in await ledger.records_of(sharing.pair.label)]


async def test_nobody_writes_under_the_logs_label_or_anothers(
    ledger: Ledger, world: World
) -> None:
    """
    Anyone can compute these labels; only the log, and only that party, writes under them.
    """
    logs = Sharing(ledger, world, pair=PairSecret(log_label(ORIGIN), bytes(32)))
    other = Sharing(ledger, world, pair=PairSecret(party_label("kr-2", ORIGIN), bytes(32)))

    for sharing, state in ((logs, EventState.GIVEN), (other, EventState.OVER_ASKED)):
        failure = await refusal(sharing, state)
        assert ConsentFailure.KEY_NOT_OF_LABEL == failure


async def test_a_partys_label_opens_for_no_pair(ledger: Ledger, world: World) -> None:
    """
    Where a party has written of itself, nobody can give a consent.
    """
    label = party_label("kr-110111-0000001", ORIGIN)
    sharing = Sharing(ledger, world, pair=PairSecret(label, bytes(32)))
    await sharing.write(EventState.OVER_ASKED, consent_id=None)

    assert ConsentFailure.KEY_NOT_OF_LABEL == await refusal(sharing, EventState.GIVEN)


async def test_what_refused_is_looked_at_again(
    ledger: Ledger, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    A refusal on what was no longer so is no answer: the label is read once more.
    """
    sharing = await Sharing(ledger, world, counted(9)).given()
    real, looks = Deposits.label_state, 0

    async def stale(self: Deposits, label: bytes, request: bytes) -> LabelState:
        nonlocal looks
        looks += 1
        state = await real(self, label, request)
        return replace(state, keys=LabelKeys(bytes(60), "nobody")) if looks == 1 else state

    monkeypatch.setattr(Deposits, "label_state", stale)
    await sharing.write(EventState.USED)

    assert 3 == looks


async def test_the_ledgers_own_entries(ledger: Ledger, world: World) -> None:
    """
    One request is one entry, whether it is about a record or not; it needs one of the two, and
    one that was decided on an older end is not written.
    """
    sharing = await Sharing(ledger, world).given()
    record = sharing.record(EventState.LOOKED_UP)
    label, request = sharing.pair.label, bytes(16)

    first = await ledger.write_own(EntryType.AUDITED, label, record=record, request=request)
    again = await ledger.write_own(EntryType.AUDITED, label, record=record, request=request)
    rotated = await ledger.write_own(
        EntryType.ROTATED, log_label(ORIGIN), commitment=bytes(32), request=bytes([1] * 16)
    )

    assert first.index == again.index
    assert EntryType.ROTATED == Leaf.parse(rotated.leaf).type
    with pytest.raises(ValueError, match="record or a commitment"):
        await ledger.write_own(EntryType.MAP, log_label(ORIGIN), request=bytes([2] * 16))
    stale = replace(authorised(label, opens=False), after=0)
    with pytest.raises(ConsentError) as caught:
        await ledger.append(stale)
    assert ConsentFailure.LEDGER_BUSY == caught.value.failure


async def test_a_clock_that_jumps_changes_no_order_h96(sqlite: AsyncEngine) -> None:
    """
    H96: an hour back and a day ahead: uses count in the order of the log, a withdrawal stays
    before what follows it, and what says to come from tomorrow is not written today.
    """
    world = World()
    ledger = world.ledger(sqlite)
    await ledger.start()
    sharing = await Sharing(ledger, world, counted(2)).given()

    world.travel(NOW - timedelta(hours=1))
    await sharing.write(EventState.USED)
    tomorrow = {"event_time": NOW + timedelta(days=1)}
    assert ConsentFailure.RECORD_MISMATCH == await refusal(sharing, EventState.USED, **tomorrow)
    world.travel(NOW + timedelta(days=1))
    await sharing.write(EventState.WITHDRAWN)
    world.travel(NOW)
    assert ConsentFailure.CONSENT_WITHDRAWN == await refusal(sharing, EventState.USED)
    assert 0 == await ledger.tick(NOW)

    kept = await ledger.records_of(sharing.pair.label)
    types = [EntryType.CONSENT, EntryType.USED, EntryType.WITHDRAWN]
    assert types == [each.leaf.type for each in kept]
    await ledger.close()
