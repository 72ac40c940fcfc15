"""Several like certificates, several presentations: the holder names which."""

import pytest

from keys.strict_json import JsonObject, JsonValue
from standards.dcql.choosing import Wanted, allowed, choose, compose
from standards.dcql.errors import DcqlError, DcqlFailure
from standards.dcql.limits import MAX_PRESENTATIONS
from standards.dcql.matching import Matches, match
from standards.dcql.query import DcqlQuery
from tests.standards.dcql.asking import credential, held, path, query

NAME: list[JsonValue] = [path("name")]


def named(*ids: str) -> tuple[JsonObject, ...]:
    return tuple(credential(each, claims=NAME) for each in ids)


def wallet(asked: DcqlQuery, number: int = 3) -> Matches:
    return match(asked, [held({"name": "Kim"}, f"card{n}") for n in range(number)])


def used(asked: DcqlQuery, wanted: Wanted) -> list[tuple[str, str]]:
    option = choose(asked, wallet(asked), wanted)
    return [(answer.query_id, answer.credential_id) for answer in option.answers]


def test_one_of_several_like_certificates_is_named() -> None:
    """
    Without a word the first; named, the one named.
    """
    asked = query(*named("base"))
    assert [("base", "card0")] == used(asked, Wanted())
    assert [("base", "card2")] == used(asked, Wanted(credentials=("card2",)))


def test_of_one_that_takes_several_all_that_are_named_are_sent() -> None:
    """
    ``multiple``: one by default, else those that were named, in the order of the holder.
    """
    asked = query(credential(claims=NAME, multiple=True))
    assert [("base", "card0")] == used(asked, Wanted())
    wanted = Wanted(credentials=("card2", "card0"))
    assert [("base", "card2"), ("base", "card0")] == used(asked, wanted)


def test_two_questions_of_one_kind_are_answered_by_the_two_named() -> None:
    """
    What is named is used, each for one; or for the very one it is pinned to.
    """
    asked = query(*named("mine", "yours"))
    assert [("mine", "card0"), ("yours", "card0")] == used(asked, Wanted())
    both = Wanted(credentials=("card2", "card1"))
    assert [("mine", "card2"), ("yours", "card1")] == used(asked, both)
    pinned = Wanted(pinned={"yours": ("card2",)})
    assert [("mine", "card0"), ("yours", "card2")] == used(asked, pinned)


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(credentials=("nobody's",)),
        Wanted(credentials=("card0", "card1")),
        Wanted(pinned={"base": ("card0", "card1")}),
        Wanted(pinned={"base": ("nobody's",)}),
        Wanted(pinned={"never asked": ("card0",)}),
    ],
    ids=str,
)
def test_a_certificate_that_cannot_be_used_as_named_sends_nothing(wanted: Wanted) -> None:
    """
    One too many, none there is, or none for that question: never another in its place.
    """
    asked = query(*named("base"))
    with pytest.raises(DcqlError) as caught:
        choose(asked, wallet(asked), wanted)
    assert DcqlFailure.CLAIM_REQUIRED == caught.value.failure


@pytest.mark.parametrize(
    ("multiple", "number", "expected"),
    [
        (False, 1, None),
        (False, 2, DcqlFailure.TOO_MANY_PRESENTATIONS),
        (True, MAX_PRESENTATIONS, None),
        (True, MAX_PRESENTATIONS + 1, DcqlFailure.TOO_MANY_PRESENTATIONS),
    ],
)
def test_only_so_many_presentations_answer_one_question(
    number: int, expected: DcqlFailure | None, *, multiple: bool
) -> None:
    """
    VP-43: exactly one unless ``multiple``, and then no more than a verifier of ours reads.
    """
    asked = query(credential(claims=NAME, multiple=multiple))
    matches = wallet(asked, number)
    if expected is None:
        assert number == len(compose(asked, matches, matches.of("base")).answers)
        assert number <= allowed(asked, "base")
        return
    with pytest.raises(DcqlError) as caught:
        compose(asked, matches, matches.of("base"))
    assert expected == caught.value.failure


def test_an_answer_to_another_query_is_none_to_this() -> None:
    """
    What is composed are answers of this very query, and together they satisfy it.
    """
    asked, other = query(*named("a", "b")), query(*named("c"))
    with pytest.raises(DcqlError) as caught:
        compose(asked, wallet(asked), wallet(other).of("c"))
    assert DcqlFailure.UNKNOWN_QUERY_ID == caught.value.failure
    with pytest.raises(DcqlError) as caught:
        compose(asked, wallet(asked), wallet(asked).of("a")[:1])
    assert DcqlFailure.SET_NOT_ANSWERED == caught.value.failure
