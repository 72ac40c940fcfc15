"""Entries that are owed to the ledger: once, however often they are sent, and never forgotten."""

from dataclasses import replace
from typing import Any

import pytest

from consent.forms.entry import EntryType, party_label
from consent.forms.reason import Reason
from consent.forms.record import EventState
from keys.strict_json import JsonObject
from tests.verifiers.sharing import books_of
from tests.verifiers.world import LEDGER_URL, NOW, World
from verifiers.asking.enquiry import Wish
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.recording.filing import FIRST_RETRY, LAST_RETRY, filing_id, next_try

ENTRIES = f"{LEDGER_URL}/consent/entries"
UNASKED: JsonObject = {
    "credentials": [
        {
            "id": "all",
            "format": "dc+sd-jwt",
            "meta": {
                "vct_values": [
                    "https://desk.example/issuers/resident-registry/types/resident-register/1"
                ]
            },
            "claims": [{"path": ["members", None, "resident_number_back"]}],
        }
    ]
}


async def over_ask(world: World) -> None:
    """Ask for more than is registered, and be refused."""
    with pytest.raises(VerifierError) as caught:
        await world.verifiers.ask_query(UNASKED, Wish())
    assert Failure.OVER_ASKING is caught.value.failure


async def test_over_asking_becomes_an_entry_about_the_party_alone(world: World) -> None:
    """
    P12, T30: which claims were asked for stands under the party's own label, and no person.
    """
    await over_ask(world)
    await world.verifiers.duties.work()

    (submission,) = world.ledger.submissions
    label = party_label("test-desk", world.ledger.signer.verifier_key.name)
    assert (EntryType.OVER_ASKED, label) == (submission.entry.type, submission.entry.label)
    assert submission.deposit is not None
    record = submission.deposit.record
    assert ("members.*.resident_number_back",) == record.asked.requested
    assert (EventState.OVER_ASKED, Reason.BEYOND_REGISTRATION) == (
        record.event_state,
        record.reason,
    )
    assert (None, ()) == (record.consent_id, record.asked.disclosed)


async def test_each_attempt_is_an_entry_and_each_entry_is_sent_once(world: World) -> None:
    """
    Two attempts alike are two; an entry the ledger has is not sent again.
    """
    await over_ask(world)
    await over_ask(world)
    for _ in range(3):
        await world.verifiers.duties.work()

    assert 2 == len(world.ledger.entries)
    assert 2 == world.network.to(ENTRIES)


async def test_what_is_owed_waits_for_a_ledger_that_is_away_and_is_one_entry(
    world: World,
) -> None:
    """
    H56: the ledger took it and its answer was lost, then it was away for days: still one entry.
    """
    await over_ask(world)
    world.network.lost[ENTRIES] = 2
    await world.verifiers.duties.work()
    assert 1 == len(world.ledger.entries)

    world.ledger.status = 503
    world.clock.move(days=2)
    await world.verifiers.duties.work()
    (owed,) = await world.verifiers.duties.owed("test-desk")
    assert ("open", None, None) == (owed.state.value, owed.refusal, owed.done_at)

    world.ledger.status = 200
    world.clock.move(hours=1)
    await world.started().duties.work()
    (owed,) = await world.verifiers.duties.owed("test-desk")
    assert "done" == owed.state.value
    assert 1 == len(world.ledger.entries)


async def test_a_retry_comes_later_each_time(world: World) -> None:
    """
    A ledger that restarts is asked again soon, one that is away for days once an hour.
    """
    assert FIRST_RETRY == next_try(0, NOW) - NOW
    assert 2 * FIRST_RETRY == next_try(1, NOW) - NOW
    assert LAST_RETRY == next_try(1000, NOW) - NOW
    world.ledger.status = 503
    await over_ask(world)
    await world.verifiers.duties.work()
    await world.verifiers.duties.work()
    assert 1 == world.network.to(ENTRIES)

    world.clock.move(seconds=FIRST_RETRY.total_seconds())
    await world.verifiers.duties.work()
    assert 2 == world.network.to(ENTRIES)


def _forged(answer: JsonObject) -> JsonObject:
    return answer | {"leaf": "AAAA"}


@pytest.mark.parametrize(
    ("break_", "expected"),
    [
        ({"status": 403}, "ledger_busy"),
        ({"change": _forged}, "ledger_proof_invalid"),
        ({"change": lambda _: {"ok": True}}, "its answer cannot be read"),
    ],
    ids=["refused", "forged proof", "no answer of the form"],
)
async def test_what_the_ledger_does_not_prove_stays_owed_and_is_told(
    world: World, break_: dict[str, Any], expected: str
) -> None:
    """
    H98: only a proof ends a duty; the reason stands on the desk's page until there is one.
    """
    for name, value in break_.items():
        setattr(world.ledger, name, value)
    await over_ask(world)
    await world.verifiers.duties.work()

    (owed,) = await world.verifiers.duties.owed("test-desk")
    assert ("refused", expected) == (owed.state.value, owed.refusal)
    troubled = await world.verifiers.duties.unsettled(["corner-store", "test-desk"])
    assert [("test-desk", owed)] == [*troubled]

    world.ledger.status = 200
    world.ledger.change = lambda answer: answer
    world.clock.move(hours=2)
    await world.verifiers.duties.work()
    (owed,) = await world.verifiers.duties.owed("test-desk")
    assert ("done", None) == (owed.state.value, owed.refusal)
    assert () == await world.verifiers.duties.unsettled(["test-desk"])


async def test_what_is_damaged_is_told_and_keeps_nothing_else_waiting(world: World) -> None:
    """
    H95: a flipped bit in one row; the others go out, and the desk reads which one did not.
    """
    await over_ask(world)
    (state,) = await world.store.unfiled(world.clock.now, 1)
    damaged = replace(state.filing, id="damaged", sealed=b"\0" + state.filing.sealed[1:])
    await world.store.owe(damaged)
    await world.verifiers.duties.work()

    owed = await world.verifiers.duties.owed("test-desk")
    assert [("refused", "draft_damaged"), ("done", None)] == [
        (duty.state.value, duty.refusal) for duty in owed
    ]


async def test_what_was_never_owed_cannot_be_filed(world: World) -> None:
    """
    A mistake of our own, and told as one.
    """
    with pytest.raises(RuntimeError, match="owed before"):
        await books_of(world).filer.file("never", world.clock.now)


def test_a_duty_is_named_by_what_it_is_about() -> None:
    """
    The same duty has the same idempotency key; no two run into each other.
    """
    names = {
        filing_id(EntryType.ERASED, "a", "b"),
        filing_id(EntryType.ERASED, "ab"),
        filing_id(EntryType.RETAINED, "a", "b"),
    }
    assert 3 == len(names)
    assert filing_id(EntryType.ERASED, "a", "b") in names
