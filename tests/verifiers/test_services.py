"""The services: what each asks, what is optional, what two certificates have in common."""

from typing import Any

import pytest

from consent.forms.receipt import Receipt
from consent.forms.statutory import StatutoryView, covers, rule_of
from keys.strict_json import JsonObject
from standards.dcql.candidates import Answer, CandidateCredential
from standards.dcql.credential_query import SD_JWT_VC
from standards.dcql.paths import ClaimsPathPointer
from standards.dcql.query import CredentialSet, DcqlQuery, parse_query
from standards.positions import UNMOVED, Positions
from standards.sd_jwt.frame import only
from tests.verifiers.paying import contract_payment, local_certificate, made_out
from tests.verifiers.world import (
    ADDRESS,
    BASE,
    NAME,
    NOW,
    REGISTER_VCT,
    REGISTRY,
    TAX_CLAIMS,
    TAX_VCT,
    Held,
    World,
)
from verifiers.asking.questions import Asked
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.presented.policy import SameValue, WithinRule
from verifiers.presented.verified import CredentialStatus, VerifiedCredential
from verifiers.registered.disclosed import disclosed_claims
from verifiers.services.catalogue import Catalogue
from verifiers.services.own_query import PARTY
from verifiers.services.profile import credential, paths, with_optional

CATALOGUE = Catalogue(BASE)
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


def presented(vct: str, claims: JsonObject, positions: Positions = UNMOVED) -> CandidateCredential:
    return CandidateCredential("r", SD_JWT_VC, vct, claims, positions=positions)


def test_what_an_optional_set_asks_for_is_never_needed() -> None:
    """
    DCQL 6.2: a set that need not be answered shows claims by choice.
    """
    register, tax = credential("r", "https://x/r", paths("a")), credential("t", "x:t", paths("b"))
    sets = (CredentialSet((("r",),)), CredentialSet((("t",),), required=False))
    answers = (Answer("r", "1", None, (("a",),)), Answer("t", "2", None, (("b",),)))

    shown = [presented("https://x/r", {"a": 1}), presented("x:t", {"b": 2})]
    asked = disclosed_claims(DcqlQuery((register, tax), sets), answers, shown)

    assert (("a", "b"), ("b",)) == (asked.disclosed, asked.optional_chosen)
    assert ("https://x/r", "x:t") == asked.credential_types


def test_every_element_of_a_list_is_named_by_its_issuers_place() -> None:
    """
    DCQL 7: asked for every name, two of three came; they are the first and the third, and needed.
    """
    every_name = (ClaimsPathPointer(("members", None, "name")),)
    query = DcqlQuery((credential("r", "https://x/r", every_name),), ())
    claims: JsonObject = {"members": [{"name": "Kim"}, {"name": "Lee"}]}
    moved = Positions({("members",): (0, 2)})
    answers = (Answer("r", "r", None, (("members", 0, "name"), ("members", 1, "name"))),)

    asked = disclosed_claims(query, answers, [presented("https://x/r", claims, moved)])

    assert ("members.*.name",) == asked.requested
    assert ("members.0.name", "members.2.name") == asked.disclosed
    assert () == asked.optional_chosen


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
    assert purpose.offline_ok is (profile.name in {"adult-check", "address-check"})
    assert purpose.statute is None


LAWFUL = {
    "creditor-check": StatutoryView.CREDITOR,
    "bank-identity-check": StatutoryView.FINANCIAL_COMPANY,
}


@pytest.mark.parametrize("name", LAWFUL)
def test_a_profile_by_law_carries_its_rule_and_asks_within_it(name: str) -> None:
    """
    The rule is the first policy of the profile, and the terms say the legal basis it is found by.
    """
    rule = rule_of(LAWFUL[name])
    profile = CATALOGUE.profile(name)
    purpose = CATALOGUE.registrations.party(profile.party).purpose(profile.purpose)

    assert WithinRule(rule) == profile.policies[0]
    assert rule.legal_basis == purpose.legal_basis
    for query in profile.query.credentials:
        assert (ABSTRACT_VCT,) == query.types
        assert all(covers(rule, "resident-abstract", claim.path.steps) for claim in query.claims)


def test_no_other_profile_carries_a_rule() -> None:
    """
    Where consent is the basis, consent is the limit.
    """
    others = [each for each in CATALOGUE.profiles if each.name not in LAWFUL]

    assert [] == [
        rule for each in others for rule in each.policies if isinstance(rule, WithinRule)
    ]


ABSTRACT_VCT = f"{REGISTRY}/types/resident-abstract/1"
DEBTOR: JsonObject = {
    "person": {
        "name": NAME,
        "resident_number": "900417-2******",
        "resident_number_back": "2345678",
    },
    "register_status": "거주자",
    "current_address": {"address": ADDRESS, "moved_in_on": "2020-05-06"},
    "addresses": [{"address": "CANARY-PAST", "head_name": "CANARY-HEAD"}],
}
SHOWN = ("person.name", "person.resident_number", "register_status", "current_address.address")


async def creditor_check(world: World, held: Held, query_id: str, *shown: str) -> Asked:
    """Answer the collector with an abstract."""
    asked = await world.ask("creditor-check")
    request = (await world.wallet.open(asked)).request
    presentation = world.wallet.bound(held.show(*shown), request, held.key)
    await world.post(asked, world.wallet.body(request, {query_id: [presentation]}))
    return asked


@pytest.mark.parametrize(
    ("query_id", "more"),
    [("base", ()), ("base_and_moved_in_on", ("current_address.moved_in_on",))],
)
async def test_a_creditor_is_shown_what_the_law_lets_it_see(
    world: World, query_id: str, more: tuple[str, ...]
) -> None:
    """
    시행규칙 §13⑪: present address and standing, no past address, head or back half.
    """
    held = world.issuer.issue(vct=ABSTRACT_VCT, claims=DEBTOR)

    asked = await creditor_check(world, held, query_id, *SHOWN, *more)

    credentials: Any = (await world.state(asked))["credentials"]
    assert {"person", "register_status", "current_address"} == set(credentials[0]["claims"])
    receipt = Receipt.parse((await world.state(asked))["receipt"])
    assert more == receipt.record.asked.optional_chosen


async def test_what_shows_more_than_the_law_permits_is_not_taken(world: World) -> None:
    """
    An issuer left the past addresses open: no wallet could hide them, so nothing is accepted,
    and neither error nor result repeats what was seen.
    """
    open_list = only([("person",), ("person", None), ("register_status",), ("current_address",)])
    held = world.issuer.issue(vct=ABSTRACT_VCT, claims=DEBTOR, frame=open_list)

    with pytest.raises(VerifierError) as refused:
        await creditor_check(world, held, "base", *SHOWN)

    assert (Failure.SHOWN_BEYOND_LAW, "base") == (refused.value.failure, refused.value.where)
    assert "CANARY" not in refused.value.detail


def test_an_empty_frame_shows_nothing_beyond_the_law() -> None:
    """
    A list whose every element stays hidden, and a certificate that shows no claim at all.
    """
    rule = WithinRule(rule_of(StatutoryView.CREDITOR))
    shown: JsonObject = {"person": {"name": NAME}, "addresses": [], "service_record": {}}
    for claims in (shown, {}):
        abstract = VerifiedCredential(
            "base", ABSTRACT_VCT, REGISTRY, claims, CredentialStatus.VALID
        )
        rule.check((abstract,), now=NOW)

    stranger = VerifiedCredential("a", "urn:x", REGISTRY, shown, CredentialStatus.VALID)
    with pytest.raises(VerifierError):
        rule.check((stranger,), now=NOW)


async def test_a_city_asks_both_tax_offices_about_one_taxpayer(world: World) -> None:
    """
    국세징수법 §107, 지방세징수법 §5: two kinds, two schemas, one name, or no payment.
    """
    national = world.issuer.tax(claims=made_out())
    asked = await contract_payment(world, national, local_certificate(world, made_out()))
    assert "verified" == (await world.state(asked))["state"]

    other = made_out() | {"taxpayer": {"name": "김철수"}}
    with pytest.raises(VerifierError) as refused:
        await contract_payment(world, national, local_certificate(world, other))
    assert Failure.POLICY_NOT_MET is refused.value.failure


@pytest.mark.parametrize(
    ("use", "failure", "claim"),
    [
        ({"payer": "가람시청"}, Failure.ISSUED_FOR_ANOTHER_RECEIVER, "use.payer"),
        ({"payer": "하늘시청 "}, Failure.ISSUED_FOR_ANOTHER_RECEIVER, "use.payer"),
        ({"purpose": "해외이주"}, Failure.ISSUED_FOR_ANOTHER_USE, "use.purpose"),
    ],
    ids=["another city", "nearly its name", "another use"],
)
async def test_a_tax_certificate_counts_for_its_payment_and_its_payer_alone(
    world: World, use: dict[str, str], failure: Failure, claim: str
) -> None:
    """
    국세징수법 시행규칙 별지 제94호서식: for another use, or to another, it is refused plainly.
    """
    local = local_certificate(world, made_out(**use))

    with pytest.raises(VerifierError) as refused:
        await contract_payment(world, world.issuer.tax(claims=made_out()), local)

    assert (failure, f"local: {claim}") == (refused.value.failure, refused.value.where)


async def test_what_it_has_to_be_made_out_for_stands_in_the_request(world: World) -> None:
    """
    OpenID4VP 6.3: a wallet that reads it shows no certificate in vain, and can say why.
    """
    request = (await world.wallet.open(await world.ask("contract-payment"))).request

    values = {
        claim.path.dotted(): claim.values
        for credential in request.dcql_query.credentials
        for claim in credential.claims
        if claim.values
    }
    assert {
        "use.purpose": ("대금 수령",),
        "use.payer": ("하늘시청", "Haneul City", "ハヌル市庁"),
    } == values


def test_what_is_not_registered_is_unknown() -> None:
    """
    Neither party nor purpose is made up.
    """
    registrations = CATALOGUE.registrations
    assert 8 == len(registrations.parties)
    for party, purpose in (("unknown", "x"), (PARTY, "x")):
        with pytest.raises(VerifierError) as refused:
            registrations.party(party).purpose(purpose)
        assert Failure.PROFILE_UNKNOWN is refused.value.failure
