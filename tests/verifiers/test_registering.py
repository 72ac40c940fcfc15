"""Registering at run time: wrong members are named, what counts counts at once, history stays."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from keys.strict_json import loads
from tests.verifiers.world import BASE, REGISTER_VCT, World
from verifiers.asking.enquiry import Wish
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.presented.policy import PolicyName
from verifiers.registered.published import registration_sha256
from verifiers.services.definition import MAX_ID, read_definition
from verifiers.transaction import Flow


def three(text: str) -> dict[str, str]:
    return {"ko": text, "en": text, "ja": text}


LIBRARY: dict[str, Any] = {
    "id": "city-library",
    "name": three("Library"),
    "address": "Haneul 1",
    "contact": "library@example.org",
    "purposes": [
        {
            "code": "membership",
            "text": three("To make you a member."),
            "legal_basis": "kr-pipa-15-1-1",
            "retention": {"period": "P1Y", "text": three("A year.")},
            "profile": {
                "name": "library-card",
                "title": three("Library card"),
                "sender": "resident-registry",
            },
            "policy": {"max_age": "P90D", "holder_keys": ["ES256"]},
            "certificates": [
                {"type": "resident-registry/resident-register", "claims": ["age_over_14"]}
            ],
        }
    ],
}


def library(change: Callable[[dict[str, Any]], object] = lambda _library: None) -> dict[str, Any]:
    """The library's definition, changed."""
    made = copy.deepcopy(LIBRARY)
    change(made)
    return made


def purpose_with(**members: Any) -> Callable[[dict[str, Any]], object]:
    return lambda definition: definition["purposes"][0].update(members)


def certificate_with(**members: Any) -> Callable[[dict[str, Any]], object]:
    return lambda definition: definition["purposes"][0]["certificates"][0].update(members)


def policy_with(**members: Any) -> Callable[[dict[str, Any]], object]:
    return lambda definition: definition["purposes"][0]["policy"].update(members)


KEPT = {"reason": "kr-national-tax-85-3", "period": "P5Y"}
REGISTER = "resident-registry/resident-register"
GRACE = {"period": "P2D", "reason": three("why")}
CERTIFICATES = "purposes[0].certificates"
WRONG: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "no id": (lambda made: made.pop("id"), "id: it is missing"),
    "an id for nobody": (lambda made: made.update(id="City Library"), "id: lower-case"),
    "an id too long to name a key": (
        lambda made: made.update(id="a" * (MAX_ID + 1)),
        "id: 55 characters",
    ),
    "another member": (lambda made: made.update(color="red"), "color: no such member"),
    "two languages": (
        lambda made: made.update(name={"ko": "a", "en": "b"}),
        "name.ja: it is missing",
    ),
    "an origin with a path": (
        lambda made: made.update(origins=["https://a.example/x"]),
        "origins: origins such as",
    ),
    "an origin without https": (
        lambda made: made.update(origins=["http://a.example"]),
        "origins: origins such as",
    ),
    "no purpose": (lambda made: made.update(purposes=[]), "purposes: at least one"),
    "a basis nobody read": (
        purpose_with(legal_basis="because"),
        "purposes[0].legal_basis: one of",
    ),
    "a period in words": (
        purpose_with(retention={"period": "a year", "text": three("x")}),
        "purposes[0].retention.period: an ISO 8601 duration",
    ),
    "a flow nobody has": (purpose_with(flows=["telepathy"]), "purposes[0].flows: some of"),
    "yes in words": (purpose_with(offline_ok="yes"), "purposes[0].offline_ok: true or false"),
    "too many uses": (
        purpose_with(standing={"cycle": "P1M", "uses": 10**6, "lasts": "P1Y"}),
        "purposes[0].standing.uses: a whole number",
    ),
    "no certificate": (purpose_with(certificates=[]), f"{CERTIFICATES}: at least one"),
    "a type of nobody": (certificate_with(type="register"), f"{CERTIFICATES}[0].type: authority"),
    "a format nobody reads": (
        certificate_with(format="jwt_vc_json"),
        f"{CERTIFICATES}[0].format: one of",
    ),
    "a path no mdoc has": (
        certificate_with(format="mso_mdoc", claims=["a.b.c"]),
        f"{CERTIFICATES}[0].claims: a path into an mdoc",
    ),
    "a resident number in a namespace": (
        certificate_with(
            format="mso_mdoc",
            type="kr.example.card.1",
            claims=[r"kr\.example\.card\.1.resident_number_back"],
        ),
        f"{CERTIFICATES}: kr\\.example\\.card\\.1.resident_number_back holds a resident number",
    ),
    "an element around a resident number": (
        certificate_with(format="mso_mdoc", claims=["space.members"]),
        f"{CERTIFICATES}: space.members holds a resident number",
    ),
    "instead of nothing": (
        certificate_with(instead_of="nobody"),
        f"{CERTIFICATES}: instead_of names",
    ),
    "no claim": (certificate_with(claims=[]), f"{CERTIFICATES}[0].claims: at least one"),
    "a path that is none": (certificate_with(claims=["a..b"]), f"{CERTIFICATES}[0].claims[0]: a"),
    "every claim of a known type": (certificate_with(claims=["*"]), f"{CERTIFICATES}[0].claims:"),
    "a resident number": (
        certificate_with(claims=["members.*.resident_number_back"]),
        f"{CERTIFICATES}: members.*.resident_number_back holds a resident number",
    ),
    "a table with resident numbers": (
        certificate_with(claims=["members"]),
        f"{CERTIFICATES}: members holds a resident number",
    ),
    "a statute beside consent": (purpose_with(statute="§ 1"), "purposes[0].statute: consent is"),
    "beyond a law's view": (
        purpose_with(legal_basis="kr-resident-29-2-6-creditor"),
        f"{CERTIFICATES}: ",
    ),
    "four optional claims": (
        certificate_with(optional={each: each for each in ("a", "b", "c", "d")}),
        f"{CERTIFICATES}[0].optional: one to three",
    ),
    "an age in months": (policy_with(max_age="P1M"), "purposes[0].policy.max_age: an ISO"),
    "two days of grace": (
        policy_with(status_grace=GRACE),
        "purposes[0].policy.status_grace.period: at most a day",
    ),
    "a key of no kind": (
        policy_with(holder_keys=["none"]),
        "purposes[0].policy.holder_keys: some",
    ),
    "an original that no law has kept": (
        purpose_with(legal_basis="kr-pipa-15-1-1", kept_by_law=KEPT | {"original": "§ 1"}),
        "purposes[0].kept_by_law.original: consent has nothing kept",
    ),
    "an original beyond the rest": (
        purpose_with(legal_basis="kr-tax-collection-107", kept_by_law=KEPT | {"original": "§ 1"}),
        "purposes[0].retention.period: at least as long",
    ),
    "made out for nothing": (
        policy_with(issued_for=[{"type": REGISTER}]),
        "purposes[0].policy.issued_for[0].type: a type by name",
    ),
    "made out for anything": (
        policy_with(issued_for=[{"type": "*", "receiver": {"claim": "age_over_14"}}]),
        "purposes[0].policy.issued_for[0].type: a type by name",
    ),
    "made out for no use": (
        policy_with(issued_for=[{"type": REGISTER, "use": {"claim": "age_over_14", "is": []}}]),
        "purposes[0].policy.issued_for[0].use.is: at least one",
    ),
    "made out by a claim nobody asks for": (
        policy_with(issued_for=[{"type": REGISTER, "receiver": {"claim": "purpose"}}]),
        "purposes[0].policy.issued_for[0].receiver.claim: one of the claims",
    ),
    "the same as nothing": (
        policy_with(same=[["a", "b", "c", "d"]]),
        "purposes[0].policy.same[0]: a query",
    ),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_wrong_in_a_definition_is_named_by_its_member(wrong: str) -> None:
    """
    One thing wrong, one refusal that says where and what was expected.
    """
    change, expected = WRONG[wrong]
    read_definition(library(), base=BASE)

    with pytest.raises(VerifierError) as refused:
        read_definition(library(change), base=BASE)

    assert Failure.DEFINITION_INVALID is refused.value.failure
    assert refused.value.where.startswith(expected), refused.value.where


def test_a_statutory_basis_lets_a_resident_number_be_registered() -> None:
    """
    개인정보 보호법 §24의2: a law, named, and no person's will.
    """
    by_law = purpose_with(legal_basis="kr-tax-collection-107", statute="국세징수법 제107조")

    def change(made: dict[str, Any]) -> None:
        by_law(made)
        certificate_with(claims=["taxpayer.resident_number_back"])(made)

    (purpose,) = read_definition(library(change), base=BASE).party.purposes
    assert "국세징수법 제107조" == purpose.statute


async def test_a_registered_profile_is_asked_answered_and_held_to_its_policy(world: World) -> None:
    """
    On the running service, without a restart: registered, asked, verified, its rules told.
    """
    await world.verifiers.registering.register(library())
    asked = await world.ask("library-card")
    request = (await world.wallet.open(asked)).request
    held = world.issuer.issue()
    shown = world.wallet.bound(held.show("age_over_14"), request, held.key)
    await world.post(asked, world.wallet.body(request, {"certificate": [shown]}))

    state: Any = await world.state(asked)

    assert ("verified", REGISTER_VCT) == (state["state"], state["credentials"][0]["vct"])
    rules = state["steps"][9]["used"]["rules"]
    assert [
        PolicyName.NO_UNIQUE_IDENTIFIERS,
        PolicyName.MAX_AGE,
        PolicyName.HOLDER_KEYS,
    ] == rules


async def test_another_process_learns_it_from_the_store(world: World) -> None:
    """
    What was registered survives a restart, and reaches every process of the service.
    """
    await world.verifiers.registering.register(library())

    again = world.started()
    await again.registering.start()

    assert "library-card" in [profile.name for profile in again.catalogue.profiles]
    asked = await again.ask_profile("library-card", Wish())
    assert asked.request_uri.startswith("openid4vp://")


async def test_every_registration_that_ever_counted_is_read_by_its_hash(world: World) -> None:
    """
    A request carries the hash; what it stood for is there when the purpose has long changed.
    """
    registering = world.verifiers.registering
    await registering.start()
    first = await registering.register(library())
    before = registration_sha256(first.party, first.party.purposes[0])
    await registering.register(library(certificate_with(claims=["age_over_19"])))

    old: Any = loads(await registering.octets("city-library", "membership", before))
    new: Any = loads(world.verifiers.registering.current("city-library", "membership"))

    assert [["age_over_14"]] == [entry["paths"] for entry in old["claims"]]
    assert [["age_over_19"]] == [entry["paths"] for entry in new["claims"]]
    history = [one for one in await registering.history() if one.party == "city-library"]
    assert [False, True] == sorted(registering.is_current(one) for one in history)
    assert len(await registering.history()) > 8
    with pytest.raises(VerifierError):
        await registering.octets("city-library", "membership", b"\0" * 32)


async def test_a_purpose_ends_and_never_vanishes(world: World) -> None:
    """
    What was asked for it is still owed, so it stays known; asked it is no more.
    """
    registering = world.verifiers.registering
    await registering.register(library())

    renamed = library(purpose_with(code="other"))
    with pytest.raises(VerifierError) as refused:
        await registering.register(renamed)
    assert "purposes: membership was registered" in refused.value.where

    await registering.register(library(purpose_with(ended=True)))
    with pytest.raises(VerifierError) as unknown:
        await world.ask("library-card")
    assert Failure.PROFILE_UNKNOWN is unknown.value.failure
    party = world.verifiers.catalogue.registrations.party("city-library")
    assert party.purpose("membership").is_ended


async def test_a_profile_of_another_keeps_its_name(world: World) -> None:
    """
    Nobody takes over what another institution's desks ask for by name.
    """
    profile = LIBRARY["purposes"][0]["profile"] | {"name": "adult-check"}

    with pytest.raises(VerifierError) as refused:
        await world.verifiers.registering.register(library(purpose_with(profile=profile)))

    assert refused.value.where.startswith("purposes.profile.name: another profile")


async def test_the_flows_of_a_registered_purpose_are_its_limits(world: World) -> None:
    """
    A flow that is not registered is refused, as for those that came with the service.
    """
    await world.verifiers.registering.register(library())

    with pytest.raises(VerifierError) as refused:
        await world.ask("library-card", Wish(flow=Flow.CROSS_DEVICE))

    assert Failure.FLOW_NOT_REGISTERED is refused.value.failure


def test_a_receiver_is_the_party_by_its_names_and_by_those_it_adds() -> None:
    """
    What is said of a use alone asks for nothing of the receiver; the query asks for both.
    """
    entries = [
        {"type": REGISTER, "use": {"claim": "age_over_14", "is": ["yes"]}},
        {"type": REGISTER, "receiver": {"claim": "age_over_14", "also": ["The library"]}},
    ]
    made = library(policy_with(issued_for=entries))

    policy = read_definition(made, base=BASE).party.purposes[0].policy

    assert [("use", ("yes",)), ("receiver", ("Library", "The library"))] == [
        (rule.aspect.value, rule.accepted) for rule in policy.issued_for
    ]
