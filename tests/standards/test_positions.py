"""Which array element is which, once others are gone (RFC 9901 4.2.4.2, 7.1)."""

import pytest

from keys.json_value import JsonObject
from standards.positions import UNMOVED, ClaimPath, Positions, leaves

SECOND_AND_FOURTH = Positions({("of",): (1, 3), ("of", 1, "in"): (2,), ("none",): ()})


@pytest.mark.parametrize(
    ("array", "position", "expected"),
    [
        (("of",), 0, None),
        (("of",), 1, 0),
        (("of",), 2, None),
        (("of",), 3, 1),
        (("of",), 4, None),
        (("of", 1, "in"), 0, None),
        (("of", 1, "in"), 2, 0),
        (("none",), 0, None),
        (("whole",), 0, 0),
        (("whole",), 1, 1),
        (("whole",), 2, None),
    ],
)
def test_an_element_is_found_by_the_issuers_position(
    array: ClaimPath, position: int, expected: int | None
) -> None:
    """An array that lost nothing is counted as it is; a hidden element is not found."""
    assert expected == SECOND_AND_FOURTH.shown_at(array, position, 2)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ((), ()),
        (("name",), ("name",)),
        (("of",), ("of",)),
        (("of", 0), ("of", 1)),
        (("of", 1, "in", 0, 5), ("of", 3, "in", 2, 5)),
        (("whole", 1, "in", 0), ("whole", 1, "in", 0)),
    ],
)
def test_a_path_is_named_with_the_issuers_positions(path: ClaimPath, expected: ClaimPath) -> None:
    """At every depth, and only where an array lost elements."""
    assert expected == SECOND_AND_FOURTH.issued(path)
    assert path == UNMOVED.issued(path)


def test_leaves_are_the_values_that_hold_no_other() -> None:
    """
    In document order, each with its path; an empty object or array holds nothing, and is one.
    """
    claims: JsonObject = {"a": {"b": 1, "c": [True, {"d": None}]}, "e": {}, "f": [], "g": ""}

    assert [
        (("a", "b"), 1),
        (("a", "c", 0), True),
        (("a", "c", 1, "d"), None),
        (("e",), {}),
        (("f",), []),
        (("g",), ""),
    ] == list(leaves(claims))
