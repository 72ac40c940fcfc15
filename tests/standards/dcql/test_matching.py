"""The wallet's side: which credentials, which claims, which options (section 6.4)."""

import pytest

from keys.strict_json import JsonObject, JsonValue
from standards.dcql.candidates import Answer, CandidateCredential
from standards.dcql.choosing import Wanted, choose
from standards.dcql.errors import DcqlError, DcqlFailure, Unsatisfiable
from standards.dcql.matching import match
from standards.dcql.options import options
from standards.dcql.paths import ClaimsPathPointer
from standards.dcql.query import DcqlQuery
from tests.standards.dcql.asking import VCT, credential, held, path, query

HOUSEHOLD: JsonObject = {
    "name": "Kim",
    "address": {"city": "Seoul", "street": "Sejong-daero"},
    "members": [{"name": "Kim"}, {"name": "Lee"}],
}


def pointers(*texts: str) -> tuple[ClaimsPathPointer, ...]:
    return tuple(map(ClaimsPathPointer.parse_dotted, texts))


def test_only_the_claims_asked_for_are_selected() -> None:
    """
    VP-37, VP-38: the answer names the concrete claims, and none when none is asked for.
    """
    asked = query(
        credential("some", claims=[path("address", "city"), path("members", None, "name")]),
        credential("none"),
    )
    matches = match(asked, [held(HOUSEHOLD)])
    paths = (("address", "city"), ("members", 0, "name"), ("members", 1, "name"))
    assert (Answer("some", "card", None, paths),) == matches.of("some")
    assert (Answer("none", "card", None, ()),) == matches.of("none")
    assert () == matches.of("never asked")


def test_a_claim_asked_for_twice_is_selected_once() -> None:
    """
    VP-31: a wallet ignores the repetition (section 6.1).
    """
    asked = query(credential(claims=[path("name"), path("name")]))
    assert (("name",),) == match(asked, [held(HOUSEHOLD)]).of("base")[0].paths


def test_a_missing_claim_means_no_answer() -> None:
    """
    VP-39: a credential that lacks one of the claims is not returned.
    """
    asked = query(credential(claims=[path("name"), path("income")]))
    matches = match(asked, [held(HOUSEHOLD)])
    assert ("base",) == matches.unmatched()
    with pytest.raises(Unsatisfiable) as caught:
        options(asked, matches)
    assert ("base",) == caught.value.query_ids


@pytest.mark.parametrize(
    ("candidate", "expected"),
    [
        (held(), True),
        (CandidateCredential("c", "mso_mdoc", VCT, {}), False),
        (CandidateCredential("c", "dc+sd-jwt", "another type", {}), False),
        (CandidateCredential("c", "dc+sd-jwt", VCT, {}, holder_bound=False), False),
    ],
)
def test_format_type_and_binding_must_fit(
    candidate: CandidateCredential, *, expected: bool
) -> None:
    """
    Section 6.1: the default asks for a credential its holder can prove to hold.
    """
    assert expected is bool(match(query(credential()), [candidate]).of("base"))


def test_an_unbound_credential_answers_when_binding_is_not_required() -> None:
    """
    Section 6.1: ``require_cryptographic_holder_binding`` false takes both kinds.
    """
    asked = query(credential(require_cryptographic_holder_binding=False))
    unbound = CandidateCredential("c", "dc+sd-jwt", VCT, {}, holder_bound=False)
    assert ["card", "c"] == [a.credential_id for a in match(asked, [held(), unbound]).of("base")]


@pytest.mark.parametrize(
    ("authorities", "expected"),
    [
        ([{"type": "aki", "values": ["AQI"]}], True),
        ([{"type": "aki", "values": ["AwQ", "AQI"]}], True),
        ([{"type": "etsi_tl", "values": ["x"]}, {"type": "aki", "values": ["AQI"]}], True),
        ([{"type": "aki", "values": ["AQ"]}], False),
        ([{"type": "etsi_tl", "values": ["AQI"]}], False),
        ([{"type": "openid_federation", "values": ["https://anchor.example"]}], False),
    ],
)
def test_a_trusted_authority_is_compared_by_octets(
    authorities: list[JsonValue], *, expected: bool
) -> None:
    """
    VP-33, HAIP-20: one key identifier in the chain must equal one value; other types match none.
    """
    certified = CandidateCredential(
        "c", "dc+sd-jwt", VCT, {}, authority_key_identifiers=(b"\x09", b"\x01\x02")
    )
    asked = query(credential(trusted_authorities=authorities))
    assert expected is bool(match(asked, [certified]).of("base"))


LISTED = "https://lists.example/tl.xml"


@pytest.mark.parametrize(
    ("values", "lists", "expected"),
    [
        ([LISTED], {LISTED}, True),
        (["https://other.example/tl.xml", LISTED], {"https://x.example", LISTED}, True),
        ([LISTED], set(), False),
        ([LISTED], {"https://other.example/tl.xml"}, False),
        ([LISTED], {f"{LISTED}/"}, False),
        ([LISTED], {LISTED.upper()}, False),
    ],
)
def test_a_trust_list_is_compared_by_its_address(
    values: list[JsonValue], lists: set[str], *, expected: bool
) -> None:
    """
    VP-33: the root must stand in a configured list of that very address; nothing is fetched.
    """
    listed = CandidateCredential("c", "dc+sd-jwt", VCT, {}, trusted_lists=frozenset(lists))
    asked = query(credential(trusted_authorities=[{"type": "etsi_tl", "values": values}]))
    assert expected is bool(match(asked, [listed]).of("base"))


def test_what_stands_worse_is_not_taken_for_showing_less() -> None:
    """
    Decision 0037: rank before size, size before the order of the wallet.
    """
    asked = query(credential(claims=[path("list", None)]))
    cards = [
        CandidateCredential("revoked", "dc+sd-jwt", VCT, {"list": ["x"]}, rank=2),
        held({"list": ["x", "y", "z"]}, "large"),
        held({"list": ["x", "y"]}, "small"),
        held({"list": [{"a": "x", "b": "y"}]}, "as small"),
    ]
    assert ["small", "as small", "large", "revoked"] == [
        answer.credential_id for answer in match(asked, cards).of("base")
    ]


@pytest.mark.parametrize(
    ("wanted", "value", "expected"),
    [
        (1, 1, True),
        ("1", "1", True),
        (True, True, True),
        (1, True, False),
        (True, 1, False),
        (1, "1", False),
        ("1", 1, False),
        (1, 1.0, False),
        (True, "true", False),
        ("Seoul", "seoul", False),
        ("é", "e\u0301", False),
    ],
    ids=repr,
)
def test_values_are_compared_with_their_type(
    wanted: JsonValue, value: JsonValue, *, expected: bool
) -> None:
    """
    VP-36, H68: 1, 1.0, "1" and true are four values; text is compared character by character.
    """
    asked = query(credential(claims=[{"path": ["a"], "values": [wanted]}]))
    assert expected is bool(match(asked, [held({"a": value})]).of("base"))


def test_one_of_several_selected_values_is_enough() -> None:
    """
    A path through an array is met when at least one element has one of the values.
    """
    asked = query(credential(claims=[{"path": ["list", None], "values": ["x", "y"]}]))
    assert match(asked, [held({"list": ["a", "y"]})]).of("base")
    assert not match(asked, [held({"list": ["a", "b"]})]).of("base")


def test_claim_sets_come_in_the_order_of_the_verifier() -> None:
    """
    Section 6.4.1: the first combination that can be met is preferred, over the order of cards.
    """
    asked = query(
        credential(
            claims=[{"id": "adult", "path": ["age_over_19"]}, {"id": "born", "path": ["birth"]}],
            claim_sets=[["adult"], ["born"]],
        )
    )
    old, new = held({"birth": "2000"}, "old"), held({"age_over_19": True, "birth": "2000"}, "new")
    assert [("new", 0), ("old", 1), ("new", 1)] == [
        (answer.credential_id, answer.claim_set) for answer in match(asked, [old, new]).of("base")
    ]


def profile() -> DcqlQuery:
    """A profile with one optional claim: two credential queries, the smaller first."""
    base = [path("name"), path("address", "city")]
    return query(
        credential("base", claims=[*base]),
        credential("base_and_street", claims=[*base, path("address", "street")]),
        credential_sets=[{"options": [["base"], ["base_and_street"]]}],
    )


def test_the_smallest_option_is_offered_first() -> None:
    """
    Options come in the verifier's order, each answering its own credential query.
    """
    asked = profile()
    offered = options(asked, match(asked, [held(HOUSEHOLD)]))
    assert [("base",), ("base_and_street",)] == [option.query_ids for option in offered]


def test_an_option_that_cannot_be_met_is_left_out() -> None:
    """
    VP-41: what the wallet lacks is treated as if it were not asked for in that option.
    """
    asked = profile()
    poor = held({"name": "Kim", "address": {"city": "Seoul"}})
    assert [("base",)] == [o.query_ids for o in options(asked, match(asked, [poor]))]


def test_a_required_set_that_cannot_be_met_ends_it() -> None:
    """
    VP-41: if one required set fails, no credential is returned at all.
    """
    asked = query(
        credential("have"),
        credential("lack", claims=[path("income")]),
        credential_sets=[{"options": [["have"]]}, {"options": [["lack"]]}],
    )
    with pytest.raises(Unsatisfiable) as caught:
        options(asked, match(asked, [held(HOUSEHOLD)]))
    assert DcqlFailure.UNSATISFIABLE == caught.value.failure
    assert "lack" in caught.value.detail


def test_optional_sets_start_unanswered() -> None:
    """
    VP-43: nothing optional is sent unasked, and what is impossible is never in an option.
    """
    asked = query(
        credential("need"),
        credential("extra"),
        credential("impossible", claims=[path("income")]),
        credential_sets=[
            {"options": [["extra"]], "required": False},
            {"options": [["impossible"]], "required": False},
            {"options": [["need"]]},
        ],
    )
    offered = options(asked, match(asked, [held(HOUSEHOLD)]))
    assert [("need",), ("need", "extra")] == [option.query_ids for option in offered]


def test_a_query_with_only_optional_sets_still_needs_an_answer() -> None:
    """
    There is no empty response: at least one optional set is answered, or nothing can be.
    """
    asked = query(credential(), credential_sets=[{"options": [["base"]], "required": False}])
    assert [("base",)] == [o.query_ids for o in options(asked, match(asked, [held()]))]
    with pytest.raises(Unsatisfiable):
        options(asked, match(asked, []))


def test_without_credential_sets_everything_is_required() -> None:
    """
    Section 6.4.2: every credential is asked for, each answered in the order of the query.
    """
    asked = query(credential("a"), credential("b"))
    assert [("a", "b")] == [o.query_ids for o in options(asked, match(asked, [held()]))]


def test_a_person_chooses_among_options_by_claims() -> None:
    """
    ``with`` takes the option that discloses a claim, ``drop`` the first that does not.
    """
    asked = profile()
    matches = match(asked, [held(HOUSEHOLD)])
    street, city = pointers("address.street"), pointers("address.city")
    assert ("base",) == choose(asked, matches).query_ids
    assert ("base_and_street",) == choose(asked, matches, Wanted(street)).query_ids
    assert ("base",) == choose(asked, matches, Wanted(city, street)).query_ids


@pytest.mark.parametrize(
    ("include", "exclude"),
    [((), ("name",)), ((), ("address",)), (("income",), ()), (("address.street",), ("name",))],
)
def test_what_the_smallest_option_needs_cannot_be_dropped(
    include: tuple[str, ...], exclude: tuple[str, ...]
) -> None:
    """
    A choice no option fits is ``claim_required``: nothing is sent.
    """
    asked = profile()
    matches = match(asked, [held(HOUSEHOLD)])
    with pytest.raises(DcqlError) as caught:
        choose(asked, matches, Wanted(pointers(*include), pointers(*exclude)))
    assert DcqlFailure.CLAIM_REQUIRED == caught.value.failure


def test_other_evidence_is_taken_when_the_first_is_dropped() -> None:
    """
    Within one credential query a dropped claim leads to the next claim set that does without.
    """
    asked = query(
        credential(
            claims=[{"id": "born", "path": ["birth"]}, {"id": "adult", "path": ["age_over_19"]}],
            claim_sets=[["born"], ["adult"]],
        )
    )
    matches = match(asked, [held({"birth": "2000", "age_over_19": True})])
    chosen = choose(asked, matches, Wanted(exclude=pointers("birth")))
    assert (("age_over_19",),) == chosen.answers[0].paths
    wished = choose(asked, matches, Wanted(pointers("age_over_19")))
    assert 1 == wished.answers[0].claim_set
