"""What the law withholds from a party stays in the wallet, whatever is asked, ticked or open."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from consent.forms.statutory import StatutoryView, rule_of
from keys.strict_json import JsonObject, JsonValue
from standards.dcql.paths import ClaimsPathPointer
from standards.sd_jwt.frame import only
from tests.wallet.issuer_of_test import CLAIMS, ISSUER, KIND, VCT, IssuerOfTest
from tests.wallet.refusal import refused
from tests.wallet.verifier_of_test import BASE, RESPONSE_URI, VerifierOfTest
from tests.wallet.world import HOLDER, World
from wallet.errors import WalletFailure
from wallet.presenting.possible import Wish
from wallet.presenting.said import Said
from web.errors import Party

ABSTRACT_VCT = f"{ISSUER}/types/resident-abstract/1"
ABSTRACT: JsonObject = {
    "issued_on": "2026-11-22",
    "person": {
        "name": "김카나리아",
        "name_hanja": "金",
        "resident_number": "900417-2******",
        "resident_number_back": "2345678",
    },
    "register_status": "거주자",
    "current_address": {"address": "카나리아로 77", "change_reason": "전입"},
    "personal_changes": [{"before": "김옛날", "after": "김카나리아"}],
    "addresses": [
        {"address": "옛날로 1", "head_name": "이카나리아"},
        {"address": "옛날로 2", "head_name": "이카나리아"},
    ],
    "service_record": {"branch": "육군"},
    "members": [],
}
WITHHELD = [
    "person",
    "person.resident_number_back",
    "addresses",
    "addresses.0.address",
    "addresses.*.head_name",
    "service_record.branch",
    "personal_changes.0.before",
    "members",
]


@pytest.fixture
async def creditor(world: World, issuer: IssuerOfTest) -> VerifierOfTest:
    """A creditor, by its terms, and a holder with an abstract of everything."""
    issuer.claims, issuer.kinds = dict(ABSTRACT), ("resident-abstract",)
    await world.wallets.accept(HOLDER, issuer.offer_uri())
    verifier = VerifierOfTest(world, issuer)
    assert verifier.terms is not None
    basis = rule_of(StatutoryView.CREDITOR).legal_basis
    verifier.terms = replace(verifier.terms, legal_basis=basis)
    return verifier


def asking(*dotted: str, query_id: str = "base", vct: str = ABSTRACT_VCT) -> JsonObject:
    """One credential query for these claims."""
    claims: list[JsonValue] = [
        {"path": ClaimsPathPointer.parse_dotted(path).as_list()} for path in dotted
    ]
    return {**BASE, "id": query_id, "meta": {"vct_values": [vct]}, "claims": claims}


def alternatives(*queries: JsonObject) -> JsonObject:
    """A query any one of these answers, the first preferred."""
    options: list[JsonValue] = [[query["id"]] for query in queries]
    return {"credentials": [*queries], "credential_sets": [{"options": options}]}


def law_of(review: JsonObject) -> JsonObject:
    """What a review says of the law."""
    law = review["law"]
    assert isinstance(law, dict)
    return law


async def assert_withheld(
    world: World, verifier: VerifierOfTest, *, include: Sequence[str] = ()
) -> None:
    """Presenting is refused by the law, and nobody hears anything."""
    wish = Wish(include=tuple(map(ClaimsPathPointer.parse_dotted, include)))
    with refused(WalletFailure.WITHHELD_BY_LAW, Party.VERIFIER, "제13조제11항"):
        await world.wallets.present(HOLDER, verifier.link, wish, said=Said(takes_surplus=True))
    assert [] == world.network.to(RESPONSE_URI)
    assert [] == world.ledger.submissions
    assert "withheld_by_law" == (await world.wallets.history(HOLDER))[0]["reason"]


async def test_what_the_law_permits_is_presented(world: World, creditor: VerifierOfTest) -> None:
    """
    시행규칙 §13⑪: name, front of the number, standing and present address go to a creditor.
    """
    creditor.dcql = {
        "credentials": [
            asking("person.name", "person.resident_number", "current_address.address"),
        ]
    }

    reviewed = (await world.wallets.review(HOLDER, creditor.link)).as_dict()
    await world.wallets.present(HOLDER, creditor.link, Wish(), said=Said(takes_surplus=True))

    assert (True, [], False) == (
        reviewed["satisfiable"],
        law_of(reviewed)["withheld"],
        law_of(reviewed)["refused"],
    )
    (vc,) = creditor.verified
    assert {"name": "김카나리아", "resident_number": "900417-2******"} == vc.claims["person"]
    assert {"address": "카나리아로 77"} == vc.claims["current_address"]


@pytest.mark.parametrize("path", WITHHELD)
async def test_what_the_law_withholds_is_not_sent_and_not_called_missing(
    world: World, creditor: VerifierOfTest, path: str
) -> None:
    """
    A part, a parent, one element and all of them: refused by law, and the review says which.
    """
    creditor.dcql = {"credentials": [asking("person.name", path)]}

    reviewed = await world.wallets.review(HOLDER, creditor.link)

    assert reviewed.is_refused_by_law
    shown = reviewed.as_dict()
    assert (False, [], []) == (shown["satisfiable"], shown["choices"], shown["missing"])
    assert {
        "view": "creditor",
        "label": rule_of(StatutoryView.CREDITOR).label.as_dict(),
        "article": "주민등록법 시행규칙 제13조제11항",
        "statute": None,
        "withheld": [path],
        "refused": True,
    } == shown["law"]
    await assert_withheld(world, creditor)


async def test_over_asking_is_still_pointed_out_beside_the_law(
    world: World, creditor: VerifierOfTest
) -> None:
    """
    P12: a claim the terms do not name is marked, whether the law withholds it or not.
    """
    creditor.dcql = {"credentials": [asking("addresses", "register_status")]}

    shown = (await world.wallets.review(HOLDER, creditor.link)).as_dict()

    assert ["addresses", "register_status"] == shown["over_asking"]
    assert ["addresses"] == law_of(shown)["withheld"]


async def test_the_smaller_answer_within_the_law_is_left(
    world: World, creditor: VerifierOfTest
) -> None:
    """
    The party would like more and takes less: the holder is offered the lawful answer alone.
    """
    creditor.dcql = alternatives(
        asking("person.name", "addresses", query_id="more"),
        asking("person.name", query_id="base"),
        asking("person.name", "register_status", query_id="status"),
    )

    reviewed = await world.wallets.review(HOLDER, creditor.link)

    assert [("person.name",), ("person.name", "register_status")] == [
        choice[0].names for choice in reviewed.choices
    ]
    assert not reviewed.is_refused_by_law
    assert ["addresses"] == law_of(reviewed.as_dict())["withheld"]
    await world.wallets.present(HOLDER, creditor.link, Wish(), said=Said(takes_surplus=True))
    (vc,) = creditor.verified
    assert {("person",), ("person", "name")} == set(vc.sd.disclosed_paths)


async def test_a_tick_does_not_lift_the_law(world: World, creditor: VerifierOfTest) -> None:
    """
    Whoever ticks what the law withholds is told so; it is not called a wrong choice.
    """
    creditor.dcql = alternatives(
        asking("person.name", query_id="base"),
        asking("person.name", "service_record.branch", query_id="more"),
    )

    await assert_withheld(world, creditor, include=["service_record"])


async def test_a_choice_nobody_offers_is_a_wrong_choice_under_the_law_too(
    world: World, creditor: VerifierOfTest
) -> None:
    """
    The law is named only where it is the reason.
    """
    creditor.dcql = {"credentials": [asking("person.name")]}
    wish = Wish(include=(ClaimsPathPointer.parse_dotted("register_status"),))

    with refused(WalletFailure.CLAIM_REQUIRED):
        await world.wallets.present(HOLDER, creditor.link, wish, said=Said(takes_surplus=True))
    creditor.dcql = {"credentials": [asking("nothing.like.it")]}
    with refused(WalletFailure.NO_MATCHING_CREDENTIAL):
        await world.wallets.present(HOLDER, creditor.link, Wish(), said=Said(takes_surplus=True))


async def test_a_certificate_of_another_kind_shows_nothing_under_the_rule(
    world: World, creditor: VerifierOfTest, issuer: IssuerOfTest
) -> None:
    """
    The article is about abstracts: with it nothing else can be asked, not even without claims.
    """
    issuer.claims, issuer.kinds = dict(CLAIMS), (KIND,)
    await world.wallets.accept(HOLDER, issuer.again())
    for query in (asking("name", vct=VCT), {**asking(vct=VCT), "claims": None}):
        creditor.dcql = {"credentials": [{k: v for k, v in query.items() if v is not None}]}

        assert (await world.wallets.review(HOLDER, creditor.link)).is_refused_by_law
        await assert_withheld(world, creditor)


async def test_any_type_may_not_be_asked_for_under_a_rule(
    world: World, creditor: VerifierOfTest
) -> None:
    """
    A question that names no type is about no abstract; what it names counts as withheld.
    """
    creditor.dcql = {"credentials": [{**asking("person.name"), "meta": {}}]}

    reviewed = await world.wallets.review(HOLDER, creditor.link)

    assert ("person.name",) == reviewed.withheld


async def test_what_an_issuer_left_open_counts_as_shown(
    world: World, issuer: IssuerOfTest, creditor: VerifierOfTest
) -> None:
    """
    A stranger's abstract whose service record is never hidden cannot be shown to a creditor.
    """
    (credential,) = await world.wallets.credentials(HOLDER)
    await world.wallets.delete(HOLDER, credential.id)
    issuer.frame = only([("person",)])
    await world.wallets.accept(HOLDER, issuer.again())
    creditor.dcql = {"credentials": [asking("register_status")]}

    await assert_withheld(world, creditor)


async def test_what_an_issuer_put_into_one_disclosure_counts_as_one(
    world: World, issuer: IssuerOfTest, creditor: VerifierOfTest
) -> None:
    """
    Name and back half in one disclosure: whoever shows the name would show both.
    """
    (credential,) = await world.wallets.credentials(HOLDER)
    await world.wallets.delete(HOLDER, credential.id)
    issuer.claims = {"person": ABSTRACT["person"], "register_status": "거주자"}
    issuer.frame = only([("person",), ("register_status",)])
    await world.wallets.accept(HOLDER, issuer.again())

    creditor.dcql = {"credentials": [asking("person.name")]}
    await assert_withheld(world, creditor)

    creditor.dcql = {"credentials": [asking("register_status")]}
    assert (
        "presented"
        == (
            await world.wallets.present(
                HOLDER, creditor.link, Wish(), said=Said(takes_surplus=True)
            )
        ).state
    )


async def test_an_open_frame_with_nothing_in_it_shows_nothing(
    world: World, issuer: IssuerOfTest, creditor: VerifierOfTest
) -> None:
    """
    Past addresses hidden one by one in a list that is open: the empty list withholds nothing.
    """
    (credential,) = await world.wallets.credentials(HOLDER)
    await world.wallets.delete(HOLDER, credential.id)
    issuer.claims = {"addresses": ABSTRACT["addresses"], "register_status": "거주자"}
    issuer.frame = only([("addresses", None), ("register_status",)])
    await world.wallets.accept(HOLDER, issuer.again())
    creditor.dcql = {"credentials": [asking("register_status")]}

    assert (
        "presented"
        == (
            await world.wallets.present(
                HOLDER, creditor.link, Wish(), said=Said(takes_surplus=True)
            )
        ).state
    )


@pytest.mark.parametrize("basis", ["kr-pipa-15-1-1", "kr-pipa-35-2"])
async def test_without_the_legal_basis_the_holder_alone_decides(
    world: World, creditor: VerifierOfTest, basis: str
) -> None:
    """
    A party that relies on consent is held to what the holder chooses, and to no rule.
    """
    assert creditor.terms is not None
    creditor.terms = replace(creditor.terms, legal_basis=basis)
    creditor.dcql = {"credentials": [asking("addresses.1.address")]}

    reviewed = await world.wallets.review(HOLDER, creditor.link)
    await world.wallets.present(HOLDER, creditor.link, Wish(), said=Said(takes_surplus=True))

    assert (None, ()) == (reviewed.as_dict()["law"], reviewed.withheld)
    (vc,) = creditor.verified
    assert [{"address": "옛날로 2"}] == vc.claims["addresses"]


async def test_a_refusal_by_law_tells_no_value(world: World, creditor: VerifierOfTest) -> None:
    """
    T23: neither the error nor the history holds anything of what was withheld.
    """
    creditor.dcql = {"credentials": [asking("personal_changes.0.before")]}

    with pytest.raises(Exception, match="withheld_by_law") as caught:
        await world.wallets.present(HOLDER, creditor.link, Wish(), said=Said(takes_surplus=True))

    told = f"{caught.value} {await world.wallets.history(HOLDER)}"
    assert "김옛날" not in told
    assert "카나리아" not in told
