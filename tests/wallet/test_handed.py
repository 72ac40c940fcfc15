"""Requests that the holder's own platform hands over (OpenID4VP 1.0 appendix A)."""

from datetime import timedelta
from itertools import product

import pytest

from consent.forms.checks import CheckName, Outcome
from consent.forms.handover import Handover
from consent.forms.receipt import Receipt
from consent.forms.receipt_check import check_receipt
from keys import jws
from keys.signer import SoftwareSigner
from keys.strict_json import JsonObject, loads_object
from standards.openid4vp.dc_api import DcApiProtocol
from standards.openid4vp.request import ResponseMode
from standards.openid4vp.response import AuthorizationResponse, ErrorResponse
from tests.wallet.issuer_of_test import IssuerOfTest
from tests.wallet.page_of_test import PAGE, PageOfTest
from tests.wallet.refusal import refused
from tests.wallet.stranger_of_test import DOCUMENT_URI, StrangerOfTest
from tests.wallet.verifier_of_test import HOST, ORGANIZATION, VerifierOfTest
from tests.wallet.world import HOLDER, LEDGER_URL, World
from wallet.errors import WalletFailure
from wallet.presenting.possible import Wish
from wallet.presenting.said import Said

MODES = (ResponseMode.DC_API, ResponseMode.DC_API_JWT)


@pytest.mark.parametrize(("protocol", "mode"), [*product(DcApiProtocol, MODES)])
async def test_a_request_is_answered_to_the_platform(
    world: World, verifier: VerifierOfTest, protocol: DcApiProtocol, mode: ResponseMode
) -> None:
    """
    HAIP-23, VP-70: each form and mode; what is signed names the page, and nothing is posted.
    """
    page = PageOfTest(verifier, protocol, mode)
    request_uri = await page.hand_over()
    assert await world.wallets.handed_answer(HOLDER, request_uri) is None

    unknown = protocol is DcApiProtocol.UNSIGNED
    await world.wallets.present(HOLDER, request_uri, Wish(), said=Said(takes_unverified=unknown))

    answer = await page.opened(request_uri)
    assert isinstance(answer, AuthorizationResponse)
    ((_, (text,)),) = answer.vp_token.by_query
    binding = loads_object(jws.parse(text.rpartition("~")[2]).payload)
    assert (f"origin:{PAGE}", verifier.nonce) == (binding["aud"], binding["nonce"])
    assert [] == world.network.to(verifier.response_uri)


async def test_the_question_is_the_same_as_by_a_link(
    world: World, verifier: VerifierOfTest
) -> None:
    """
    One way of showing a question: party, terms, claims and choices.
    """
    by_link = (await world.wallets.review(HOLDER, verifier.link)).as_dict()
    page = PageOfTest(verifier)

    handed = (await world.wallets.review(HOLDER, await page.hand_over())).as_dict()

    assert by_link == handed


async def test_the_consent_stands_in_the_ledger_before_the_answer(
    world: World, verifier: VerifierOfTest
) -> None:
    """
    Log before use: without the ledger there is nothing to take back.
    """
    page = PageOfTest(verifier)
    request_uri = await page.hand_over()
    world.network.unreachable.add(LEDGER_URL.partition("//")[2])

    with refused(WalletFailure.LEDGER_UNAVAILABLE):
        await world.wallets.present(HOLDER, request_uri, Wish())

    assert await world.wallets.handed_answer(HOLDER, request_uri) is None


@pytest.mark.parametrize("protocol", [DcApiProtocol.SIGNED, DcApiProtocol.MULTISIGNED])
async def test_the_kept_receipt_proves_the_sharing_offline(
    world: World, verifier: VerifierOfTest, protocol: DcApiProtocol
) -> None:
    """
    All but the party's own word, which no platform brings: request, page, key binding, issuer.
    """
    page = PageOfTest(verifier, protocol)
    request_uri = await page.hand_over()
    outcome = await world.wallets.present(HOLDER, request_uri, Wish())
    receipt = Receipt.parse(await world.wallets.receipt(HOLDER, str(outcome.receipt)))

    found = check_receipt(
        receipt,
        log_key=world.ledger.signer.verifier_key,
        trust_key=world.trust_signer.public.verification_key(),
    )
    assert {CheckName.COUNTERSIGNATURE: Outcome.NOT_SHOWN} == {
        each.name: each.outcome for each in found if each.outcome is not Outcome.PROVED
    }


async def test_a_platform_is_handed_no_secret_it_could_read(
    world: World, verifier: VerifierOfTest
) -> None:
    """
    The receipt and the pair's secret go to a party with terms, and encrypted alone (P10).
    """
    for mode in MODES:
        page = PageOfTest(verifier, mode=mode)
        request_uri = await page.hand_over()
        await world.wallets.present(HOLDER, request_uri, Wish())
        answer = await page.opened(request_uri)
        assert isinstance(answer, AuthorizationResponse)
        assert (answer.mydata_consent is not None) is mode.is_encrypted
        if mode.is_encrypted:
            Handover.parse(answer.mydata_consent)
        verifier.random = verifier.entropy(32)


async def test_an_unsigned_request_is_from_a_page_nobody_vouches_for(
    world: World, verifier: VerifierOfTest
) -> None:
    """
    VP-11, VP-66: named by its host, without promises, answered only by who knows that.
    """
    page = PageOfTest(verifier, DcApiProtocol.UNSIGNED)
    request_uri = await page.hand_over()
    shown = (await world.wallets.review(HOLDER, request_uri)).as_dict()
    assert "unverified:shop.example" == shown["party"]["id"]  # type: ignore[index, call-overload]
    assert shown["terms"] is None

    with refused(WalletFailure.PARTY_UNVERIFIED):
        await world.wallets.present(HOLDER, request_uri, Wish())


async def test_saying_no_is_an_answer_too(world: World, verifier: VerifierOfTest) -> None:
    """
    VP-52, P7: ``access_denied``, encrypted where answers are.
    """
    page = PageOfTest(verifier)
    request_uri = await page.hand_over()
    await world.wallets.refuse(HOLDER, request_uri)

    assert {"response"} == (await page.answer(request_uri)).keys()
    assert ErrorResponse("access_denied") == await page.opened(request_uri)


async def test_a_request_that_is_refused_is_answered_and_remembered(
    world: World, verifier: VerifierOfTest
) -> None:
    """
    VP-67: an error of the standard for the page, a line in the history for the holder.
    """
    page = PageOfTest(verifier)
    elsewhere = await page.hand_over("https://shop.example.evil.example")
    other = PageOfTest(verifier)
    verifier.organization = "KR-somebody-else"
    verifier.certify()
    of_another = await other.hand_over()

    assert {"error": "invalid_request"} == await page.answer(elsewhere)
    assert {"error": "invalid_request"} == await other.answer(of_another)
    reasons = [entry["reason"] for entry in await world.wallets.history(HOLDER)][:2]
    assert ["terms_mismatch", "request_mismatch"] == reasons
    with refused(WalletFailure.HANDED_UNKNOWN):
        await world.wallets.review(HOLDER, elsewhere)


@pytest.mark.parametrize("origin", ["", "null", "http://shop.example", "https://SHOP.example"])
async def test_a_platform_that_names_no_origin_hands_over_nothing(
    world: World, verifier: VerifierOfTest, origin: str
) -> None:
    """
    H84: a page without an origin that TLS proves asks for nothing.
    """
    with refused(WalletFailure.REQUEST_MISMATCH):
        await PageOfTest(verifier).hand_over(origin)


async def test_what_was_handed_over_is_the_holders_and_not_for_long(
    world: World, verifier: VerifierOfTest
) -> None:
    """
    H90: another holder knows nothing of it, and after ten minutes nobody does.
    """
    page = PageOfTest(verifier)
    request_uri = await page.hand_over()
    await world.wallets.present(HOLDER, request_uri, Wish())
    for holder, name in (("sun", request_uri), (HOLDER, f"{request_uri}x"), (HOLDER, "urn:x")):
        with refused(WalletFailure.HANDED_UNKNOWN):
            await world.wallets.handed_answer(holder, name)

    world.clock.now += timedelta(minutes=11)
    verifier.random = verifier.entropy(32)
    await page.hand_over()
    with refused(WalletFailure.HANDED_UNKNOWN):
        await world.wallets.handed_answer(HOLDER, request_uri)


async def test_each_request_is_answered_once(world: World, verifier: VerifierOfTest) -> None:
    """
    The same request handed over again finds the answer it has.
    """
    page = PageOfTest(verifier)
    request_uri = await page.hand_over()
    await world.wallets.present(HOLDER, request_uri, Wish())
    assert request_uri == await page.hand_over()

    with refused(WalletFailure.REQUEST_ANSWERED):
        await world.wallets.present(HOLDER, request_uri, Wish())
    assert ORGANIZATION == verifier.organization


async def test_a_party_known_by_its_own_host_asks_through_the_browser(
    world: World, issuer: IssuerOfTest
) -> None:
    """
    did:web: its host is asked for its keys once, as it hands over, and they are kept with it.
    """
    await world.wallets.accept(HOLDER, issuer.offer_uri())
    asking = StrangerOfTest(world, issuer, kind="did:web", terms=None)
    page = PageOfTest(asking)

    request_uri = await page.hand_over()
    told = (await world.wallets.review(HOLDER, request_uri)).as_dict()["party"]
    await world.wallets.present(HOLDER, request_uri, Wish(), said=Said(takes_unverified=True))

    assert isinstance(told, dict)
    assert "address" == told["known_by"]
    assert isinstance(await page.opened(request_uri), AuthorizationResponse)
    assert 1 == len(world.network.to(DOCUMENT_URI))


async def test_a_host_that_says_no_keys_or_others_is_refused_at_once(
    world: World, issuer: IssuerOfTest
) -> None:
    """
    The page hears that its request is no good; nothing of the holder was looked at.
    """
    asking = StrangerOfTest(world, issuer, kind="did:web", terms=None)
    page = PageOfTest(asking)
    asking.published = SoftwareSigner.generate().public
    assert isinstance(await page.opened(await page.hand_over()), ErrorResponse)

    world.network.unreachable.add(HOST)
    assert isinstance(await page.opened(await page.hand_over()), ErrorResponse)


async def test_a_request_that_proves_itself_asks_no_host(
    world: World, verifier: VerifierOfTest, issuer: IssuerOfTest
) -> None:
    """
    Signed by a certificate, or by its own key: nobody learns that the request was handed over.
    """
    await PageOfTest(verifier).hand_over()
    by_key = StrangerOfTest(world, issuer, kind="did:key", terms=None)
    await PageOfTest(by_key).hand_over()
    unreadable = StrangerOfTest(world, issuer, kind="did:key", terms=None)
    unreadable.header = {"kid": "nothing"}
    await PageOfTest(unreadable).hand_over()
    nonsense: JsonObject = {
        "protocol": DcApiProtocol.SIGNED.value,
        "data": {"request": "nonsense"},
    }
    await world.wallets.take_over(HOLDER, nonsense, PAGE)

    assert [] == world.network.to(DOCUMENT_URI)
