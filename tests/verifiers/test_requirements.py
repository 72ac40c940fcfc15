"""What a purpose declares about verification: each demand alone, composed, and named."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from consent.forms.terms import LocalText
from keys.strict_json import JsonObject
from standards.dcql.claim_query import ClaimQuery
from standards.dcql.credential_query import SD_JWT_VC, CredentialQuery
from standards.dcql.paths import ClaimsPathPointer
from standards.dcql.query import DcqlQuery
from standards.status_list.reference import StatusReference
from tests.verifiers.world import LEDGER_URL, NOW, REGISTER_VCT, REGISTRY, STATUS_URI, World
from verifiers.client import VerifiersClient
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.presented.issued_for import IssuedFor, MadeOutFor, with_values
from verifiers.presented.policy import (
    AssuredAs,
    HeldBy,
    IssuedBy,
    IssuedWithin,
    NoUniqueIdentifiers,
    Policy,
    PolicyName,
)
from verifiers.presented.requirements import DeclaredPolicy, Requirements, StatusGrace
from verifiers.presented.status import StatusLists
from verifiers.presented.verified import Assurance, CredentialStatus, VerifiedCredential

REFERENCE = StatusReference(STATUS_URI, 7)
GRACE = StatusGrace(timedelta(hours=1), LocalText("창구", "a desk", "窓口"))
GOOD = VerifiedCredential(
    query_id="adult",
    vct=REGISTER_VCT,
    issuer=REGISTRY,
    claims={"age_over_19": True},
    status=CredentialStatus.VALID,
    issued_at=NOW - timedelta(days=1),
    holder_algorithm="ES256",
)
RULES: Mapping[str, tuple[Policy, VerifiedCredential]] = {
    "another issuer": (
        IssuedBy(REGISTER_VCT, frozenset({REGISTRY})),
        replace(GOOD, issuer="https://another.example"),
    ),
    "too old": (
        IssuedWithin(timedelta(days=1)),
        replace(GOOD, issued_at=NOW - timedelta(days=1, seconds=1)),
    ),
    "no time of issue": (IssuedWithin(timedelta(days=1)), replace(GOOD, issued_at=None)),
    "nobody signed": (AssuredAs(Assurance.BOUND), replace(GOOD, holder_algorithm=None)),
    "status of yesterday": (
        AssuredAs(Assurance.CURRENT),
        replace(GOOD, status=CredentialStatus.VALID_AT_LAST),
    ),
    "another kind of key": (
        HeldBy(frozenset({"ES256"})),
        replace(GOOD, holder_algorithm="Ed25519"),
    ),
    "no key": (HeldBy(frozenset({"ES256"})), replace(GOOD, holder_algorithm=None)),
}


@pytest.mark.parametrize("wrong", RULES)
def test_each_rule_takes_the_good_and_refuses_the_wrong_by_name(wrong: str) -> None:
    """
    The refusal says which rule and which certificate, and no value.
    """
    rule, credential = RULES[wrong]
    rule.check((GOOD,), now=NOW)

    with pytest.raises(VerifierError) as refused:
        rule.check((GOOD, credential), now=NOW)

    assert Failure.POLICY_NOT_MET is refused.value.failure
    assert f"{rule.name.value}: adult" == refused.value.where


def test_a_resident_number_is_taken_by_statute_only() -> None:
    """
    개인정보 보호법 §24의2: however deep it stands, and whatever the certificate is.
    """
    shown: JsonObject = {"members": [{"name": "x", "resident_number_back": "1234567"}]}

    with pytest.raises(VerifierError) as refused:
        NoUniqueIdentifiers().check((replace(GOOD, vct="urn:x", claims=shown),), now=NOW)

    assert (Failure.SHOWN_BEYOND_LAW, "adult") == (refused.value.failure, refused.value.where)


MADE_OUT = IssuedFor(
    REGISTER_VCT, MadeOutFor.USE, ClaimsPathPointer.parse_dotted("purpose"), ("이사",)
)


@pytest.mark.parametrize(
    "claims",
    [
        pytest.param({"purpose": "취업"}, id="for another use"),
        pytest.param({}, id="does not say"),
        pytest.param({"purpose": ["이사"]}, id="says it otherwise"),
    ],
)
def test_a_certificate_of_the_type_says_what_it_was_made_out_for(claims: JsonObject) -> None:
    """
    One that does not say is for nobody; a certificate of another type is not meant.
    """
    MADE_OUT.check((replace(GOOD, claims={"purpose": "이사"}),), now=NOW)
    MADE_OUT.check((replace(GOOD, vct="urn:other", claims=claims),), now=NOW)

    with pytest.raises(VerifierError) as refused:
        MADE_OUT.check((replace(GOOD, claims=claims),), now=NOW)

    assert Failure.ISSUED_FOR_ANOTHER_USE is refused.value.failure
    assert "adult: purpose" == refused.value.where


def test_values_of_the_desks_own_stay_with_the_query() -> None:
    """
    What a rule checks is left to the rule; every other value is still held against in step 8.
    """
    own = query_of("purpose", "이사", "전입")
    other = replace(own, credentials=(replace(own.credentials[0], types=("urn:other",)),))

    assert query_of("purpose") == Requirements((MADE_OUT,)).asked(query_of("purpose", "이사"))
    assert (own, other) == tuple(map(Requirements((MADE_OUT,)).asked, (own, other)))
    assert query_of("purpose", "이사") == with_values(query_of("purpose"), (MADE_OUT,))


def query_of(path: str, *values: str) -> DcqlQuery:
    """A query for one claim of the register, with values."""
    claim = ClaimQuery(ClaimsPathPointer.parse_dotted(path), values=values)
    return DcqlQuery((CredentialQuery("base", SD_JWT_VC, (REGISTER_VCT,), (claim,)),))


def test_what_is_declared_becomes_rules_in_one_order_and_is_published() -> None:
    """
    Every demand is a rule; each name is told once, and the published form says all of it.
    """
    declared = DeclaredPolicy(
        issuers=((REGISTER_VCT, (REGISTRY,)),),
        max_age=timedelta(days=90),
        assurance=Assurance.CURRENT,
        holder_keys=("ES256",),
        issued_for=(MADE_OUT,),
        status_grace=GRACE,
    )
    good = replace(GOOD, claims={"purpose": "이사"})

    told = Requirements(declared.rules()).check((good,), now=NOW)

    assert (
        PolicyName.ISSUERS,
        PolicyName.MAX_AGE,
        PolicyName.ASSURANCE,
        PolicyName.HOLDER_KEYS,
        PolicyName.ISSUED_FOR,
    ) == told
    form: Any = declared.as_dict()
    assert ({REGISTER_VCT: [REGISTRY]}, 90 * 86400) == (form["issuers"], form["max_age"])
    assert ("current", 3600) == (form["assurance"], form["status_grace"]["period"])
    (made_out,) = form["issued_for"]
    assert ("use", "purpose", ["이사"]) == tuple(made_out.values())[1:]
    assert () == DeclaredPolicy().rules()


def lists_of(world: World) -> StatusLists:
    """Status lists that are fetched over the test's network."""
    return StatusLists(VerifiersClient(world.network, ledger_url=LEDGER_URL))


async def grace_after(
    world: World, *, grace: StatusGrace | None = GRACE, **later: float
) -> CredentialStatus:
    """Look a status up, then again later when its provider does not answer."""
    lists, reference = lists_of(world), REFERENCE
    trust = world.roots.trust()
    await lists.check(reference, trust=trust, now=world.clock.now, grace=grace)
    world.network.failing[STATUS_URI] = 9
    world.clock.move(**later)
    checked = await lists.check(reference, trust=trust, now=world.clock.now, grace=grace)
    return checked.status


async def test_within_its_grace_the_last_list_answers_and_says_so(world: World) -> None:
    """
    A provider that is away for half an hour stops no desk that declared why it cannot wait.
    """
    assert CredentialStatus.VALID_AT_LAST is await grace_after(world, minutes=30)


@pytest.mark.parametrize(
    ("grace", "minutes", "lifetime"),
    [
        pytest.param(None, 30, 10, id="none is declared"),
        pytest.param(GRACE, 61, 10, id="it is over"),
        pytest.param(GRACE, 30, 0.4, id="the list itself has expired"),
    ],
)
async def test_without_grace_what_cannot_be_asked_is_refused(
    world: World, grace: StatusGrace | None, minutes: int, lifetime: float
) -> None:
    """
    Token Status List 13.7: never past what its provider set, and by default not at all.
    """
    world.status.lifetime = timedelta(hours=lifetime)

    with pytest.raises(VerifierError) as refused:
        await grace_after(world, grace=grace, minutes=minutes)

    assert Failure.STATUS_UNREACHABLE is refused.value.failure


async def test_a_list_that_does_not_verify_is_no_reason_to_believe_an_older_one(
    world: World,
) -> None:
    """
    Grace is for a network that is down, not for a provider somebody else speaks for.
    """
    lists, reference, trust = lists_of(world), REFERENCE, world.roots.trust()
    await lists.check(reference, trust=trust, now=NOW, grace=GRACE)
    world.status.subject = "https://status.example/lists/2"

    with pytest.raises(VerifierError) as refused:
        await lists.check(reference, trust=trust, now=NOW + timedelta(minutes=2), grace=GRACE)

    assert Failure.STATUS_INVALID is refused.value.failure


async def test_what_the_last_list_revoked_stays_revoked(world: World) -> None:
    """
    Grace accepts only what was valid when it could last be asked.
    """
    world.status.statuses[7] = 1
    with pytest.raises(VerifierError):
        await grace_after(world, minutes=0)
