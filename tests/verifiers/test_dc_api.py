"""Asking through the browser's Digital Credentials API (OpenID4VP 1.0 appendix A, HAIP 5.2)."""

from itertools import product

import pytest

from keys.jwe import DecryptionKey, Enc, encrypt
from keys.jws import parse
from keys.strict_json import JsonObject, dumps
from standards.openid4vp.dc_api import DcApiProtocol
from standards.openid4vp.request import ResponseMode
from tests.verifiers.browsing import Page, payload_of
from tests.verifiers.world import BASE, World
from verifiers.asking.enquiry import Wish
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.presented.responses import HandedBack
from verifiers.transaction import Flow

MODES = (ResponseMode.DC_API, ResponseMode.DC_API_JWT)
# H84: what looks like https://desk.example and is another origin.
LOOK_ALIKES = (
    "https://DESK.example",
    "https://desk.example:443",
    "https://desk.example:8443",
    "https://desk.example.",
    "https://desk.example/",
    "https://desk.example.evil.example",
    "https://xn--dsk-bma.example",
    "https://d\u0435sk.example",
    "http://desk.example",
    "null",
    "",
)


@pytest.mark.parametrize("mode", MODES)
async def test_an_unsigned_request_names_nobody(world: World, mode: ResponseMode) -> None:
    """
    VP-65, VP-66: no client_id and nothing that only a signature would prove.
    """
    page = await Page.asking(world, DcApiProtocol.UNSIGNED, mode)

    assert "openid4vp-v1-unsigned" == page.handed.as_dict()["protocol"]
    unproven = {"client_id", "expected_origins", "verifier_info"}
    assert unproven.isdisjoint(page.handed.data)
    assert mode.value == page.handed.data["response_mode"]


async def test_a_signed_request_names_the_page_it_is_for(world: World) -> None:
    """
    VP-65, VP-67: one token with client_id and the origin of our page.
    """
    page = await Page.asking(world, DcApiProtocol.SIGNED)
    claims = payload_of(page.handed)

    assert "openid4vp-v1-signed" == page.handed.as_dict()["protocol"]
    assert [BASE] == claims["expected_origins"]
    assert str(claims["client_id"]).startswith("x509_hash:")
    assert "oauth-authz-req+jwt" == parse(page.handed.tokens()[0]).typ


async def test_each_of_several_signatures_names_the_verifier_by_itself(world: World) -> None:
    """
    VP-69: client_id, terms and chain stand in each protected header, the rest is shared.
    """
    page = await Page.asking(world, DcApiProtocol.MULTISIGNED)
    headers = [parse(token).header for token in page.handed.tokens()]
    claims = payload_of(page.handed)

    assert "openid4vp-v1-multisigned" == page.handed.as_dict()["protocol"]
    prefixes = [str(header["client_id"]).partition(":")[0] for header in headers]
    assert ["x509_hash", "x509_san_dns"] == prefixes
    assert all({"x5c", "verifier_info"} <= header.keys() for header in headers)
    assert {"client_id", "verifier_info"}.isdisjoint(claims)
    assert [BASE] == claims["expected_origins"]


async def test_nothing_of_the_redirect_flow_stands_in_it_and_nothing_comes_twice(
    world: World,
) -> None:
    """
    VP-12, HAIP-19: a fresh nonce and key each, five minutes, no address to answer to.
    """
    claims = [payload_of((await Page.asking(world)).handed) for _ in range(3)]

    keys = [dumps(each["client_metadata"]) for each in claims]
    assert 3 == len(set(keys)) == len({each["nonce"] for each in claims})
    for each in claims:
        assert {"response_uri", "redirect_uri", "state"}.isdisjoint(each)
        assert 300 == int(str(each["exp"])) - int(str(each["iat"]))


@pytest.mark.parametrize(("protocol", "mode"), [*product(DcApiProtocol, MODES)])
async def test_an_answer_is_verified_and_goes_to_the_session_that_began(
    world: World, protocol: DcApiProtocol, mode: ResponseMode
) -> None:
    """
    VP-68, VP-70, HAIP-23: whichever way it is signed, in clear and encrypted.
    """
    page = await Page.asking(world, protocol, mode)

    await page.bring(page.answer(page.presented()))

    result = await page.state()
    assert "verified" == result["state"]
    assert [{"age_over_19": True}] == [each["claims"] for each in result["credentials"]]  # type: ignore[index, call-overload, union-attr]


@pytest.mark.parametrize("protocol", DcApiProtocol)
async def test_the_audience_is_the_page_also_where_the_request_is_signed(
    world: World, protocol: DcApiProtocol
) -> None:
    """
    VP-70: a presentation to the client identifier was made for another way of asking.
    """
    page = await Page.asking(world, protocol)
    client_id = "x509_san_dns:desk.example"
    if protocol is not DcApiProtocol.UNSIGNED:
        token = parse(page.handed.tokens()[0])
        client_id = str(token.header.get("client_id") or payload_of(page.handed)["client_id"])

    await refused(page, page.answer(page.presented(audience=client_id)), Failure.AUDIENCE_WRONG)


@pytest.mark.parametrize("origin", LOOK_ALIKES)
async def test_a_presentation_to_an_origin_that_looks_alike_is_refused(
    world: World, origin: str
) -> None:
    """
    H84, VP-70: origins are the same when their texts are.
    """
    page = await Page.asking(world)
    shown = page.presented(audience=f"origin:{origin}")

    await refused(page, page.answer(shown), Failure.AUDIENCE_WRONG)


@pytest.mark.parametrize("origin", LOOK_ALIKES)
async def test_another_page_cannot_hand_the_answer_over(world: World, origin: str) -> None:
    """
    H84: the origin of the post is compared whole; the presentation itself is good.
    """
    page = await Page.asking(world)

    await refused(page, page.answer(page.presented()), Failure.ORIGIN_WRONG, origin=origin)


@pytest.mark.parametrize("session", [None, "", "another browser"])
async def test_an_answer_in_another_browser_session_is_refused(
    world: World, session: str | None
) -> None:
    """
    HAIP-22, H86, T9: nothing of it is kept, and the question has ended.
    """
    page = await Page.asking(world)

    data = page.answer(page.presented())
    await refused(page, data, Failure.REDEMPTION_REFUSED, session=session)
    with pytest.raises(VerifierError) as again:
        await page.bring(data)

    assert Failure.TRANSACTION_CLOSED is again.value.failure


async def test_another_browser_session_is_not_told_what_to_hand_over(world: World) -> None:
    """
    T9: a question begun elsewhere is as unknown as none.
    """
    page = await Page.asking(world)

    for session in (None, "another browser"):
        with pytest.raises(VerifierError) as unknown:
            await world.verifiers.browser.handed(page.transaction_id, session=session)
        assert Failure.TRANSACTION_UNKNOWN is unknown.value.failure


async def test_each_way_of_answering_takes_its_own_answers_alone(world: World) -> None:
    """
    A form posted past the page, and a page's object where a form was asked for, are refused.
    """
    page = await Page.asking(world)
    with pytest.raises(VerifierError) as posted:
        await world.verifiers.receive(page.transaction_id, b"error=access_denied")
    asked = await world.ask()
    with pytest.raises(VerifierError) as handed:
        await world.verifiers.browser.receive(asked.transaction_id, HandedBack({}, BASE, None))

    assert Failure.RESPONSE_MALFORMED is posted.value.failure
    assert Failure.RESPONSE_MALFORMED is handed.value.failure


async def test_there_is_no_link_to_what_a_page_hands_over(world: World) -> None:
    """
    Nothing is fetched: the request goes by the browser and no other way.
    """
    page = await Page.asking(world)

    for way in (world.verifiers.request_object, world.verifiers.link_of):
        with pytest.raises(VerifierError) as unknown:
            await way(page.transaction_id)
        assert Failure.TRANSACTION_UNKNOWN is unknown.value.failure


async def test_an_answer_in_clear_is_refused_where_an_encrypted_one_was_asked(
    world: World,
) -> None:
    """
    H83, HAIP-18: what the browser could read is not taken.
    """
    page = await Page.asking(world)
    data: JsonObject = {"vp_token": {"adult": [page.presented()]}}

    await refused(page, data, Failure.RESPONSE_NOT_ENCRYPTED)


async def test_an_answer_to_another_key_is_refused(world: World) -> None:
    """
    H83: each question has its own key.
    """
    page = await Page.asking(world)
    other = DecryptionKey.generate("other")
    sealed = encrypt(
        dumps({"vp_token": {"adult": [page.presented()]}}), other.public, enc=Enc.A256GCM
    )

    await refused(page, {"response": sealed}, Failure.RESPONSE_NOT_READABLE)


BROKEN: dict[str, JsonObject] = {
    "nothing": {},
    "a number": {"response": 1},
    "an array": {"response": []},
    "a state nobody sent": {"error": "invalid_request", "state": "x"},
}


@pytest.mark.parametrize("name", BROKEN)
async def test_an_object_that_is_no_answer_is_refused(world: World, name: str) -> None:
    """
    H82: each with a code of ours, and the question has ended.
    """
    page = await Page.asking(world)

    with pytest.raises(VerifierError):
        await page.bring(BROKEN[name])

    assert "failed" == (await page.state())["state"]


@pytest.mark.parametrize(
    ("code", "state", "failure"),
    [
        ("access_denied", "refused", Failure.HOLDER_REFUSED),
        ("invalid_request", "failed", Failure.WALLET_ERROR),
    ],
)
async def test_a_wallets_own_error_is_told(
    world: World, code: str, state: str, failure: Failure
) -> None:
    """
    VP-52: an error comes as an object too, in clear from a wallet that cannot encrypt.
    """
    page = await Page.asking(world)

    with pytest.raises(VerifierError) as told:
        await page.bring({"error": code})

    assert failure is told.value.failure
    assert state == (await page.state())["state"]


async def test_a_question_that_is_over_takes_nothing(world: World) -> None:
    """
    H51: five minutes, as every other.
    """
    page = await Page.asking(world)
    data = page.answer(page.presented())
    world.clock.move(minutes=5, seconds=1)

    with pytest.raises(VerifierError) as late:
        await page.bring(data)

    assert Failure.TRANSACTION_EXPIRED is late.value.failure


async def test_the_use_stands_in_the_ledger_before_anything_is_released(world: World) -> None:
    """
    Log before use: no ledger, no result.
    """
    page = await Page.asking(world)
    world.ledger.status = 503

    await refused(page, page.answer(page.presented()), Failure.LEDGER_UNREACHABLE)


async def test_only_what_is_registered_is_asked_through_a_browser(world: World) -> None:
    """
    T30: an answer in clear, a page elsewhere and another flow each need a registration.
    """
    for wish in (
        Wish(mode=ResponseMode.DC_API),
        Wish(mode=ResponseMode.DC_API_JWT, origin="https://shop.example"),
        Wish(mode=ResponseMode.DC_API_JWT, flow=Flow.COUNTER),
    ):
        with pytest.raises(VerifierError) as unregistered:
            await world.verifiers.ask_profile("adult-check", wish)
        assert Failure.FLOW_NOT_REGISTERED is unregistered.value.failure


async def refused(page: Page, data: JsonObject, failure: Failure, **brought: str | None) -> None:
    """Expect this failure, and the page's transaction to end with it."""
    with pytest.raises(VerifierError) as told:
        await page.bring(data, **brought)  # type: ignore[arg-type]
    assert failure is told.value.failure
    state = await page.state()
    assert "failed" == state["state"]
    assert [] == state["credentials"]
