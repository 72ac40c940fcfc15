"""Withdrawal followed until it has happened: stopped, acknowledged, erased, or kept by law."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from consent.forms.duration import after
from consent.forms.entry import EntryType
from consent.forms.reason import Reason
from consent.forms.receipt import verify_receipt
from consent.forms.record import ConsentRecord, EventState
from consent.forms.states import ConsentState, DutyKind
from consent.forms.withdrawal_notice import NoticeKind
from keys.signer import SoftwareSigner
from tests.verifiers.sharing import Shared, share
from tests.verifiers.world import LEDGER_URL, World
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.owing.duties import DutyState
from verifiers.owing.erasing import LEAST_KEPT, TOLD_LATER

ENTRIES = f"{LEDGER_URL}/consent/entries"


def said(shared: Shared, state: EventState) -> list[ConsentRecord]:
    """Return what the party said of one kind, as the ledger keeps it."""
    events = shared.world.ledger.records(shared.pair.label)
    return [event.record for event in events if event.record.event_state is state]


async def states(world: World, party: str) -> dict[EntryType, str]:
    """Return the latest state of each kind of duty on the desk's page."""
    owed = await world.verifiers.duties.owed(party)
    return {duty.type: duty.state.value for duty in reversed(owed)}


async def test_a_party_that_answers_stops_acknowledges_and_erases(world: World) -> None:
    """
    P17, the first of three recipients: seen by the ledger's fold alone, nothing is overdue.
    """
    shared = await share(world)

    receipt = await world.verifiers.duties.receive_notice(shared.notice())

    verified = verify_receipt(receipt, log_key=world.ledger.signer.verifier_key)
    assert (EventState.ACKNOWLEDGED, shared.consent_id) == (
        verified.record.event_state,
        verified.record.consent_id,
    )
    assert (False, True) == await shared.sealed()
    assert ConsentState.STOPPED is shared.standing().state
    assert shared.duty(DutyKind.STOP).done_at is not None
    assert shared.duty(DutyKind.ERASE).done_at is None

    world.clock.move(seconds=5)
    await world.verifiers.duties.work()
    assert (False, False) == await shared.sealed()
    assert ConsentState.ERASED is shared.standing().state
    assert shared.duty(DutyKind.ERASE).done_at is not None
    world.clock.move(days=30)
    assert not any(duty.overdue for duty in shared.standing().duties)
    assert {EntryType.ACKNOWLEDGED: "done", EntryType.ERASED: "done"} == await states(
        world, "parcel-service"
    )


async def test_a_party_that_is_slow_is_overdue_and_then_done(world: World) -> None:
    """
    The second: its ledger is away for a fortnight. Use has ended all the same, both sides see
    that it is late, and it is made good without anybody asking again.
    """
    shared = await share(world)
    token = shared.notice()
    world.ledger.status = 503
    with pytest.raises(VerifierError) as caught:
        await world.verifiers.duties.receive_notice(token)
    assert Failure.LEDGER_UNREACHABLE is caught.value.failure
    (kept,) = await world.store.sharings_of("parcel-service", shared.consent_id)
    assert world.clock.now == kept.stopped_at
    assert (False, True) == await shared.sealed()

    world.clock.move(days=14)
    await world.verifiers.duties.work()
    assert shared.duty(DutyKind.STOP).overdue
    assert shared.duty(DutyKind.ERASE).overdue
    assert {EntryType.ACKNOWLEDGED: "overdue", EntryType.ERASED: "overdue"} == await states(
        world, "parcel-service"
    )
    assert 2 == len(await world.verifiers.duties.unsettled(["parcel-service"]))

    world.ledger.status = 200
    world.clock.move(hours=2)
    await world.verifiers.duties.work()
    assert ConsentState.ERASED is shared.standing().state
    assert all(duty.done_at is not None for duty in shared.standing().duties)
    assert () == await world.verifiers.duties.unsettled(["parcel-service"])


async def test_a_party_that_never_answers_is_overdue_for_everybody(world: World) -> None:
    """
    The third: what is not on the ledger did not happen; the entry of the holder alone shows it.
    """
    shared = await share(world)
    shared.notice()

    world.clock.move(days=2)
    assert ConsentState.WITHDRAWN is shared.standing().state
    assert not any(duty.overdue for duty in shared.standing().duties)
    world.clock.move(days=2)
    assert shared.duty(DutyKind.STOP).overdue
    assert not shared.duty(DutyKind.ERASE).overdue
    world.clock.move(days=7)
    assert shared.duty(DutyKind.ERASE).overdue


async def test_a_notice_sent_again_has_the_same_acknowledgement(world: World) -> None:
    """
    H56: the answer was lost, so it comes again, for years: one entry, one receipt.
    """
    shared = await share(world)
    token = shared.notice()

    first = await world.verifiers.duties.receive_notice(token)
    world.clock.move(days=800)
    await world.verifiers.duties.work()
    again = await world.started().duties.receive_notice(token)

    assert first == again
    assert 1 == len(said(shared, EventState.ACKNOWLEDGED))
    assert 1 == len(said(shared, EventState.ERASED))


@pytest.mark.parametrize("lie", ["another key", "another label", "another party", "never was"])
async def test_what_is_not_the_signers_consent_is_unknown_in_the_same_words(
    world: World, lie: str
) -> None:
    """
    H90: nobody learns which consents are kept here; nothing is stopped.
    """
    shared, other = await share(world), await share(world, "adult-check")
    sent: Shared = shared
    match lie:
        case "another key":
            sent = replace(shared, key=SoftwareSigner.generate())
        case "another label":
            sent = replace(shared, pair=other.pair, key=other.key)
        case "another party":
            sent = replace(other, consent_id=shared.consent_id)
        case "never was":
            sent = replace(shared, consent_id="0b0f9b1c-6b7e-4f0e-9a55-0d7d6c4b8a11")
        case _:
            raise AssertionError(lie)

    with pytest.raises(VerifierError) as caught:
        await world.verifiers.duties.receive_notice(sent.notice())

    assert (Failure.CONSENT_UNKNOWN, "") == (caught.value.failure, caught.value.where)
    assert (True, True) == await shared.sealed()
    assert [] == said(shared, EventState.ACKNOWLEDGED)


@pytest.mark.parametrize("token", ["", "no token", "a.b.c"])
async def test_what_is_no_notice_is_refused(world: World, token: str) -> None:
    """
    Whatever does not prove itself is refused before anything is looked up.
    """
    with pytest.raises(VerifierError) as caught:
        await world.verifiers.duties.receive_notice(token)

    assert Failure.NOTICE_INVALID is caught.value.failure


async def test_a_deletion_request_erases_while_the_consent_stands(world: World) -> None:
    """
    P17: without withdrawal; it is acknowledged and done in the same way.
    """
    shared = await share(world)

    await world.verifiers.duties.receive_notice(shared.notice(NoticeKind.DELETION_REQUESTED))
    await world.verifiers.duties.work()

    (kept,) = await world.store.sharings_of("parcel-service", shared.consent_id)
    assert kept.stopped_at is None
    assert (False, False) == await shared.sealed()
    assert shared.duty(DutyKind.ERASE).done_at is not None


async def test_a_withdrawal_after_all_was_erased_is_answered_as_well(world: World) -> None:
    """
    Retention ended before anybody asked; the later request is told that nothing is there.
    """
    shared = await share(world)
    world.clock.move(days=31)
    await world.verifiers.duties.work()
    assert 1 == len(said(shared, EventState.ERASED))

    await world.verifiers.duties.receive_notice(shared.notice())
    await world.verifiers.duties.work()

    assert 2 == len(said(shared, EventState.ERASED))
    assert all(duty.done_at is not None for duty in shared.standing().duties)


async def test_two_requests_before_the_erasure_are_answered_by_one(world: World) -> None:
    """
    Deletion asked for, then withdrawn: each is acknowledged, the erasure settles both.
    """
    shared = await share(world)
    for kind in (NoticeKind.DELETION_REQUESTED, NoticeKind.WITHDRAWN):
        await world.verifiers.duties.receive_notice(shared.notice(kind))
    await world.verifiers.duties.work()

    assert 2 == len(said(shared, EventState.ACKNOWLEDGED))
    assert 1 == len(said(shared, EventState.ERASED))
    (kept,) = await world.store.sharings_of("parcel-service", shared.consent_id)
    assert kept.stopped_at is not None


async def test_what_a_law_keeps_is_said_with_law_and_date_and_erased_afterwards(
    world: World,
) -> None:
    """
    P22, PIPA article 21: a payment's evidence is kept five years, however soon it was withdrawn.
    """
    shared = await share(world, "contract-payment")
    began = world.clock.now
    await world.verifiers.duties.receive_notice(shared.notice())
    await world.verifiers.duties.work()

    (retained,) = said(shared, EventState.RETAINED)
    told = began.replace(year=2031) + TOLD_LATER
    assert (Reason.TAX_BOOKS, told) == (retained.reason, retained.kept_until)
    assert ConsentState.RETAINED is shared.standing().state
    assert (False, True) == await shared.sealed()
    owed = await world.verifiers.duties.owed("haneul-city")
    (kept,) = [duty for duty in owed if duty.state is DutyState.RETAINED]
    assert (False, retained.kept_until) == (kept.may_erase, kept.kept_until)

    world.clock.now = began.replace(year=2031) + timedelta(seconds=1)
    await world.verifiers.duties.work()
    assert (False, False) == await shared.sealed()
    assert ConsentState.ERASED is shared.standing().state
    assert not any(duty.overdue for duty in shared.standing().duties)


async def test_a_later_request_about_what_a_law_keeps_is_told_the_law_again(
    world: World,
) -> None:
    """
    Nothing is done twice, but every request has its answer.
    """
    shared = await share(world, "contract-payment")
    await world.verifiers.duties.receive_notice(shared.notice(NoticeKind.DELETION_REQUESTED))
    await world.verifiers.duties.work()
    await world.verifiers.duties.receive_notice(shared.notice())
    await world.verifiers.duties.work()

    first, second = said(shared, EventState.RETAINED)
    assert first.kept_until == second.kept_until
    assert (False, True) == await shared.sealed()


async def test_where_a_law_depends_on_a_contract_a_person_decides(world: World) -> None:
    """
    Only the bank knows whether a loan was made: its staff may erase, with one button.
    """
    shared = await share(world, "lease-loan")
    await world.verifiers.duties.receive_notice(shared.notice())
    await world.verifiers.duties.work()
    assert (False, True) == await shared.sealed()
    (first, *_) = await world.verifiers.duties.owed("gaon-bank")
    assert (DutyState.DECIDE, True, shared.consent_id) == (
        first.state,
        first.may_erase,
        first.subject,
    )

    await world.verifiers.duties.decide("gaon-bank", shared.consent_id)
    await world.verifiers.duties.work()

    assert (False, False) == await shared.sealed()
    assert ConsentState.ERASED is shared.standing().state


async def test_what_nobody_decides_is_kept_as_the_law_says_before_it_is_overdue(
    world: World,
) -> None:
    """
    A day before the term ends the registration decides; a person may still say otherwise later.
    """
    shared = await share(world, "lease-loan")
    await world.verifiers.duties.receive_notice(shared.notice())
    world.clock.move(days=9)
    await world.verifiers.duties.work()

    (retained,) = said(shared, EventState.RETAINED)
    assert Reason.ELECTRONIC_COMMERCE is retained.reason
    assert not shared.duty(DutyKind.ERASE).overdue
    world.clock.move(days=100)
    await world.verifiers.duties.decide("gaon-bank", shared.consent_id)
    await world.verifiers.duties.work()
    assert ConsentState.ERASED is shared.standing().state


@pytest.mark.parametrize("profile", ["address-check", "contract-payment"])
async def test_nobody_decides_what_is_not_theirs_to_decide(world: World, profile: str) -> None:
    """
    H90: nothing open, another party's, or a law that leaves no choice: all the same answer.
    """
    shared = await share(world, profile)
    await world.verifiers.duties.receive_notice(shared.notice())

    for party, consent_id in (
        (shared.transaction.party, shared.consent_id),
        ("corner-store", shared.consent_id),
        (shared.transaction.party, "unknown"),
    ):
        with pytest.raises(VerifierError) as caught:
            await world.verifiers.duties.decide(party, consent_id)
        assert Failure.CONSENT_UNKNOWN is caught.value.failure


async def test_retention_ends_by_itself(world: World) -> None:
    """
    P22: the row stays without a sealed octet, and the ledger is told, without being asked.
    """
    shared = await share(world)
    world.clock.move(days=29, hours=23)
    await world.verifiers.duties.work()
    assert (True, True) == await shared.sealed()

    world.clock.move(hours=1)
    await world.verifiers.duties.work()
    assert (False, False) == await shared.sealed()
    (erased,) = said(shared, EventState.ERASED)
    assert (None, shared.consent_id) == (erased.kept_until, erased.consent_id)


PROFILES = [
    *("adult-check", "address-check", "lease-loan", "loan-review", "creditor-check"),
    *("bank-identity-check", "contract-payment"),
]


@pytest.mark.parametrize("profile", PROFILES)
async def test_nothing_outlives_what_was_registered(world: World, profile: str) -> None:
    """
    R18, P22: a calendar of seven years, a day at a time where it matters; nobody has to ask.
    """
    shared = await share(world, profile)
    registered = world.verifiers.catalogue.registrations.party(shared.transaction.party)
    period = registered.purpose(shared.transaction.purpose).retention.period
    ends_at = after(shared.terms.until or world.clock.now, period)
    world.clock.now = max(ends_at, world.clock.now + LEAST_KEPT) - timedelta(seconds=1)
    await world.verifiers.duties.work()
    assert (True, True) == await shared.sealed()

    world.clock.move(seconds=1)
    await world.verifiers.duties.work()

    assert (False, False) == await shared.sealed()
    assert 1 == len(said(shared, EventState.ERASED))
    world.clock.move(days=7 * 366)
    await world.verifiers.duties.work()
    assert 1 == len(said(shared, EventState.ERASED))


async def test_what_is_damaged_does_not_keep_the_rest_from_being_erased(world: World) -> None:
    """
    H95: a flipped bit in one row's secret; the other is erased in the same turn.
    """
    broken, sound = await share(world), await share(world)
    (kept,) = await world.store.sharings_of("parcel-service", broken.consent_id)
    damaged = replace(kept, transaction_id="damaged", pair_sealed=b"\0" * 60)
    await world.store.keep(damaged)
    world.clock.move(days=30)
    await world.verifiers.duties.work()

    assert (False, False) == await sound.sealed()


async def test_another_makers_wallet_is_erased_for_as_well(world: World) -> None:
    """
    Nobody can withdraw there, so time alone ends it: adult checks keep nothing past five minutes.
    """
    asked = await world.ask()
    await world.answer(asked)
    assert world.network.to(ENTRIES)
    world.clock.move(minutes=5)
    await world.verifiers.duties.work()

    state = await world.state(asked)
    assert ("verified", []) == (state["state"], state["credentials"])
    assert "receipt" not in state
    with pytest.raises(VerifierError) as caught:
        await world.verifiers.evidence(asked.transaction_id)
    assert Failure.TRANSACTION_UNKNOWN is caught.value.failure
    used, erased = world.ledger.submissions
    assert (EntryType.USED, EntryType.ERASED) == (used.entry.type, erased.entry.type)
    assert used.entry.label == erased.entry.label


async def test_what_is_erased_is_gone_from_the_file(world: World, tmp_path: Path) -> None:
    """
    P22: not an octet of the sealed evidence is left in the database after its erasure.
    """
    shared = await share(world)
    _, outcome = await world.store.find(shared.transaction.id)
    sealed = outcome.evidence_sealed
    assert sealed is not None
    path = tmp_path / "verifiers.sqlite"
    checkpoint(path)
    assert sealed[-1000:] in path.read_bytes()
    world.clock.move(days=30)
    await world.verifiers.duties.work()

    assert (False, False) == await shared.sealed()
    checkpoint(path)
    assert sealed[-1000:] not in path.read_bytes()


def checkpoint(path: Path) -> None:
    """Move what was committed into the database file, as the database does by itself."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
