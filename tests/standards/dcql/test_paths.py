"""Claims path pointers (OpenID4VP 1.0 section 7)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys.strict_json import JsonObject, JsonValue
from standards.dcql.errors import DcqlError, DcqlFailure
from standards.dcql.paths import (
    MAX_INDEX,
    MAX_STEPS,
    ClaimsPathPointer,
    Selected,
    Step,
)
from standards.positions import ClaimPath, Positions

ARTHUR: JsonObject = {
    "name": "Arthur Dent",
    "address": {"street_address": "42 Market Street", "locality": "Milliways"},
    "degrees": [
        {"type": "Bachelor of Science", "university": "University of Betelgeuse"},
        {"type": "Master of Science", "university": "University of Betelgeuse"},
    ],
    "nationalities": ["British", "Betelgeusian"],
}


@pytest.mark.parametrize(
    ("pointer", "expected"),
    [
        (["name"], [("name",)]),
        (["address"], [("address",)]),
        (["address", "street_address"], [("address", "street_address")]),
        (["degrees", None, "type"], [("degrees", 0, "type"), ("degrees", 1, "type")]),
        (["nationalities", 1], [("nationalities", 1)]),
        (["nationalities", None], [("nationalities", 0), ("nationalities", 1)]),
    ],
)
def test_the_examples_of_section_7_3_select_what_they_say(
    pointer: list[JsonValue], expected: list[ClaimPath]
) -> None:
    """
    VP-42: names, indices and null select as in the standard's own examples.
    """
    assert expected == list(ClaimsPathPointer.parse(pointer).select(ARTHUR))


@pytest.mark.parametrize(
    "pointer",
    [
        ["missing"],
        ["nationalities", 2],
        ["name", "first"],
        ["name", 0],
        ["name", None],
        ["address", 0],
        ["address", None],
        ["degrees", "type"],
        ["degrees", None, 0],
    ],
)
def test_a_pointer_that_does_not_fit_selects_nothing(pointer: list[JsonValue]) -> None:
    """
    H49: null or an index on an object, a name on an array: nothing is selected, nothing raised.
    """
    assert ClaimsPathPointer.parse(pointer).select(ARTHUR) == ()


def test_one_wrong_element_spoils_the_whole_selection() -> None:
    """
    Section 7.1.1 aborts when any selected element is of the wrong kind, not just that element.
    """
    mixed: JsonObject = {"list": [{"a": 1}, "text"]}
    assert ClaimsPathPointer.parse(["list", None, "a"]).select(mixed) == ()


def test_an_element_without_the_name_is_only_left_out() -> None:
    """
    A missing key or index removes that element and keeps the others (section 7.1.1).
    """
    uneven: JsonObject = {"list": [{"a": 1}, {"b": 2}, {"a": 3}], "rows": [[1, 2], [3]]}
    names = ClaimsPathPointer.parse(["list", None, "a"])
    assert (Selected(("list", 0, "a"), 1), Selected(("list", 2, "a"), 3)) == names.resolve(uneven)
    assert (("rows", 0, 1),) == ClaimsPathPointer.parse(["rows", None, 1]).select(uneven)


def test_an_index_is_the_issuers() -> None:
    """
    RFC 9901 closes the gaps of an array: an index names the element issued there, or nothing.
    """
    claims: JsonObject = {"of": [{"a": ["x"]}, {"a": ["y"]}]}
    positions = Positions({("of",): (1, 3), ("of", 1, "a"): (2,)})

    def selected(*steps: JsonValue) -> tuple[ClaimPath, ...]:
        return ClaimsPathPointer.parse([*steps]).select(claims, positions)

    assert (("of", 0),) == selected("of", 1)
    assert (("of", 1, "a", 0),) == selected("of", 3, "a", 2)
    assert (("of", 0, "a", 0),) == selected("of", None, "a", 0)
    assert (("of", 1, "a", 0),) == selected("of", None, "a", 2)
    assert () == selected("of", 0)
    assert () == selected("of", 3, "a", 0)
    assert (("of", 0), ("of", 1)) == selected("of", None)


@pytest.mark.parametrize("name", ["__proto__", "constructor", "$ref", "__class__", "가족", "*"])
def test_unusual_names_are_plain_names(name: str) -> None:
    """
    H62: names that mean something to some language are plain data here.
    """
    assert ((name,),) == ClaimsPathPointer.parse([name]).select({name: 1})
    assert () == ClaimsPathPointer.parse([name]).select({})


@pytest.mark.parametrize(
    "value",
    [None, "name", {}, [], [""], [-1], [True], [1.0], [1.5], [["a"]], [{}], [MAX_INDEX + 1]],
)
def test_what_is_no_pointer_is_refused(value: JsonValue) -> None:
    """
    VP-35, VCI-77, H49: a pointer is a non-empty array of names, indices from 0 and nulls.
    """
    with pytest.raises(DcqlError) as caught:
        ClaimsPathPointer.parse(value)
    assert DcqlFailure.MALFORMED == caught.value.failure


def test_a_pointer_of_a_thousand_steps_is_refused() -> None:
    """
    H49: length is bounded, in both forms; the longest allowed is accepted.
    """
    longest: list[JsonValue] = ["a"] * MAX_STEPS
    assert longest == ClaimsPathPointer.parse(longest).as_list()
    with pytest.raises(DcqlError) as from_array:
        ClaimsPathPointer.parse(["a"] * 1000)
    with pytest.raises(DcqlError) as from_text:
        ClaimsPathPointer.parse_dotted(".".join(["a"] * (MAX_STEPS + 1)))
    assert DcqlFailure.LIMIT == from_array.value.failure == from_text.value.failure


def test_dotted_text_is_what_people_write() -> None:
    """
    ``members.*.name`` is a pointer through every member; digits are an index.
    """
    assert ("members", None, "name") == ClaimsPathPointer.parse_dotted("members.*.name").steps
    assert ("members", 0, "name") == ClaimsPathPointer.parse_dotted("members.0.name").steps
    assert "members.*.name" == ClaimsPathPointer(("members", None, "name")).dotted()


def test_a_backslash_makes_a_character_part_of_a_name() -> None:
    r"""
    Names with dots, digits and stars have a dotted form too: ``org\.iso``, ``\0``, ``\*``.
    """
    pointer = ClaimsPathPointer(("org.iso.18013", "0", "*", "a\\b", 7))
    assert r"org\.iso\.18013.\0.\*.a\\b.7" == pointer.dotted()
    assert pointer == ClaimsPathPointer.parse_dotted(pointer.dotted())


@pytest.mark.parametrize("text", ["", ".", "a.", ".a", "a..b", "a\\", "x" * 10_000])
def test_broken_dotted_text_is_refused(text: str) -> None:
    """
    Empty steps, a trailing backslash and endless text are no path.
    """
    with pytest.raises(DcqlError) as caught:
        ClaimsPathPointer.parse_dotted(text)
    assert DcqlFailure.MALFORMED == caught.value.failure


steps = st.lists(
    st.one_of(st.none(), st.integers(0, MAX_INDEX), st.text(min_size=1, max_size=6)),
    min_size=1,
    max_size=8,
)


@given(steps)
def test_every_pointer_survives_both_forms(pointer_steps: list[Step]) -> None:
    """
    Array and dotted text both give the same pointer back.
    """
    pointer = ClaimsPathPointer(tuple(pointer_steps))
    assert pointer == ClaimsPathPointer.parse(pointer.as_list())
    assert pointer == ClaimsPathPointer.parse_dotted(pointer.dotted())


@pytest.mark.parametrize(
    ("pointer", "claim", "expected"),
    [
        ("address", ("address", "city"), True),
        ("address.city", ("address",), True),
        ("address.city", ("address", "city"), True),
        ("address.city", ("address", "street"), False),
        ("members.*.name", ("members", 3, "name"), True),
        ("members.*.name", ("members", 3, "birth"), False),
        ("members.1", ("members", 0), False),
        ("*", ("name",), False),
    ],
)
def test_overlap_means_one_lies_within_the_other(
    pointer: str, claim: ClaimPath, *, expected: bool
) -> None:
    """
    Choosing ``address`` concerns the city in it, and choosing the city concerns the address.
    """
    assert expected is ClaimsPathPointer.parse_dotted(pointer).overlaps(claim)


@pytest.mark.parametrize(
    ("pointer", "asked", "expected"),
    [
        ("address", "address.city", True),
        ("address.city", "address", False),
        ("members.*.name", "members.3.name", True),
        ("members.*.name", "members.*.name", True),
        ("members.3.name", "members.*.name", False),
        ("members.*", "members.3.birth.year", True),
        ("*", "name", False),
    ],
)
def test_a_pointer_covers_what_lies_at_or_below_it(
    pointer: str, asked: str, *, expected: bool
) -> None:
    """
    Who may ask for every member may ask for the third, and not the other way about.
    """
    steps = ClaimsPathPointer.parse_dotted(asked).steps

    assert expected is ClaimsPathPointer.parse_dotted(pointer).covers(steps)
