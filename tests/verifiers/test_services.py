"""The services: what each asks, what is optional, what two certificates have in common."""

from typing import Any

import pytest

from consent.receipt import Receipt
from standards.dcql.candidates import Answer
from standards.dcql.paths import ClaimsPathPointer
from standards.dcql.query import CredentialSet, DcqlQuery, parse_query
from tests.verifiers.world import BASE, NAME, NOW, REGISTER_VCT, TAX_CLAIMS, TAX_VCT, Held, World
from verifiers.asking import Asked
from verifiers.disclosed import disclosed_claims
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.policy import SameValue
from verifiers.services.catalogue import Catalogue
from verifiers.services.own_query import PARTY
from verifiers.services.profile import CredentialTypes, credential, paths, with_optional

CATALOGUE = Catalogue(CredentialTypes.at(BASE))
HOUSEHOLD = ("applicant", "household.head_name", "current_address.address")
TAX = ("taxpayer.name", "no_arrears", "validity.until")


async def lease_loan(world: World, register: Held, tax: Held) -> Asked:
    """Answer the bank with two certificates."""
    asked = await world.ask("lease-loan")
    request = (await world.wallet.open(asked)).request
    shown = {
        "tax": [world.wallet.bound(tax.show(*TAX), request, tax.key)],
        "household": [world.wallet.bound(register.show(*HOUSEHOLD), request, register.key)],
    }
    await world.post(asked, world.wallet.body(request, shown))
    return asked


async def test_two_certificates_of_one_person_make_one_result(world: World) -> None:
    """
    lease-loan: two authorities, two keys, one name; in the order of the query.
    """
    asked = await lease_loan(world, world.issuer.issue(), world.issuer.tax())

    credentials: Any = (await world.state(asked))["credentials"]
    assert [REGISTER_VCT, TAX_VCT] == [credential["vct"] for credential in credentials]
    assert {"name": NAME} == credentials[1]["claims"]["taxpayer"]
    receipt = Receipt.parse((await world.state(asked))["receipt"])
    assert (REGISTER_VCT, TAX_VCT) == receipt.record.asked.credential_types
    assert (*HOUSEHOLD, *TAX) == receipt.record.asked.disclosed
    assert () == receipt.record.asked.optional_chosen
    evidence: Any = await world.verifiers.evidence(asked.transaction_id)
    assert 2 == len(evidence["key_bindings"])


async def test_certificates_of_two_people_are_refused(world: World) -> None:
    """
    The bank's own rule: the applicant and the taxpayer bear the same name.
    """
    taxpayer = {"name": "김철수", "resident_number_back": "1"}
    another = world.issuer.tax(claims=TAX_CLAIMS | {"taxpayer": taxpayer})

    with pytest.raises(VerifierError) as refused:
        await lease_loan(world, world.issuer.issue(), another)

    assert Failure.POLICY_NOT_MET is refused.value.failure
    assert "김철수" not in refused.value.detail
    assert NAME not in refused.value.detail


def test_a_rule_about_a_claim_that_is_not_there_is_not_met() -> None:
    """
    Nothing equals nothing, and still nobody is identified.
    """
    rule = SameValue("a", ClaimsPathPointer(("name",)), "b", ClaimsPathPointer(("name",)))

    with pytest.raises(VerifierError):
        rule.check((), now=NOW)


@pytest.mark.parametrize(
    ("query_id", "optional"),
    [
        ("base", ()),
        ("base_and_head_name", ("household.head_name",)),
        (
            "base_and_moved_in_on_and_head_name",
            ("current_address.moved_in_on", "household.head_name"),
        ),
    ],
)
async def test_the_id_answered_says_what_the_person_agreed_to(
    world: World, query_id: str, optional: tuple[str, ...]
) -> None:
    """
    address-check: the optional claims chosen stand in the record, those not chosen nowhere.
    """
    asked = await world.ask("address-check")
    request = (await world.wallet.open(asked)).request
    held = world.issuer.issue()
    required = ("applicant", "current_address.address")
    shown = world.wallet.bound(held.show(*required, *optional), request, held.key)

    await world.post(asked, world.wallet.body(request, {query_id: [shown]}))

    receipt = Receipt.parse((await world.state(asked))["receipt"])
    assert optional == receipt.record.asked.optional_chosen
    assert (*required, *optional) == receipt.record.asked.disclosed


async def test_an_optional_claim_under_the_wrong_id_was_not_agreed_to(world: World) -> None:
    """
    The base answer with an optional claim: more than that answer asks for.
    """
    asked = await world.ask("address-check")
    request = (await world.wallet.open(asked)).request
    held = world.issuer.issue()
    paths_shown = ("applicant", "current_address.address", "household.head_name")
    shown = world.wallet.bound(held.show(*paths_shown), request, held.key)

    with pytest.raises(VerifierError) as refused:
        await world.post(asked, world.wallet.body(request, {"base": [shown]}))

    assert Failure.UNREQUESTED_CLAIM is refused.value.failure


def test_what_an_optional_set_asks_for_is_never_needed() -> None:
    """
    DCQL 6.2: a set that need not be answered shows claims by choice.
    """
    register, tax = credential("r", "https://x/r", paths("a")), credential("t", "x:t", paths("b"))
    sets = (CredentialSet((("r",),)), CredentialSet((("t",),), required=False))
    answers = (Answer("r", "1", None, (("a",),)), Answer("t", "2", None, (("b",),)))

    asked = disclosed_claims(DcqlQuery((register, tax), sets), answers, ("x:t",))

    assert (("a", "b"), ("b",)) == (asked.disclosed, asked.optional_chosen)


def test_alternatives_are_sent_smallest_first_and_at_most_eight() -> None:
    """
    DESIGN 3: one required set, ids say what is in them; a fourth optional claim is our own bug.
    """
    optional = {name: paths(name)[0] for name in ("a", "b", "c")}

    query = with_optional("https://x/y", paths("base"), optional)

    (only,) = query.credential_sets
    assert only.required
    assert ("base",) == only.options[0]
    assert ("base_and_a_and_b_and_c",) == only.options[-1]
    sizes = [len(credential.claims) for credential in query.credentials]
    assert sorted(sizes) == sizes
    assert 8 == len(sizes)
    with pytest.raises(ValueError, match="at most 8"):
        with_optional("https://x/y", paths("base"), optional | {"d": paths("d")[0]})


@pytest.mark.parametrize("profile", CATALOGUE.profiles, ids=lambda profile: profile.name)
def test_every_profile_is_a_query_others_can_read_and_stays_within_its_registration(
    profile: Any,
) -> None:
    """
    Round trip through DCQL, and the registered purpose exists in three languages.
    """
    party = CATALOGUE.registrations.party(profile.party)
    purpose = party.purpose(profile.purpose)

    assert profile.query == parse_query(profile.query.as_dict())
    assert all((purpose.text.ko, purpose.text.en, purpose.text.ja, purpose.legal_basis))
    assert not purpose.offline_ok
    assert purpose.statute is None


def test_what_is_not_registered_is_unknown() -> None:
    """
    Neither party nor purpose is made up.
    """
    registrations = CATALOGUE.registrations
    assert 7 == len(registrations.parties)
    for party, purpose in (("unknown", "x"), (PARTY, "x")):
        with pytest.raises(VerifierError) as refused:
            registrations.party(party).purpose(purpose)
        assert Failure.PROFILE_UNKNOWN is refused.value.failure
