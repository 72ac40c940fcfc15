"""The verifier's side: does what came answer what was asked (sections 8.6, 14.9)."""

import pytest

from keys.strict_json import JsonObject, JsonValue
from standards.dcql.answer import check_answer
from standards.dcql.candidates import Answer, CandidateCredential
from standards.dcql.errors import DcqlError, DcqlFailure
from standards.dcql.query import DcqlQuery
from standards.positions import ClaimPath, Positions
from tests.standards.dcql.asking import VCT, credential, held, path, query


def shown(claims: JsonObject, *disclosed: ClaimPath) -> CandidateCredential:
    return CandidateCredential("p", "dc+sd-jwt", VCT, claims, disclosed_paths=disclosed)


def refusal(asked: DcqlQuery, **presented: list[CandidateCredential]) -> DcqlFailure:
    with pytest.raises(DcqlError) as caught:
        check_answer(asked, presented)
    return caught.value.failure


NAME = query(credential(claims=[path("name")]))


def test_an_answer_says_what_it_answers() -> None:
    """
    VP-53: the result names the query, the credential and the claims.
    """
    answers = check_answer(NAME, {"base": [shown({"name": "Kim"}, ("name",))]})
    assert (Answer("base", "p", None, (("name",),)),) == answers


def test_numbers_and_ids_must_be_those_asked_for() -> None:
    """
    VP-43, H82: unknown ids, empty arrays and a second presentation refuse the response.
    """
    one = shown({"name": "Kim"}, ("name",))
    assert DcqlFailure.UNKNOWN_QUERY_ID == refusal(NAME, other=[one], base=[one])
    assert DcqlFailure.NO_PRESENTATION == refusal(NAME, base=[])
    assert DcqlFailure.TOO_MANY_PRESENTATIONS == refusal(NAME, base=[one, one])


def test_several_presentations_answer_a_query_that_says_multiple() -> None:
    """
    VP-43: with ``multiple`` each presentation is checked by itself.
    """
    asked = query(credential(multiple=True, claims=[path("name")]))
    good = shown({"name": "Kim"}, ("name",))
    assert 2 == len(check_answer(asked, {"base": [good, good]}))
    assert DcqlFailure.CLAIM_MISSING == refusal(asked, base=[good, shown({})])


@pytest.mark.parametrize(
    ("presentation", "expected"),
    [
        (CandidateCredential("p", "mso_mdoc", VCT, {}), DcqlFailure.WRONG_TYPE),
        (CandidateCredential("p", "dc+sd-jwt", "x", {}), DcqlFailure.WRONG_TYPE),
        (
            CandidateCredential("p", "dc+sd-jwt", VCT, {}, holder_bound=False),
            DcqlFailure.NOT_HOLDER_BOUND,
        ),
        (CandidateCredential("p", "dc+sd-jwt", VCT, {}), DcqlFailure.WRONG_AUTHORITY),
    ],
)
def test_the_credential_must_be_the_one_asked_for(
    presentation: CandidateCredential, expected: DcqlFailure
) -> None:
    """
    VP-61: type, binding and authority are checked again, each with its own reason.
    """
    asked = query(credential(trusted_authorities=[{"type": "aki", "values": ["AQI"]}]))
    assert expected == refusal(asked, base=[presentation])


def test_a_missing_claim_or_another_value_refuses() -> None:
    """
    VP-53: every claim asked for is there, with a value asked for.
    """
    valued = query(credential(claims=[{"path": ["age"], "values": [19, 20]}]))
    assert DcqlFailure.CLAIM_MISSING == refusal(NAME, base=[shown({})])
    assert DcqlFailure.CLAIM_MISSING == refusal(valued, base=[shown({"age": 18}, ("age",))])
    assert check_answer(valued, {"base": [shown({"age": 20}, ("age",))]})


def test_a_claim_nobody_asked_for_refuses() -> None:
    """
    H82: over-disclosure is refused by name, never by value.
    """
    chatty = shown({"name": "Kim", "income": 5_000}, ("name",), ("income",))
    with pytest.raises(DcqlError) as caught:
        check_answer(NAME, {"base": [chatty]})
    assert DcqlFailure.OVER_DISCLOSED == caught.value.failure
    assert "income" in caught.value.detail
    assert "5" not in caught.value.detail


def test_no_claims_asked_for_means_none_disclosed() -> None:
    """
    VP-38: a query without claims proves possession of the credential alone.
    """
    asked = query(credential())
    assert check_answer(asked, {"base": [shown({"always": 1})]})
    assert DcqlFailure.OVER_DISCLOSED == refusal(asked, base=[shown({"name": 1}, ("name",))])


def test_parents_and_parts_of_a_claim_belong_to_it() -> None:
    """
    A claim inside a disclosed object needs the object; an object asked for whole has parts.
    """
    asked = query(credential(claims=[path("address", "city"), path("members")]))
    claims: JsonObject = {"address": {"city": "Seoul"}, "members": [{"name": "Kim"}]}
    disclosed = (
        ("address",),
        ("address", "city"),
        ("members",),
        ("members", 0),
        ("members", 0, "name"),
    )
    assert check_answer(asked, {"base": [shown(claims, *disclosed)]})


def test_a_sibling_of_a_claim_does_not_belong_to_it() -> None:
    """
    H82: asking for the city is not asking for the street.
    """
    asked = query(credential(claims=[path("address", "city")]))
    claims: JsonObject = {"address": {"city": "Seoul", "street": "Sejong-daero"}}
    chatty = shown(claims, ("address", "city"), ("address", "street"))
    assert DcqlFailure.OVER_DISCLOSED == refusal(asked, base=[chatty])


def members(*issued: int) -> CandidateCredential:
    """Return a presentation of one list, all of it hidden but the elements at ``issued``."""
    names: list[JsonValue] = [{"name": f"member {position}"} for position in issued]
    return CandidateCredential(
        "p",
        "dc+sd-jwt",
        VCT,
        {"members": names},
        disclosed_paths=tuple(("members", index) for index in range(len(issued))),
        positions=Positions({("members",): issued}),
    )


SECOND = query(credential(claims=[path("members", 1, "name")]))


def test_an_index_asks_for_the_element_issued_there() -> None:
    """
    RFC 9901 closes the gaps of an array, and the second member is still the second.
    """
    (answer,) = check_answer(SECOND, {"base": [members(1)]})
    assert (("members", 0, "name"),) == answer.paths
    every = query(credential(claims=[path("members", None, "name")]))
    assert check_answer(every, {"base": [members(1)]})


@pytest.mark.parametrize("issued", [(), (0,), (2,), (0, 2)])
def test_another_element_does_not_stand_in_for_it(issued: tuple[int, ...]) -> None:
    """
    VP-61: what moved up to index 1 is not what was asked for.
    """
    assert DcqlFailure.CLAIM_MISSING == refusal(SECOND, base=[members(*issued)])


def test_an_element_too_many_is_named_by_the_issuers_position() -> None:
    """
    H82: the second asked for, the second and the fourth disclosed.
    """
    with pytest.raises(DcqlError) as caught:
        check_answer(SECOND, {"base": [members(1, 3)]})
    assert DcqlFailure.OVER_DISCLOSED == caught.value.failure
    assert caught.value.detail.endswith(": members.3")


def test_one_combination_of_claims_is_answered_and_no_more() -> None:
    """
    Section 6.4.1: any of the claim sets will do, but not two of them together.
    """
    asked = query(
        credential(
            claims=[{"id": "adult", "path": ["age_over_19"]}, {"id": "born", "path": ["birth"]}],
            claim_sets=[["adult"], ["born"]],
        )
    )
    born = shown({"birth": "2000"}, ("birth",))
    both = shown({"birth": "2000", "age_over_19": True}, ("birth",), ("age_over_19",))
    # one of them cannot be hidden: then the other combination explains the disclosure
    plain = shown({"birth": "2000", "age_over_19": True}, ("birth",))
    assert 1 == check_answer(asked, {"base": [born]})[0].claim_set
    assert 1 == check_answer(asked, {"base": [plain]})[0].claim_set
    assert DcqlFailure.OVER_DISCLOSED == refusal(asked, base=[both])


def test_one_presentation_may_serve_two_questions() -> None:
    """
    Section 6.4: claims of another query answered with the same credential are not too much.
    """
    asked = query(
        credential("a", claims=[path("name")]),
        credential("b", claims=[path("birth")]),
        credential("c", meta={"vct_values": ["other"]}, claims=[path("income")]),
        credential_sets=[{"options": [["a", "b"], ["a"]]}],
    )
    both = shown({"name": "Kim", "birth": "2000"}, ("name",), ("birth",))
    assert 2 == len(check_answer(asked, {"a": [both], "b": [both]}))
    assert DcqlFailure.OVER_DISCLOSED == refusal(asked, a=[both])


def test_required_sets_must_be_answered() -> None:
    """
    VP-53, H82: a required set that is missing refuses, a missing optional one does not.
    """
    sets: list[JsonValue] = [
        {"options": [["a"], ["b"]]},
        {"options": [["c"]], "required": False},
    ]
    asked = query(credential("a"), credential("b"), credential("c"), credential_sets=sets)
    assert check_answer(asked, {"b": [held()]})
    assert check_answer(asked, {"a": [held()], "c": [held()]})
    assert DcqlFailure.SET_NOT_ANSWERED == refusal(asked, c=[held()])
    assert DcqlFailure.SET_NOT_ANSWERED == refusal(
        query(credential("a"), credential("b")), a=[held()]
    )


def test_a_credential_no_option_names_refuses() -> None:
    """
    H82: half of an option, or a query in no option at all, is a credential too many.
    """
    asked = query(
        credential("a"),
        credential("b"),
        credential("c"),
        credential_sets=[{"options": [["a"], ["b", "c"]]}],
    )
    assert DcqlFailure.UNREQUESTED_CREDENTIAL == refusal(asked, a=[held()], b=[held()])
