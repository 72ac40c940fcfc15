"""An mdoc in the wallet: shown to anybody who asks, by the same rules as everything else."""

from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from consent.transactions.types import load_types
from keys.strict_json import JsonObject, JsonValue
from standards.dcql.paths import ClaimsPathPointer
from tests.wallet.issuer_of_test import VCT, IssuerOfTest
from tests.wallet.mobile_of_test import (
    DOCTYPE,
    MobileIssuerOfTest,
    MobileVerifierOfTest,
    asking_for,
)
from tests.wallet.refusal import refused
from tests.wallet.test_confirming import entry
from tests.wallet.verifier_of_test import BASE, RESPONSE_URI
from tests.wallet.world import HOLDER, World
from wallet.errors import WalletFailure
from wallet.presenting.possible import Wish
from wallet.presenting.said import Said
from wallet.wallet import Wallets
from web.errors import Party

NAME = ClaimsPathPointer((DOCTYPE, "name"))


@pytest.fixture
async def card(world: World) -> str:
    """The id of a card in the wallet, an mdoc."""
    issuer = MobileIssuerOfTest(world)
    return (await world.wallets.accept(HOLDER, issuer.offer_uri())).credential_ids[0]


@pytest.fixture
async def verifier(world: World) -> MobileVerifierOfTest:
    """A relying party that asks for the name in a card, and a holder who has one."""
    issuer = MobileIssuerOfTest(world)
    await world.wallets.accept(HOLDER, issuer.offer_uri())
    return MobileVerifierOfTest(world, issuer)


@pytest.mark.parametrize("mode", ["direct_post", "direct_post.jwt"])
@pytest.mark.parametrize("prefix", ["x509_hash", "x509_san_dns"])
async def test_a_card_answers_with_what_was_asked_alone(
    world: World, verifier: MobileVerifierOfTest, mode: str, prefix: str
) -> None:
    """
    VP-72, H83: in clear and encrypted, signed over this very request and key.
    """
    verifier.mode, verifier.prefix = mode, prefix

    outcome = await world.wallets.present(HOLDER, verifier.link, Wish())

    assert "presented" == outcome.state
    (proven,) = verifier.proven
    assert {DOCTYPE: {"name": "김카나리아"}} == proven.content.claims
    assert outcome.receipt is not None
    (event, *_) = await world.wallets.history(HOLDER)
    assert [NAME.dotted()] == event["claims"]


async def test_the_review_shows_the_value_and_where_it_stands(
    world: World, verifier: MobileVerifierOfTest
) -> None:
    """
    VP-36: values are compared, and shown, as JSON.
    """
    asked = asking_for("birth_date")
    credential = cast("Any", asked["credentials"])[0]
    credential["claims"][0]["values"] = ["1990-04-17"]
    verifier.dcql = asked

    review = await world.wallets.review(HOLDER, verifier.link)

    ((disclosing,),) = review.choices
    assert "1990-04-17" == disclosing.credential.shown_claim(disclosing.paths[0])["value"]


async def test_what_was_not_promised_is_told_apart(
    world: World, verifier: MobileVerifierOfTest
) -> None:
    """
    P12: an element beyond the party's own terms takes a word of its own.
    """
    verifier.dcql = asking_for("age_over_19")

    review = await world.wallets.review(HOLDER, verifier.link)
    with refused(WalletFailure.BEYOND_TERMS):
        await world.wallets.present(HOLDER, verifier.link, Wish())
    outcome = await world.wallets.present(
        HOLDER, verifier.link, Wish(), said=Said(takes_surplus=True)
    )

    assert (ClaimsPathPointer((DOCTYPE, "age_over_19")).dotted(),) == review.over_asked
    assert "presented" == outcome.state


async def test_a_resident_number_in_a_namespace_is_withheld(
    world: World, verifier: MobileVerifierOfTest
) -> None:
    """
    개인정보 보호법 §24의2: by its name, wherever it stands, whoever agrees.
    """
    verifier.dcql = asking_for("name", "resident_number_back")

    review = await world.wallets.review(HOLDER, verifier.link)
    with refused(WalletFailure.WITHHELD_BY_LAW):
        await world.wallets.present(HOLDER, verifier.link, Wish(), said=Said(takes_surplus=True))

    assert review.is_refused_by_law
    assert [] == world.network.to(RESPONSE_URI)


def confirming(verifier: MobileVerifierOfTest, *ids: str) -> Wallets:
    """Let it ask for a transaction; return wallets that know its type."""
    named: list[JsonValue] = [*ids]
    verifier.change_claims = lambda claims: {
        **claims,
        "transaction_data": [entry(credential_ids=named)],
    }
    types = load_types(Path("nowhere"))
    return Wallets(replace(verifier.world.ports, transaction_types=types))


async def test_an_mdoc_confirms_no_transaction(
    world: World, verifier: MobileVerifierOfTest
) -> None:
    """
    VP-74: its holder signs no hash beside, so the request is refused before anybody is asked.
    """
    wallets = confirming(verifier, "card")

    with refused(WalletFailure.INVALID_TRANSACTION_DATA, Party.VERIFIER):
        await wallets.review(HOLDER, verifier.link)

    assert [] == world.network.to(RESPONSE_URI)


def either(verifier: MobileVerifierOfTest) -> None:
    """Let it ask for the card or, as well, for the register's extract."""
    (card,) = cast("list[JsonObject]", asking_for("name")["credentials"])
    verifier.dcql = {
        "credentials": [card, BASE],
        "credential_sets": [{"options": [["card"], ["base"]]}],
    }
    verifier.terms = None


async def test_where_a_certificate_can_confirm_it_is_chosen(
    world: World, verifier: MobileVerifierOfTest
) -> None:
    """
    VP-74: asked for either, an answer with the certificate is left, and none with the card.
    """
    await world.wallets.accept(HOLDER, IssuerOfTest(world, code="code-2").offer_uri())
    either(verifier)
    wallets = confirming(verifier, "card", "base")

    review = await wallets.review(HOLDER, verifier.link)

    assert [VCT] == [each.credential.vct for choice in review.choices for each in choice]


async def test_either_format_answers_and_the_holder_chooses(
    world: World, verifier: MobileVerifierOfTest
) -> None:
    """
    One pool and one query: both ways are told, the party's preferred first.
    """
    await world.wallets.accept(HOLDER, IssuerOfTest(world, code="code-2").offer_uri())
    either(verifier)

    review = await world.wallets.review(HOLDER, verifier.link)

    assert [DOCTYPE, VCT] == [each.credential.vct for (each,) in review.choices]


async def test_a_code_carries_no_mdoc(world: World, card: str) -> None:
    """
    Decision 0056: a code on a screen is made of an SD-JWT's parts; the wallet says so.
    """
    with refused(WalletFailure.NO_CODE_FOR_FORMAT, Party.CALLER):
        await world.wallets.show_code(HOLDER, card, (NAME,))

    assert [] == world.ledger.entries


async def test_a_party_that_reads_no_mdocs_is_told_before_anything_is_fetched(
    world: World, verifier: MobileVerifierOfTest
) -> None:
    """
    VP-71: a verifier asks for what it says that it cannot check.
    """

    def without(claims: JsonObject) -> JsonObject:
        metadata: JsonObject = {"vp_formats_supported": {"dc+sd-jwt": {}}}
        return {**claims, "client_metadata": metadata}

    verifier.change_claims = without

    with refused(WalletFailure.REQUEST_UNSUPPORTED, Party.VERIFIER):
        await world.wallets.review(HOLDER, verifier.link)
