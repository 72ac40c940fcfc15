"""What a registration covers, rule by rule."""

import pytest

from consent.forms.statutory import StatutoryView, rule_of
from consent.forms.terms import LocalText, Retention
from keys.strict_json import JsonObject, JsonValue
from standards.dcql.query import parse_query
from standards.openid4vp.request import ResponseMode
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.registered.registration import AllowedClaims, RegisteredPurpose, check_registered
from verifiers.services.profile import paths
from verifiers.transaction import Flow

TEXT = LocalText("가", "a", "あ")
VCT = "https://x/types/a"
ABSTRACT = "https://x/types/resident-abstract/1"
CREDITOR = rule_of(StatutoryView.CREDITOR)


def purpose(allowed: tuple[AllowedClaims, ...], **more: object) -> RegisteredPurpose:
    """Return a purpose that may ask for ``allowed``."""
    return RegisteredPurpose("p", TEXT, allowed, "law", Retention("P1D", TEXT), **more)  # type: ignore[arg-type]  # by name


def failure(
    registered: RegisteredPurpose, path: list[JsonValue], **more: JsonValue
) -> Failure | None:
    """Return why a request for one claim is refused, None when it is not."""
    meta: JsonObject = {"vct_values": [VCT]}
    credential: JsonObject = {
        "id": "it",
        "format": "dc+sd-jwt",
        "meta": meta | more,
        "claims": [{"path": path}],
    }
    query = parse_query({"credentials": [credential]})
    try:
        check_registered(registered, query, flow=Flow.COUNTER, mode=ResponseMode.DIRECT_POST_JWT)
    except VerifierError as error:
        return error.failure
    return None


@pytest.mark.parametrize(
    ("registered", "asked", "covered"),
    [
        ("a", ["a"], True),
        ("a", ["a", "b"], True),
        ("a", ["b"], False),
        ("a.b", ["a"], False),
        ("a.b", ["a", "c"], False),
        ("list.*.b", ["list", None, "b"], True),
        ("list.*.b", ["list", 3, "b"], True),
        ("list.*.b", ["list", None], False),
        ("list.*.b", ["list", "x", "b"], False),
        ("list.0.b", ["list", None, "b"], False),
    ],
)
def test_a_registered_claim_covers_itself_and_its_parts(
    registered: str,
    asked: list[JsonValue],
    covered: bool,  # noqa: FBT001  # a parameter
) -> None:
    """
    T30: never a parent, a sibling, or more elements than registered.
    """
    allowed = (AllowedClaims(VCT, paths(registered)),)

    assert (None if covered else Failure.OVER_ASKING) is failure(purpose(allowed), asked)


def test_types_are_registered_one_by_one() -> None:
    """
    An entry for a type goes before the entry for all others; no entry, no asking.
    """
    everything = AllowedClaims(None, None)
    only_a = AllowedClaims(VCT, paths("a"))

    assert failure(purpose((everything,)), ["b"]) is None
    assert Failure.OVER_ASKING is failure(purpose((everything, only_a)), ["b"])
    assert Failure.OVER_ASKING is failure(purpose(()), ["a"])
    several: dict[str, JsonValue] = {"vct_values": [VCT, "https://x/types/other"]}
    assert Failure.OVER_ASKING is failure(purpose((only_a,)), ["a"], **several)


def test_any_type_of_certificate_is_too_much_to_ask() -> None:
    """
    A query without a type asks for whatever the person has.
    """
    query = parse_query({"credentials": [{"id": "it", "format": "dc+sd-jwt", "meta": {}}]})

    with pytest.raises(VerifierError) as refused:
        check_registered(
            purpose((AllowedClaims(None, None),)),
            query,
            flow=Flow.COUNTER,
            mode=ResponseMode.DIRECT_POST_JWT,
        )

    assert Failure.OVER_ASKING is refused.value.failure


def test_a_unique_identifier_needs_a_statute() -> None:
    """
    Personal Information Protection Act 24-2: consent is not enough for a resident number.
    """
    allowed = (AllowedClaims(VCT, paths("members")),)
    path: list[JsonValue] = ["members", None, "resident_number_back"]

    assert Failure.OVER_ASKING is failure(purpose(allowed), path)
    assert failure(purpose(allowed, statute="소득세법 제145조"), path) is None


def test_the_person_may_be_elsewhere_only_for_a_reason() -> None:
    """
    T9: cross-device is off until it is registered with its reason.
    """
    query = parse_query(
        {
            "credentials": [
                {"id": "it", "format": "dc+sd-jwt", "meta": {"vct_values": [VCT]}},
            ]
        }
    )
    flows = frozenset(Flow)
    allowed = (AllowedClaims(VCT, ()),)
    with_reason = purpose(allowed, flows=flows, cross_device_reason="a hotline")

    check_registered(with_reason, query, flow=Flow.CROSS_DEVICE, mode=ResponseMode.DIRECT_POST_JWT)
    with pytest.raises(VerifierError) as refused:
        check_registered(
            purpose(allowed, flows=flows),
            query,
            flow=Flow.CROSS_DEVICE,
            mode=ResponseMode.DIRECT_POST_JWT,
        )

    assert Failure.FLOW_NOT_REGISTERED is refused.value.failure


def by_rule(allowed: AllowedClaims, basis: str = CREDITOR.legal_basis) -> RegisteredPurpose:
    """Return a purpose that rests on a law."""
    return RegisteredPurpose("p", TEXT, (allowed,), basis, Retention("P1D", TEXT))


@pytest.mark.parametrize(
    "allowed",
    [
        pytest.param(AllowedClaims(ABSTRACT, paths("person.resident_number_back")), id="back"),
        pytest.param(AllowedClaims(ABSTRACT, paths("person")), id="parent"),
        pytest.param(
            AllowedClaims(ABSTRACT, paths("person.name", "addresses.*")), id="one of two"
        ),
        pytest.param(AllowedClaims(ABSTRACT, paths("current_address")), id="a whole block"),
        pytest.param(AllowedClaims(ABSTRACT, None), id="every claim"),
        pytest.param(AllowedClaims(None, paths("person.name")), id="any type"),
        pytest.param(AllowedClaims(VCT, paths("person.name")), id="a type of no kind"),
        pytest.param(
            AllowedClaims("https://x/types/tax-payment/1", paths("no_arrears")), id="another kind"
        ),
    ],
)
def test_a_registration_beyond_its_law_cannot_be_made(allowed: AllowedClaims) -> None:
    """
    시행규칙 §13⑪ is held when a purpose is written down, long before anybody is asked.
    """
    with pytest.raises(ValueError, match="제13조제11항"):
        by_rule(allowed)

    assert by_rule(allowed, "개인정보 보호법 제15조제1항제1호").rule is None


def test_a_purpose_by_law_takes_no_shown_codes() -> None:
    """
    A code the holder shows says nothing of who reads it and why: the law could not be kept.
    """
    allowed = (AllowedClaims(ABSTRACT, paths("person.name")),)

    with pytest.raises(ValueError, match="shown codes"):
        RegisteredPurpose(
            "p", TEXT, allowed, CREDITOR.legal_basis, Retention("P1D", TEXT), offline_ok=True
        )


def test_a_registration_within_its_law_asks_for_no_more_than_it_lists() -> None:
    """
    P12: the law permits more than was registered; what counts is the registration.
    """
    registered = by_rule(AllowedClaims(ABSTRACT, paths("person.name", "register_status")))

    def asked(*path: JsonValue) -> Failure | None:
        return failure(registered, [*path], vct_values=[ABSTRACT])

    assert CREDITOR is registered.rule
    assert asked("person", "name") is None
    assert Failure.OVER_ASKING is asked("person", "resident_number")
    assert Failure.OVER_ASKING is asked("person")
    assert Failure.OVER_ASKING is asked("addresses", None, "address")
