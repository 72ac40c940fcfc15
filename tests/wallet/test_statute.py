"""A resident number leaves by a law that a registrar signed, and by nobody's word or wish."""

from dataclasses import replace

import pytest

from keys.strict_json import JsonObject
from standards.dcql.paths import ClaimsPathPointer
from standards.sd_jwt.frame import only
from tests.wallet.issuer_of_test import VCT, IssuerOfTest
from tests.wallet.refusal import refused
from tests.wallet.registration_of_test import registered, show_registration
from tests.wallet.verifier_of_test import BASE, VerifierOfTest
from tests.wallet.world import HOLDER, World
from wallet.errors import WalletFailure
from wallet.presenting.possible import Wish
from wallet.presenting.said import Said
from web.errors import Party

STATUTE = "국세징수법 제107조"
BASIS = "kr-tax-collection-107"
NUMBER = "person.resident_number_back"
EVERY_WORD = Said(takes_unverified=True, confirms=True, takes_surplus=True)


def asking(*dotted: str) -> JsonObject:
    paths = (ClaimsPathPointer.parse_dotted(path).as_list() for path in dotted)
    return {"credentials": [{**BASE, "claims": [{"path": path} for path in paths]}]}


def by_law(*paths: str, statute: str | None = STATUTE, basis: str = BASIS) -> JsonObject:
    """Return a registration that rests on a law, for these claims."""
    return registered(
        statute=statute, legal_basis=basis, claims=[{"vct": VCT, "paths": list(paths)}]
    )


def on_basis(verifier: VerifierOfTest, basis: str = BASIS) -> None:
    assert verifier.terms is not None
    verifier.terms = replace(verifier.terms, legal_basis=basis, information=(NUMBER, "person"))


@pytest.fixture
async def office(world: World, issuer: IssuerOfTest) -> VerifierOfTest:
    """A party everybody trusts, and a holder whose certificate has a resident number in it."""
    person: JsonObject = {"name": "김카나리아", "resident_number_back": "2345678"}
    issuer.claims = {**issuer.claims, "person": person}
    await world.wallets.accept(HOLDER, issuer.offer_uri())
    verifier = VerifierOfTest(world, issuer, dcql=asking(NUMBER))
    on_basis(verifier)
    return verifier


async def assert_kept(world: World, office: VerifierOfTest) -> JsonObject:
    """Nothing leaves whatever the holder says; return what the review tells of the law."""
    told = (await world.wallets.review(HOLDER, office.link)).as_dict()
    with refused(WalletFailure.WITHHELD_BY_LAW, Party.VERIFIER, "제24조의2"):
        await world.wallets.present(HOLDER, office.link, Wish(), said=EVERY_WORD)
    assert ([], [], []) == (told["choices"], office.responses, world.ledger.submissions)
    assert isinstance(told["law"], dict)
    return told["law"]


async def test_a_registered_statute_lets_it_be_sent_and_is_shown(
    world: World, office: VerifierOfTest
) -> None:
    """
    개인정보 보호법 제24조의2: the holder reads which law it is before choosing.
    """
    show_registration(office, by_law(NUMBER))

    told = (await world.wallets.review(HOLDER, office.link)).as_dict()
    await world.wallets.present(HOLDER, office.link, Wish(), said=EVERY_WORD)

    expected = {"view": None, "label": None, "article": "개인정보 보호법 제24조의2"}
    assert {**expected, "statute": STATUTE, "withheld": [], "refused": False} == told["law"]
    assert {"resident_number_back": "2345678"} == office.verified[0].claims["person"]


@pytest.mark.parametrize(
    ("registration", "basis"),
    [
        (None, BASIS),
        (by_law(NUMBER, statute=None), BASIS),
        (by_law("name"), BASIS),
        (by_law(NUMBER, basis="kr-pipa-15-1-1"), BASIS),
        (by_law(NUMBER, basis="eu-gdpr-6-1-a"), BASIS),
        (by_law(NUMBER, basis="a law"), BASIS),
        (by_law(NUMBER), "kr-pipa-15-1-1"),
    ],
    ids=[
        "no registration",
        "no statute",
        "a statute for other claims",
        "a registration on consent",
        "a registration on consent elsewhere",
        "a registration on a basis nobody knows",
        "terms on consent",
    ],
)
async def test_without_one_it_stays_whatever_the_holder_says(
    world: World, office: VerifierOfTest, registration: JsonObject | None, basis: str
) -> None:
    """
    The party's own word on a law is none, a person's consent is none, a law for else is none.
    """
    on_basis(office, basis)
    if registration is not None:
        show_registration(office, registration)

    law = await assert_kept(world, office)

    assert ([NUMBER], True) == (law["withheld"], law["refused"])


async def test_a_whole_that_holds_one_is_kept_and_named(
    world: World, office: VerifierOfTest
) -> None:
    """
    The question names the person alone; the number in it would go along.
    """
    office.dcql = asking("person")

    law = await assert_kept(world, office)

    assert (["person"], True) == (law["withheld"], law["refused"])


async def test_one_the_issuer_left_open_keeps_the_certificate_back(
    world: World, issuer: IssuerOfTest
) -> None:
    """
    It would be shown with whatever else is asked: nothing of that certificate is.
    """
    issuer.claims = {**issuer.claims, "resident_number_back": "2345678"}
    issuer.frame = only([("name",)])
    await world.wallets.accept(HOLDER, issuer.offer_uri())
    office = VerifierOfTest(world, issuer, dcql=asking("name"))

    assert ["name"] == (await assert_kept(world, office))["withheld"]


async def test_a_registration_for_any_type_counts_and_any_type_is_asked(
    world: World, office: VerifierOfTest
) -> None:
    """
    A query that takes any type is held to what is registered for types nobody names.
    """
    path = ClaimsPathPointer.parse_dotted(NUMBER).as_list()
    office.dcql = {"credentials": [{**BASE, "meta": {}, "claims": [{"path": path}]}]}
    show_registration(office, by_law(NUMBER))
    assert [NUMBER] == list((await world.wallets.review(HOLDER, office.link)).withheld)

    registration = by_law()
    registration["claims"] = [{"vct": None, "paths": None}]
    show_registration(office, registration)
    assert () == (await world.wallets.review(HOLDER, office.link)).withheld
