"""Who sees a result, how long, and what is left afterwards."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from keys.errors import KeysError
from keys.strict_json import JsonObject
from standards.openid4vp.request import ResponseMode
from tests.verifiers.world import FLOWS, REGISTER_VCT, World
from verifiers.asking.enquiry import Wish
from verifiers.asking.questions import Asked
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.recording.sealing import Sealing
from verifiers.transaction import Flow

ADULT: JsonObject = {
    "credentials": [
        {
            "id": "adult",
            "format": "dc+sd-jwt",
            "meta": {"vct_values": [REGISTER_VCT]},
            "claims": [{"path": ["age_over_19"]}],
        }
    ]
}
SAME_DEVICE = Wish(flow=Flow.SAME_DEVICE)


def code_in(redirect_uri: str | None) -> str:
    """Return the response code a browser hands in."""
    return parse_qs(urlsplit(redirect_uri or "").query)["response_code"][0]


async def answered(
    world: World, wish: Wish = SAME_DEVICE, session: str | None = None
) -> tuple[Asked, str]:
    """Return a transaction an honest wallet answered, and its response code."""
    asked = await world.verifiers.ask_profile("adult-check", wish, session=session)
    return asked, code_in((await world.answer(asked)).redirect_uri)


async def test_a_result_stays_the_same_for_a_minute_and_then_loses_its_claims(
    world: World,
) -> None:
    """
    P13: delivered stably for 60 seconds after the first time; state and receipt stay.
    """
    asked, _ = await answered(world, Wish())
    world.clock.move(seconds=100)
    first = await world.state(asked)
    world.clock.move(seconds=59)
    assert first == await world.state(asked)
    world.clock.move(seconds=1)

    after = await world.state(asked)

    assert first | {"credentials": []} == after
    _, outcome = await world.store.find(asked.transaction_id)
    assert outcome.claims_sealed is None
    assert after == await world.state(asked)


async def test_a_result_nobody_fetches_is_erased(world: World) -> None:
    """
    P13: five minutes after it was verified, whether or not anyone asks.
    """
    asked, _ = await answered(world, Wish())
    other, _ = await answered(world, Wish())
    world.clock.move(seconds=300)

    assert [] == (await world.state(asked))["credentials"]
    await world.verifiers.forget_claims()

    _, outcome = await world.store.find(other.transaction_id)
    assert outcome.claims_sealed is None


async def test_what_nobody_answers_is_deleted_with_its_key(world: World) -> None:
    """
    H51: ten abandoned requests are gone an hour after they expired; what was answered stays.
    """
    abandoned = [await world.ask() for _ in range(10)]
    await world.verifiers.request_object(abandoned[0].transaction_id)
    closed, _ = await answered(world, Wish())
    world.clock.move(minutes=64, seconds=59)
    await world.verifiers.forget_claims()
    assert "expired" == (await world.state(abandoned[0]))["state"]

    world.clock.move(seconds=1)
    await world.verifiers.forget_claims()

    for asked in abandoned:
        with pytest.raises(VerifierError) as refused:
            await world.state(asked)
        assert Failure.TRANSACTION_UNKNOWN is refused.value.failure
    assert {} == await world.store.requests_served(abandoned[0].transaction_id)
    assert "verified" == (await world.state(closed))["state"]


async def test_a_restart_keeps_results(world: World) -> None:
    """
    What is sealed opens in the next process with the same data key.
    """
    asked, _ = await answered(world, Wish())

    again = await world.started().result(asked.transaction_id)

    assert 1 == len(again.credentials)


async def test_sealed_claims_open_only_where_they_belong(world: World) -> None:
    """
    A result put into another transaction's row does not open.
    """
    asked, _ = await answered(world, Wish())
    _, outcome = await world.store.find(asked.transaction_id)
    assert outcome.claims_sealed is not None

    with pytest.raises(KeysError):
        Sealing(world.data_key).open_claims("another", outcome.claims_sealed)
    with pytest.raises(KeysError):
        Sealing(world.data_key).open_evidence(asked.transaction_id, outcome.claims_sealed)


async def test_the_evidence_is_the_request_the_key_binding_and_the_countersignature(
    world: World,
) -> None:
    """
    DESIGN 3: all three are kept by both sides, and no claim among them.
    """
    asked, _ = await answered(world, Wish())

    evidence: Any = await world.verifiers.evidence(asked.transaction_id)

    (request,) = evidence["request_objects"]
    assert request == (await world.store.find(asked.transaction_id))[0].request_object
    (binding,) = evidence["key_bindings"]
    assert 2 == str(binding).count(".")
    assert evidence["receipt"]["countersignature"]


async def test_there_is_no_evidence_of_what_was_not_verified(world: World) -> None:
    """
    A pending transaction proves nothing.
    """
    asked = await world.ask()

    with pytest.raises(VerifierError) as refused:
        await world.verifiers.evidence(asked.transaction_id)

    assert Failure.TRANSACTION_UNKNOWN is refused.value.failure


async def test_the_redirect_always_comes_under_haip_with_a_fresh_code(world: World) -> None:
    """
    HAIP 5.1, VP 8.2: every code is another, and 256 bits long.
    """
    codes = {(await answered(world, Wish()))[1] for _ in range(3)}

    assert 3 == len(codes)
    assert {43} == {len(code) for code in codes}


async def test_in_plain_mode_only_the_same_device_flow_leads_back(world: World) -> None:
    """
    A redirect that nothing depends on is left out where no profile wants it.
    """
    for flow in FLOWS:
        wish = Wish(flow=flow, mode=ResponseMode.DIRECT_POST)
        asked = await world.verifiers.ask_query(ADULT, wish)

        acknowledgement = await world.answer(asked)

        assert (flow is Flow.SAME_DEVICE) == (acknowledgement.redirect_uri is not None)


async def test_at_the_counter_the_redirect_only_thanks(world: World) -> None:
    """
    T9: the result belongs to the desk that asked, not to whoever follows the link.
    """
    asked, code = await answered(world, Wish())

    thanked = await world.verifiers.redeem(asked.transaction_id, code)

    assert {"state": "verified", "credentials": []} == thanked.as_dict()


async def test_on_the_same_device_the_result_waits_for_the_redirect(world: World) -> None:
    """
    VP 14.2, H85: the one who started and polls gets nothing before the person came back.
    """
    asked, code = await answered(world)
    assert {"state": "pending", "credentials": []} == await world.state(asked)

    redeemed = await world.verifiers.redeem(asked.transaction_id, code)

    assert 1 == len(redeemed.credentials)
    assert redeemed.as_dict() == await world.state(asked)


@pytest.mark.parametrize("flow", FLOWS)
async def test_a_response_code_is_used_once(world: World, flow: Flow) -> None:
    """
    H86: a second hand-in is refused; so are a wrong code and an unknown transaction, alike.
    """
    wish = Wish(flow=flow, mode=ResponseMode.DIRECT_POST_JWT)
    asked = await world.verifiers.ask_query(ADULT, wish)
    code = code_in((await world.answer(asked)).redirect_uri)
    told = []
    for transaction_id, handed_in in ((asked.transaction_id, "wrong"), ("unknown", code)):
        with pytest.raises(VerifierError) as refused:
            await world.verifiers.redeem(transaction_id, handed_in)
        told.append((refused.value.failure, refused.value.detail))
    await world.verifiers.redeem(asked.transaction_id, code)
    with pytest.raises(VerifierError) as again:
        await world.verifiers.redeem(asked.transaction_id, code)

    told.append((again.value.failure, again.value.detail))
    assert 1 == len(set(told))
    assert Failure.REDEMPTION_REFUSED is again.value.failure


async def test_the_code_of_another_answer_opens_nothing(world: World) -> None:
    """
    H86: of two answers in one session each code opens its own, also after the other was tried.
    """
    (one, first), (other, second) = [await answered(world, session="mine") for _ in range(2)]

    for asked, code in ((one, second), (other, first)):
        with pytest.raises(VerifierError) as refused:
            await world.verifiers.redeem(asked.transaction_id, code, session="mine")
        assert Failure.REDEMPTION_REFUSED is refused.value.failure

    redeemed = await world.verifiers.redeem(one.transaction_id, first, session="mine")
    assert 1 == len(redeemed.credentials)


async def test_a_second_answer_brings_no_second_code(world: World) -> None:
    """
    H86: the question is closed; the code that was given is the only one, and still opens.
    """
    asked, code = await answered(world, session="mine")

    with pytest.raises(VerifierError) as refused:
        await world.answer(asked)

    assert Failure.TRANSACTION_CLOSED is refused.value.failure
    redeemed = await world.verifiers.redeem(asked.transaction_id, code, session="mine")
    assert 1 == len(redeemed.credentials)


async def test_another_session_gets_nothing_and_destroys_the_result(world: World) -> None:
    """
    T9, H86: an attacker starts, the victim answers and is led back in the victim's browser.
    """
    for session in ("the victim's", None):
        asked, code = await answered(world, session="the attacker's")

        with pytest.raises(VerifierError) as refused:
            await world.verifiers.redeem(asked.transaction_id, code, session=session)

        assert Failure.REDEMPTION_REFUSED is refused.value.failure
        state = await world.state(asked)
        assert ("failed", []) == (state["state"], state["credentials"])
        _, outcome = await world.store.find(asked.transaction_id)
        assert outcome.claims_sealed is None


async def test_the_session_that_began_gets_the_result(world: World) -> None:
    """
    The same browser leaves and comes back.
    """
    asked, code = await answered(world, session="mine")

    redeemed = await world.verifiers.redeem(asked.transaction_id, code, session="mine")

    assert 1 == len(redeemed.credentials)


async def test_a_redirect_that_never_comes_ends_in_failure(world: World) -> None:
    """
    HAIP 5.1: the presentation is rejected when the person does not come back in time.
    """
    asked, code = await answered(world)
    world.clock.move(seconds=300)

    state = await world.state(asked)

    assert "failed" == state["state"]
    assert isinstance(state["failure"], dict)
    assert "redemption_missing" == state["failure"]["code"]
    with pytest.raises(VerifierError):
        await world.verifiers.redeem(asked.transaction_id, code)
    assert state == await world.state(asked)
