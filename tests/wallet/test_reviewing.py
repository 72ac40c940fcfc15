"""The review: who asks, what, why, for how long; and nothing is sent."""

from dataclasses import replace

import pytest

from keys import base64url
from keys.strict_json import JsonObject, JsonValue
from tests.wallet.issuer_of_test import STATUS_URI, IssuerOfTest
from tests.wallet.refusal import refused
from tests.wallet.verifier_of_test import (
    BASE,
    HOST,
    ORGANIZATION,
    REQUEST_URI,
    RESPONSE_URI,
    VerifierOfTest,
    query,
)
from tests.wallet.world import HOLDER, World
from wallet.errors import WalletFailure
from wallet.presenting.possible import Wish
from wallet.presenting.said import Said

NOTICE_URI = "https://desk.example/notice/ko"


async def reviewed(world: World, verifier: VerifierOfTest) -> JsonObject:
    return (await world.wallets.review(HOLDER, verifier.link)).as_dict()


async def test_a_review_sends_nothing(world: World, verifier: VerifierOfTest) -> None:
    """
    Looking is free: the request is fetched, its notice, and a whole status list that names nobody;
    nothing is recorded, posted or remembered (P9).
    """
    before = len(world.network.asked)

    await reviewed(world, verifier)

    asked = {each.url for each in world.network.asked[before:]}
    assert {REQUEST_URI, STATUS_URI, NOTICE_URI} == asked
    assert [] == world.ledger.submissions
    assert 1 == len(await world.wallets.history(HOLDER))


async def test_a_review_names_the_party_by_its_certificate(
    world: World, verifier: VerifierOfTest
) -> None:
    """
    Name and registration are what a trusted root vouched for, not what the request says.
    """
    assert {
        "id": ORGANIZATION,
        "name": "시험 은행",
        "client_id": verifier.client_id,
        "known_by": "certificate",
        "verified": True,
        "dns_names": [HOST],
        "trusted_by": "Test verifier root",
    } == (await reviewed(world, verifier))["party"]


async def test_a_review_shows_the_terms(world: World, verifier: VerifierOfTest) -> None:
    """
    Why, for how long, on what basis: the party's own words, with the hash that is recorded.
    """
    assert verifier.terms is not None
    shown = (await reviewed(world, verifier))["terms"]

    assert {
        **verifier.terms.as_dict(),
        "sha256": base64url.encode(verifier.terms.sha256()),
    } == shown


async def test_a_review_of_a_stranger_has_no_terms(world: World, verifier: VerifierOfTest) -> None:
    """
    Without terms the review says so, and compares nothing with them.
    """
    verifier.terms = None
    shown = await reviewed(world, verifier)

    assert (None, []) == (shown["terms"], shown["over_asking"])


async def test_optional_claims_are_told_from_required_ones(
    world: World, verifier: VerifierOfTest
) -> None:
    """
    What every possible answer discloses is required; what only some disclose is optional.
    """
    verifier.dcql = query("birth_date", "address.region")

    shown = await reviewed(world, verifier)

    assert ["name"] == shown["required"]
    assert ["birth_date", "address.region"] == shown["optional"]
    choices = shown["choices"]
    assert isinstance(choices, list)
    assert [["name"], ["name", "birth_date"], ["name", "address.region"]] == [
        choice["claims"] for choice in choices if isinstance(choice, dict)
    ]


async def test_each_claim_is_shown_with_its_name_and_value(
    world: World, verifier: VerifierOfTest, issuer: IssuerOfTest
) -> None:
    """
    The holder sees on the own screen what would go out.
    """
    match (await reviewed(world, verifier))["choices"]:
        case [{"credentials": [{"claims": [claim], "issuer_name": str(name)}]}]:
            labels: JsonValue = {"ko": "name", "en": "name", "ja": "name"}
            assert {"path": "name", "labels": labels, "value": "김카나리아"} == claim
            assert issuer.name == name
        case other:
            pytest.fail(str(other))


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (["name"], []),
        (["address", "street"], []),
        (["members", None, "name"], ["members.*.name"]),
        (["age_over_19"], ["age_over_19"]),
    ],
    ids=["named", "part of what is named", "every member", "not named"],
)
async def test_over_asking_is_pointed_out(
    world: World, verifier: VerifierOfTest, path: list[JsonValue], expected: list[str]
) -> None:
    """
    A claim that the party's own terms do not name is marked (T30, P12).
    """
    verifier.dcql = {"credentials": [{**BASE, "claims": [{"path": path}]}]}

    assert expected == (await reviewed(world, verifier))["over_asking"]


async def test_asking_for_the_whole_of_what_is_named_in_part_is_over_asking(
    world: World, verifier: VerifierOfTest
) -> None:
    """
    Terms that name the street do not cover the whole address.
    """
    assert verifier.terms is not None
    verifier.terms = replace(verifier.terms, information=("address.street",))
    verifier.dcql = {"credentials": [{**BASE, "claims": [{"path": ["address"]}]}]}

    assert ["address"] == (await reviewed(world, verifier))["over_asking"]


async def test_terms_may_name_every_element(world: World, verifier: VerifierOfTest) -> None:
    """
    A pointer with a star in the terms covers one element and all of them.
    """
    assert verifier.terms is not None
    verifier.terms = replace(verifier.terms, information=("members.*.name",))
    verifier.dcql = {"credentials": [{**BASE, "claims": [{"path": ["members", 0, "name"]}]}]}

    assert [] == (await reviewed(world, verifier))["over_asking"]


async def test_what_cannot_be_answered_is_shown_all_the_same(
    world: World, issuer: IssuerOfTest
) -> None:
    """
    A person without the certificate still learns who asks for it and why.
    """
    verifier = VerifierOfTest(world, issuer)

    shown = await reviewed(world, verifier)

    assert (False, ["name"], [], []) == (
        shown["satisfiable"],
        shown["requested"],
        shown["required"],
        shown["choices"],
    )
    assert [] == world.network.to(RESPONSE_URI)


async def test_what_goes_beyond_the_terms_is_sent_by_a_word_of_its_own(
    world: World, verifier: VerifierOfTest
) -> None:
    """
    P9: without it nothing is sent or recorded as sent; with it the history says what was asked.
    """
    claims: list[JsonValue] = [{"path": ["name"]}, {"path": ["age_over_19"]}]
    verifier.dcql = {"credentials": [{**BASE, "claims": claims}]}

    with refused(WalletFailure.BEYOND_TERMS):
        await world.wallets.present(HOLDER, verifier.link, Wish())
    assert [] == verifier.responses

    await world.wallets.present(HOLDER, verifier.link, Wish(), said=Said(takes_surplus=True))

    entry = (await world.wallets.history(HOLDER))[0]
    assert ("presented", ["age_over_19"]) == (entry["event"], entry["over_asked"])
