"""What a person would have to get first: told by type, so that a page can say where."""

import pytest

from keys.strict_json import JsonObject, JsonValue
from standards.openid4vp.errors import AuthorizationErrorCode
from standards.openid4vp.response import ErrorResponse
from tests.wallet.issuer_of_test import KIND, VCT, IssuerOfTest
from tests.wallet.verifier_of_test import BASE, VerifierOfTest, query
from tests.wallet.world import HOLDER, World
from wallet.presenting.missing import Lack
from wallet.wallet import Wallets

TAX_VCT = VCT.replace(KIND, "tax-payment")
TAX: JsonObject = {**BASE, "id": "tax", "meta": {"vct_values": [TAX_VCT]}}
PAID = "대금 수령"
PLAIN = {"ko": VCT, "en": VCT, "ja": VCT}


async def missing(wallets: Wallets, verifier: VerifierOfTest) -> JsonValue:
    """What a review says is missing."""
    return (await wallets.review(HOLDER, verifier.link)).as_dict()["missing"]


async def test_nothing_is_missing_when_there_is_an_answer(
    world: World, verifier: VerifierOfTest
) -> None:
    """
    Optional claims nobody has are not missed.
    """
    verifier.dcql = query("nothing_like_it")

    assert [] == await missing(world.wallets, verifier)


async def test_a_type_that_is_not_held_is_named_with_its_kind_and_claims(
    world: World, verifier: VerifierOfTest
) -> None:
    """
    Two are asked for and one is here: the other is what is missing.
    """
    verifier.dcql = {"credentials": [BASE, TAX]}

    assert [
        {
            "query_id": "tax",
            "types": [TAX_VCT],
            "kinds": ["tax-payment"],
            "name": None,
            "lack": "not_held",
            "claims": ["name"],
            "lacking": [],
            "wanted": [],
            "credential_id": None,
        }
    ] == await missing(world.wallets, verifier)


async def test_an_expired_certificate_is_told_from_none(
    world: World, verifier: VerifierOfTest, issuer: IssuerOfTest
) -> None:
    """
    "Take it again" is another next step than "take one"; its name is known from before.
    """
    world.clock.now += issuer.lifetime
    world.authorities.now = world.clock.now
    verifier.certify()

    match await missing(world.wallets, verifier):
        case [{"lack": str(lack), "name": dict(name)}]:
            assert (Lack.EXPIRED, PLAIN) == (lack, name)
        case other:
            pytest.fail(str(other))


async def test_a_certificate_without_the_claims_is_not_enough(
    world: World, verifier: VerifierOfTest
) -> None:
    """
    One of the type is here and does not say what is asked.
    """
    verifier.dcql = {"credentials": [{**BASE, "claims": [{"path": ["nothing_like_it"]}]}]}

    reviewed = await world.wallets.review(HOLDER, verifier.link)

    assert [Lack.LACKS_CLAIMS] == [each.lack for each in reviewed.missing]
    assert not reviewed.is_refused_by_law


async def test_of_several_ways_the_preferred_one_is_told(
    world: World, verifier: VerifierOfTest
) -> None:
    """
    One next step, not a list of all there could be; what need not be answered is not missed.
    """
    other: JsonObject = {**TAX, "id": "other", "meta": {"vct_values": ["urn:other:type"]}}
    verifier.dcql = {
        "credentials": [BASE, TAX, other],
        "credential_sets": [
            {"options": [["tax", "base"], ["other"]]},
            {"options": [["other"]], "required": False},
        ],
    }

    reviewed = await world.wallets.review(HOLDER, verifier.link)

    assert ["tax"] == [each.query_id for each in reviewed.missing]


@pytest.mark.parametrize(
    ("names", "lack"),
    [
        pytest.param(["purpose"], Lack.MADE_FOR_ANOTHER, id="another use"),
        pytest.param(["use.payer"], Lack.MADE_FOR_ANOTHER, id="made out to nobody"),
        pytest.param(["purpose", "name"], Lack.VALUE_DIFFERS, id="about somebody else too"),
    ],
)
async def test_what_was_made_out_for_another_is_told_with_what_they_accept(
    world: World, verifier: VerifierOfTest, issuer: IssuerOfTest, names: list[str], lack: Lack
) -> None:
    """
    KOREA 7: nothing is sent in vain, and a new certificate is the next step, not a correction.
    """
    issuer.claims = {**issuer.claims, "purpose": "이사"}
    issuer.code, issuer.codes_used = "code-2", 0
    await world.wallets.accept(HOLDER, issuer.offer_uri())
    claims: list[JsonValue] = [{"path": [*name.split(".")], "values": [PAID]} for name in names]
    verifier.dcql = {"credentials": [{**BASE, "claims": claims}]}

    (told,) = (await world.wallets.review(HOLDER, verifier.link)).missing

    assert (lack, tuple(names)) == (told.lack, told.lacking)
    assert tuple((name, (PAID,)) for name in names) == told.wanted


async def test_a_strangers_type_has_no_kind_of_ours(
    world: World, verifier: VerifierOfTest
) -> None:
    """
    It is told by its own name, and nobody is asked what that means.
    """
    verifier.dcql = {"credentials": [{**BASE, "meta": {"vct_values": ["urn:eudi:pid:1"]}}]}

    reviewed = await world.wallets.review(HOLDER, verifier.link)

    (each,) = reviewed.missing
    assert (("urn:eudi:pid:1",), ()) == (each.types, each.kinds)


@pytest.mark.parametrize(
    ("asked", "lack", "lacking"),
    [
        ({"claims": [{"path": ["name"], "values": ["somebody"]}]}, Lack.VALUE_DIFFERS, ["name"]),
        ({"claims": [{"path": ["a"]}, {"path": ["name"]}]}, Lack.LACKS_CLAIMS, ["a"]),
        (
            {"trusted_authorities": [{"type": "aki", "values": ["AAAA"]}]},
            Lack.OTHER_AUTHORITY,
            [],
        ),
        (
            {"trusted_authorities": [{"type": "etsi_tl", "values": ["https://tl.example"]}]},
            Lack.OTHER_AUTHORITY,
            [],
        ),
        (
            {"trusted_authorities": [{"type": "openid_federation", "values": ["https://a"]}]},
            Lack.OTHER_AUTHORITY,
            [],
        ),
        ({"format": "jwt_vc_json", "meta": {"type_values": [["m"]]}, "claims": []}, None, []),
    ],
)
async def test_each_reason_is_told_to_the_holder_and_to_nobody_else(
    world: World,
    verifier: VerifierOfTest,
    asked: JsonObject,
    lack: Lack | None,
    lacking: JsonValue,
) -> None:
    """
    VP-62, section 15.4.1: the holder hears what is wrong with the certificate there is; the party
    hears nothing, and a refusal says the same for all of them.
    """
    query: JsonObject = {**BASE, **asked}
    if lack is None:
        query.pop("claims")
    verifier.dcql = {"credentials": [query]}

    reviewed = await world.wallets.review(HOLDER, verifier.link)

    (told,) = [each.as_dict() for each in reviewed.missing]
    assert (lack or Lack.OTHER_FORMAT, lacking) == (told["lack"], told["lacking"])
    assert (told["credential_id"] is not None) is (lack is not None)
    assert [] == verifier.responses
    await world.wallets.refuse(HOLDER, verifier.link)
    (response,) = verifier.responses
    assert isinstance(response, ErrorResponse)
    assert AuthorizationErrorCode.ACCESS_DENIED == response.error


async def test_a_root_from_a_named_trust_list_is_accepted(
    world: World, verifier: VerifierOfTest
) -> None:
    """
    VP-33, etsi_tl: the certificate's root was taken from that very list, so it answers.
    """
    listed = "https://lists.example/tl.xml"
    entry: JsonObject = {"type": "etsi_tl", "values": [listed]}
    verifier.dcql = {"credentials": [{**BASE, "trusted_authorities": [entry]}]}
    world.authorities.lists = (listed,)

    assert [] == await missing(world.wallets, verifier)
    world.authorities.lists = (f"{listed}?2",)
    assert [] != await missing(world.wallets, verifier)


async def test_of_several_ways_the_one_that_lacks_least_is_told(
    world: World, verifier: VerifierOfTest
) -> None:
    """
    The shortest way to an answer: one certificate to get and not two.
    """
    other: JsonObject = {**TAX, "id": "other", "meta": {"vct_values": ["urn:other:type"]}}
    verifier.dcql = {
        "credentials": [BASE, TAX, other],
        "credential_sets": [{"options": [["tax", "other"], ["base", "tax"]]}],
    }

    reviewed = await world.wallets.review(HOLDER, verifier.link)

    assert ["tax"] == [each.query_id for each in reviewed.missing]
