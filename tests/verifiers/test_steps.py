"""The outcome of each step: what it rested on, where it stopped, what clocks were allowed."""

from datetime import timedelta
from typing import Any

import pytest

from keys import jwt_time
from keys.strict_json import dumps
from tests.verifiers.world import NAME, NOW, World
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.presented.skew import ALLOWED, Direction, SkewUsed, TimeCheck, skew_of
from verifiers.presented.steps import Step, step_of
from verifiers.verifying.scanned import CODE_TIME

# What a verification never ends with: asking, fetching results and codes come before or after.
OUTSIDE = {
    Failure.TRANSACTION_UNKNOWN,
    Failure.ORIGINAL_UNKNOWN,
    Failure.NOTICE_INVALID,
    Failure.CONSENT_UNKNOWN,
    Failure.STANDING_REFUSED,
    Failure.WALLET_UNREACHABLE,
    Failure.WALLET_UNFIT,
    Failure.DESK_UNKNOWN,
    Failure.SUPPLIES_STALE,
    Failure.SUPPLIES_UNUSABLE,
    Failure.REDEMPTION_REFUSED,
    Failure.REDEMPTION_MISSING,
    Failure.CODE_FOREIGN,
    Failure.CODE_NOT_FOR_DESKS,
    Failure.CODE_DAMAGED,
    Failure.CODE_EXPIRED,
    Failure.CODE_UNKNOWN_AUTHORITY,
    Failure.CODE_UNREACHABLE,
    Failure.CODE_NOT_REGISTERED,
    Failure.PROFILE_UNKNOWN,
    Failure.DEFINITION_INVALID,
    Failure.CHALLENGE_CLOSED,
    Failure.SPOKEN_CLOSED,
    Failure.SPOKEN_LOCKED,
    Failure.SPOKEN_MISHEARD,
    Failure.QUERY_INVALID,
    Failure.REQUEST_INVALID,
    Failure.OVER_ASKING,
    Failure.TRANSACTION_INVALID,
    Failure.TRANSACTION_NOT_REGISTERED,
    Failure.FLOW_NOT_REGISTERED,
    Failure.TOO_MANY_OPEN,
}


def test_every_failure_of_a_verification_ends_one_of_its_steps() -> None:
    """
    The whole closed list: a new failure is put at its step, or outside, by whoever adds it.
    """
    assert OUTSIDE == {failure for failure in Failure if step_of(failure) is None}
    assert set(range(1, 13)) == {step.value for step in Step}


async def test_a_verified_result_tells_all_twelve_steps_and_no_claim(world: World) -> None:
    """
    Ages of the lists it rested on, the entry it was recorded as; the evidence keeps the same.
    """
    asked = await world.ask()
    world.clock.move(seconds=7)
    await world.answer(asked)

    steps: Any = (await world.state(asked))["steps"]

    assert [*range(1, 13)] == [step["step"] for step in steps]
    assert {"passed"} == {step["outcome"] for step in steps}
    used = {step["name"]: step["used"] for step in steps}
    assert 7 == used["transaction_open"]["age"]
    assert 86407 == used["issuer_trusted"]["trust_list_age"]
    assert (0, False) == (used["status"]["status_list_age"], used["status"]["in_grace"])
    assert 0 == used["validity"]["clock_skew_used"]
    assert ["no_unique_identifiers"] == used["policy"]["rules"]
    assert 0 == used["ledger"]["entry"]
    assert NAME not in dumps(steps).decode()
    evidence = await world.verifiers.evidence(asked.transaction_id)
    assert steps == evidence["steps"]


async def test_after_the_step_that_failed_none_is_reached(world: World) -> None:
    """
    A revoked certificate: eight steps held, the ninth did not, the rest was not done.
    """
    world.status.statuses[7] = 1
    asked = await world.ask()
    with pytest.raises(VerifierError):
        await world.answer(asked)

    steps: Any = (await world.state(asked))["steps"]

    assert ["passed"] * 8 + ["failed"] + ["not_reached"] * 3 == [one["outcome"] for one in steps]
    assert 86400 == steps[2]["used"]["trust_list_age"]


async def test_an_acceptance_that_needed_the_budget_says_so_and_is_counted(world: World) -> None:
    """
    The wallet's clock is forty seconds ahead of ours: accepted, told, and counted by check.
    """
    seen: list[SkewUsed] = []
    world.skew_seen = seen.append
    world.verifiers = world.started()
    asked = await world.ask()
    opened, held = await world.wallet.open(asked), world.issuer.issue()
    ahead = NOW + timedelta(seconds=40)
    shown = world.wallet.bound(held.show("age_over_19"), opened.request, held.key, now=ahead)

    await world.post(asked, world.wallet.body(opened.request, {"adult": [shown]}))

    assert [SkewUsed(TimeCheck.KEY_BINDING, Direction.BEHIND, 40)] == seen
    steps: Any = (await world.state(asked))["steps"]
    assert 40 == steps[6]["used"]["clock_skew_used"]


async def test_what_is_refused_is_not_counted_as_needing_the_budget(world: World) -> None:
    """
    A revoked certificate from a clock ahead is refused for what it is.
    """
    seen: list[SkewUsed] = []
    world.skew_seen = seen.append
    world.verifiers = world.started()
    world.status.statuses[7] = 1
    asked = await world.ask()
    opened, held = await world.wallet.open(asked), world.issuer.issue()
    ahead = NOW + timedelta(seconds=40)
    shown = world.wallet.bound(held.show("age_over_19"), opened.request, held.key, now=ahead)

    with pytest.raises(VerifierError):
        await world.post(asked, world.wallet.body(opened.request, {"adult": [shown]}))

    assert [] == seen


def test_the_budget_is_one_constant_for_each_check() -> None:
    """
    Sixty seconds, and five for what is shown at a counter for thirty.
    """
    assert set(TimeCheck) == set(ALLOWED)
    assert {jwt_time.CLOCK_SKEW} == {
        allowed for check, allowed in ALLOWED.items() if check is not TimeCheck.SHOWN_CODE
    }
    assert timedelta(seconds=5) == ALLOWED[TimeCheck.SHOWN_CODE]
    assert timedelta(seconds=30) == CODE_TIME


@pytest.mark.parametrize(
    ("seconds", "used"),
    [
        (-3, SkewUsed(TimeCheck.CREDENTIAL, Direction.BEHIND, 3)),
        (0, None),
        (10, None),
        (12, SkewUsed(TimeCheck.CREDENTIAL, Direction.AHEAD, 2)),
    ],
)
def test_the_direction_says_whose_clock_may_be_off(seconds: int, used: SkewUsed | None) -> None:
    """
    Before it begins our clock is behind, after its end ahead; both ends themselves are within.
    """
    now = NOW + timedelta(seconds=seconds)

    found = skew_of(TimeCheck.CREDENTIAL, now, begins=NOW, ends=NOW + timedelta(seconds=10))

    assert used == found
