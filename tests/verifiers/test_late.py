"""A shown code while the ledger is away: amber, written down, and recorded later (DESIGN 3)."""

from typing import Any

import pytest

from consent.forms.entry import EntryType
from consent.forms.reason import Reason
from consent.forms.receipt import Receipt, verify_receipt
from consent.forms.record import EventState
from keys.strict_json import JsonObject
from tests.verifiers.shown import code, publish
from tests.verifiers.world import LEDGER_URL, World
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.owing.duties import DutyState

ENTRIES = f"{LEDGER_URL}/consent/entries"


@pytest.fixture
def desk(world: World) -> World:
    """A desk whose authority can be asked for its keys."""
    publish(world)
    return world


async def scanned_while_away(desk: World, profile: str = "adult-check") -> str:
    """Scan a code while the ledger answers nothing; return the transaction."""
    desk.network.failing[ENTRIES] = 2
    return await desk.verifiers.scan(code(desk), profile)


async def told(desk: World, transaction_id: str) -> JsonObject:
    return (await desk.verifiers.result(transaction_id)).as_dict()


async def test_a_use_that_cannot_be_recorded_is_written_down_before_it_is_released(
    desk: World,
) -> None:
    """
    The claims are told, the result says "late" and has no receipt, and the duty is durable.
    """
    transaction_id = await scanned_while_away(desk)

    result = await told(desk, transaction_id)
    assert ("verified", "late") == (result["state"], result["recorded"])
    assert "receipt" not in result
    assert 1 == len(result["credentials"])  # type: ignore[arg-type]  # a list, as the form says
    (owed,) = await desk.started().duties.owed("corner-store")
    assert (EntryType.USED_LATE, DutyState.OPEN, transaction_id) == (
        owed.type,
        owed.state,
        owed.subject,
    )


async def test_a_late_use_is_filed_as_late_and_completed(desk: World) -> None:
    """
    Reconciled: the entry says late and why, the result has its receipt and proof from then on.
    """
    transaction_id = await scanned_while_away(desk)
    desk.clock.move(seconds=30)
    await desk.verifiers.duties.work()

    result = await told(desk, transaction_id)
    assert "recorded" not in result
    receipt = Receipt.parse(result["receipt"])
    verified = verify_receipt(receipt, log_key=desk.ledger.signer.verifier_key)
    assert (EventState.USED_LATE, Reason.LEDGER_UNREACHABLE, ("age_over_19",)) == (
        verified.record.event_state,
        verified.record.reason,
        verified.record.asked.disclosed,
    )
    assert receipt.countersignature is not None
    (submission,) = desk.ledger.submissions
    assert EntryType.USED_LATE is submission.entry.type
    evidence = await desk.verifiers.evidence(transaction_id)
    assert evidence["receipt"] == result["receipt"]


async def test_a_late_use_that_the_ledger_refuses_is_told_to_desk_and_auditor(
    desk: World,
) -> None:
    """
    What the ledger would not take afterwards is nobody's proof: it says so until it is settled.
    """
    transaction_id = await scanned_while_away(desk)
    desk.ledger.status = 403
    await desk.verifiers.duties.work()

    result = await told(desk, transaction_id)
    assert ("verified", "refused") == (result["state"], result["recorded"])
    ((party, owed),) = await desk.verifiers.duties.unsettled(["corner-store"])
    assert ("corner-store", DutyState.REFUSED, "ledger_busy") == (party, owed.state, owed.refusal)


def _forged(answer: JsonObject) -> JsonObject:
    return answer | {"leaf": "AAAA"}


@pytest.mark.parametrize(
    ("break_", "expected"),
    [
        ({"status": 403}, Failure.LEDGER_REFUSED),
        ({"change": _forged}, Failure.LEDGER_PROOF_INVALID),
        ({"change": lambda _: {}}, Failure.LEDGER_REFUSED),
    ],
    ids=["refused", "forged proof", "no answer of the form"],
)
async def test_a_ledger_that_answers_wrongly_is_not_one_that_is_away(
    desk: World, break_: dict[str, Any], expected: Failure
) -> None:
    """
    H98: a wrong proof releases nothing, not even for a shown code.
    """
    for name, value in break_.items():
        setattr(desk.ledger, name, value)

    transaction_id = await desk.verifiers.scan(code(desk), "adult-check")

    result = await told(desk, transaction_id)
    assert ("failed", []) == (result["state"], result["credentials"])
    assert isinstance(result["failure"], dict)
    assert expected.code == result["failure"]["code"]
    assert () == await desk.verifiers.duties.owed("corner-store")


async def test_online_every_use_fails_closed(desk: World) -> None:
    """
    Log before use: whoever can ask for the person's wallet can wait for the ledger as well.
    """
    asked = await desk.ask()
    desk.network.failing[ENTRIES] = 2

    with pytest.raises(VerifierError) as caught:
        await desk.answer(asked)

    assert Failure.LEDGER_UNREACHABLE is caught.value.failure
    assert [] == (await desk.state(asked))["credentials"]
    assert () == await desk.verifiers.duties.owed("corner-store")


async def test_the_receipt_of_a_late_use_goes_with_the_rest(desk: World) -> None:
    """
    P22: at the end of retention nothing of a late use is kept either, filed or not.
    """
    transaction_id = await scanned_while_away(desk)
    await desk.verifiers.duties.work()
    desk.clock.move(minutes=6)
    await desk.verifiers.duties.work()

    result = await told(desk, transaction_id)
    assert "receipt" not in result
    late, erased = desk.ledger.submissions
    assert (EntryType.USED_LATE, EntryType.ERASED) == (late.entry.type, erased.entry.type)


async def test_a_use_stays_late_until_it_is_filed_whatever_else_is_erased(desk: World) -> None:
    """
    The ledger is away for days, the evidence's time is over: what is owed is still owed.
    """
    transaction_id = await scanned_while_away(desk)
    desk.ledger.status = 503
    desk.clock.move(days=2)
    await desk.verifiers.duties.work()
    assert "late" == (await told(desk, transaction_id))["recorded"]

    desk.ledger.status = 200
    desk.clock.move(hours=2)
    await desk.verifiers.duties.work()
    result = await told(desk, transaction_id)
    assert "recorded" not in result
    assert "receipt" not in result
    assert EntryType.USED_LATE in {one.entry.type for one in desk.ledger.submissions}
    late = await desk.store.filings_of("corner-store", (EntryType.USED_LATE,), 1)
    assert [None] == [state.receipt_sealed for state in late]
