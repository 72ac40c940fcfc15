"""A driving licence as an mdoc, asked for and verified by the same steps as everything else."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, cast

import pytest

from keys import base64url
from keys.encryption_key import DecryptionKey
from keys.signer import SoftwareSigner
from keys.strict_json import JsonObject, loads
from keys.x509 import Role
from standards.dcql.query import parse_query
from standards.formats.binding import Request
from standards.mdoc.mdl import NAMESPACE
from standards.mdoc.parse import parse_mdoc
from standards.openid4vp.dc_api import DcApiProtocol
from standards.openid4vp.request import AuthorizationRequest, ResponseMode
from tests.verifiers.browsing import Page
from tests.verifiers.mobile import AGE, PROFILE, QUERY, Licence
from tests.verifiers.test_confirming import PAYMENT
from tests.verifiers.test_confirming import QUERY as BOTH
from tests.verifiers.world import BASE, NAME, Certified, Issuer, World
from verifiers.asking.enquiry import Wish
from verifiers.asking.questions import Asked
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.presented.expected import expected_of
from verifiers.presented.presentation import check_presentation

POSTED = (ResponseMode.DIRECT_POST, ResponseMode.DIRECT_POST_JWT)
BY_BROWSER = (ResponseMode.DC_API, ResponseMode.DC_API_JWT)
Answering = Callable[[Request], str]


async def opened(
    world: World, mode: ResponseMode | None = None
) -> tuple[Asked, AuthorizationRequest, Request]:
    """Ask for the age, and return also what an answer is bound to."""
    asked = await world.ask(PROFILE, Wish(mode=mode))
    verified = await world.wallet.open(asked)
    return asked, verified.request, verified.request.bound(verified.audience)


async def answered(world: World, answer: Answering, mode: ResponseMode | None = None) -> Asked:
    """Ask, and let a wallet answer the licence's query with this."""
    asked, request, bound = await opened(world, mode)
    await world.post(asked, world.wallet.body(request, {QUERY: [answer(bound)]}))
    return asked


async def refusal(world: World, answer: Answering, mode: ResponseMode | None = None) -> Failure:
    """Why an answer is refused."""
    with pytest.raises(VerifierError) as caught:
        await answered(world, answer, mode)
    return caught.value.failure


@pytest.mark.parametrize("mode", POSTED)
async def test_a_licence_is_verified_and_tells_the_age_alone(
    world: World, mode: ResponseMode
) -> None:
    """
    HAIP-24, VP-72: in clear and encrypted; the desk gets one element of one namespace.
    """
    asked = await answered(world, Licence(world).show, mode)

    result = await world.state(asked)
    assert "verified" == result["state"]
    (credential,) = cast("list[JsonObject]", result["credentials"])
    assert {NAMESPACE: {"age_over_19": True}} == credential["claims"]
    assert "valid" == credential["status"]
    assert NAME not in str(result)


@pytest.mark.parametrize("mode", BY_BROWSER)
async def test_a_browser_brings_a_licence(world: World, mode: ResponseMode) -> None:
    """
    VP-73: bound to the page's origin, and to the key where the answer is encrypted.
    """
    page = await Page.asking(world, DcApiProtocol.SIGNED, mode, profile=PROFILE)
    bound = page.request.bound(f"origin:{BASE}")

    await page.bring(page.answer(Licence(world).show(bound), query_id=QUERY))

    assert "verified" == (await page.state())["state"]


async def test_a_register_extract_does_as_well(world: World) -> None:
    """
    One question, two formats: the person who has no licence shows the other certificate.
    """
    asked, request, _ = await opened(world)
    held = world.issuer.issue()
    shown = world.wallet.bound(held.show("age_over_19"), request, held.key)

    await world.post(asked, world.wallet.body(request, {"register": [shown]}))

    assert "verified" == (await world.state(asked))["state"]


async def test_the_question_says_what_is_kept_and_what_is_agreed_to(world: World) -> None:
    """
    MDOC-9: what is erased at once is not retained; the terms name both certificates' claims.
    """
    _, request, _ = await opened(world)

    asked = request.dcql_query.as_dict()["credentials"]
    assert isinstance(asked, list)
    assert {
        "id": QUERY,
        "format": "mso_mdoc",
        "meta": {"doctype_value": "org.iso.18013.5.1.mDL"},
        "claims": [{"path": [*AGE], "intent_to_retain": False}],
    } == asked[0]
    (entry,) = (each for each in request.verifier_info if "terms" in each.format)
    assert "age_over_19" in str(entry.data)


async def test_what_is_kept_is_told_whatever_the_desk_wrote(world: World) -> None:
    """
    MDOC-9: the registration decides; a desk that keeps nothing cannot say that it does.
    """
    query: JsonObject = {
        "credentials": [
            {
                "id": "it",
                "format": "mso_mdoc",
                "meta": {"doctype_value": "kr.example.card.1"},
                "claims": [{"path": ["kr.example.card.1", "name"], "intent_to_retain": True}],
            }
        ]
    }

    asked = await world.verifiers.ask_query(query, Wish())
    request = (await world.wallet.open(asked)).request

    (claim,) = request.dcql_query.credentials[0].claims
    assert claim.intent_to_retain is False


@pytest.mark.parametrize("lie", ["nonce", "response_uri", "audience", "encrypted_to"])
async def test_a_signature_over_another_transcript_is_refused(world: World, lie: str) -> None:
    """
    H40, H83, VP-72: another nonce, address, client or key, each a session of somebody else's.
    """
    licence = Licence(world)
    other: Any = DecryptionKey.generate("x").public if lie == "encrypted_to" else "another"

    def answer(bound: Request) -> str:
        return licence.show(replace(bound, **{lie: other}))

    assert Failure.KEY_BINDING_SIGNATURE_INVALID is await refusal(world, answer)


async def test_anothers_key_shows_nothing(world: World) -> None:
    """
    A copied licence without its key.
    """
    licence = Licence(world)

    def answer(bound: Request) -> str:
        return licence.show(bound, by=SoftwareSigner.generate())

    assert Failure.KEY_BINDING_SIGNATURE_INVALID is await refusal(world, answer)


async def test_a_tag_is_taken_by_whom_it_was_agreed_with(world: World) -> None:
    """
    ISO/IEC 18013-5 9.1.3.5: made with the key the answer is encrypted to, which we have.
    """
    licence = Licence(world)

    asked = await answered(world, lambda bound: licence.tag(bound, bound.encrypted_to))

    assert "verified" == (await world.state(asked))["state"]


async def test_a_tag_agreed_with_another_is_refused(world: World) -> None:
    """
    H40: whoever made it knew another key than ours.
    """
    licence, other = Licence(world), DecryptionKey.generate("x").public

    found = await refusal(world, lambda bound: licence.tag(bound, other))

    assert Failure.KEY_BINDING_SIGNATURE_INVALID is found


async def test_a_tag_in_an_answer_in_clear_proves_nothing(world: World) -> None:
    """
    H40: there is no key of ours to agree upon, so a signature is needed (device_mac_refused).
    """
    licence, other = Licence(world), DecryptionKey.generate("x").public

    found = await refusal(world, lambda bound: licence.tag(bound, other), ResponseMode.DIRECT_POST)

    assert Failure.KEY_BINDING_INVALID is found


async def test_more_than_was_asked_is_refused(world: World) -> None:
    """
    VP 14.9: an element nobody asked for.
    """
    licence, name = Licence(world), (NAMESPACE, "family_name")

    found = await refusal(world, lambda bound: licence.show(bound, AGE, name))

    assert Failure.UNREQUESTED_CLAIM is found


async def test_another_document_is_refused(world: World) -> None:
    """
    VP 6.4.1: the doctype is what was asked for.
    """
    card = Licence(world, {"type": "kr.example.card.1"})

    assert Failure.QUERY_NOT_SATISFIED is await refusal(world, card.show)


async def test_an_ended_licence_is_refused(world: World) -> None:
    """
    H40: beyond ``validUntil``.
    """
    licence = Licence(world)
    asked, request, bound = await opened(world)
    shown = licence.show(bound)
    world.clock.move(days=91)

    with pytest.raises(VerifierError) as caught:
        await world.post(asked, world.wallet.body(request, {QUERY: [shown]}))

    assert caught.value.failure in {Failure.TRANSACTION_EXPIRED, Failure.CREDENTIAL_EXPIRED}


async def test_a_revoked_licence_is_refused_by_the_same_step(world: World) -> None:
    """
    The status in the MSO is asked for as every status is.
    """
    world.status.statuses[7] = 1

    assert Failure.CREDENTIAL_REVOKED is await refusal(world, Licence(world).show)


async def test_an_issuer_nobody_trusts_is_refused(world: World) -> None:
    """
    MDOC-6: the chain in ``x5chain`` ends in a root of the list, or nothing is believed.
    """
    rogue = Certified.by(world.roots.rogue[Role.ISSUER], "Registry")
    world.issuer = Issuer(rogue)

    assert Failure.ISSUER_NOT_TRUSTED is await refusal(world, Licence(world).show)


def _flips(octets: bytes, *parts: bytes) -> Iterator[str]:
    """The answer with one bit of one octet the other way, for every octet of these parts."""
    for part in parts:
        begin = octets.index(part)
        for place in range(begin, begin + len(part)):
            # Which of the eight changes along the octets.
            changed = bytearray(octets)
            changed[place] ^= 1 << (place * 5) % 8
            yield base64url.encode(bytes(changed))


async def test_t5_no_octet_of_an_answer_may_be_another(world: World) -> None:
    """
    T5, R13: each octet of the item shown, of the signed object, and of both signatures.
    """
    asked, _, bound = await opened(world)
    text = Licence(world).show(bound)
    transaction = (await world.verifiers.look(asked.transaction_id)).transaction
    expected, trust = expected_of(transaction), world.roots.trust()
    query = parse_query(loads(transaction.query)).credential(QUERY)
    assert query is not None

    def accepted(changed: str) -> bool:
        try:
            check_presentation(query, changed, expected, trust=trust, now=world.clock.now)
        except VerifierError:
            return False
        return True

    parsed = parse_mdoc(text)
    auth, device = parsed.issuer_auth, parsed.device
    assert device is not None
    signed = (auth.headers.octets, auth.payload or b"", auth.signature, device.auth.signature)  # type: ignore[union-attr]
    flipped = [*_flips(base64url.decode(text), *(item.octets for item in parsed.items), *signed)]
    assert accepted(text)
    assert len(flipped) > 600
    assert [] == [each for each in flipped if accepted(each)]


async def test_a_desk_does_not_ask_an_mdoc_to_confirm(world: World) -> None:
    """
    VP-74: a query for a licence alone, and one that names the licence among others.
    """
    card: JsonObject = {
        "id": QUERY,
        "format": "mso_mdoc",
        "meta": {"doctype_value": "org.iso.18013.5.1.mDL"},
        "claims": [{"path": [*AGE]}],
    }
    either: JsonObject = {"credentials": [card, *cast("list[JsonObject]", BOTH["credentials"])]}
    named = PAYMENT | {"credential_ids": [QUERY]}

    with pytest.raises(VerifierError) as alone:
        await world.verifiers.ask_query({"credentials": [card]}, Wish(transactions=(PAYMENT,)))
    with pytest.raises(VerifierError) as among:
        await world.verifiers.ask_query(either, Wish(transactions=(named,)))
    asked = await world.verifiers.ask_query(either, Wish(transactions=(PAYMENT,)))
    request = (await world.wallet.open(asked)).request

    assert {Failure.TRANSACTION_INVALID} == {alone.value.failure, among.value.failure}
    assert ("adult", "again") == request.transaction_data[0].credential_ids
