"""The members of a map are of the type a standard says, or refused with its own error."""

from collections.abc import Callable

import pytest

from standards.cbor.members import members
from standards.cbor.value import CborMap, Tagged

VALUE: CborMap = {
    "text": "가",
    "octets": b"\1",
    "array": [0],
    "count": 0,
    "map": {1: "a"},
    "item": Tagged(24, b"\xa0", b"\xd8\x18\x41\xa0"),
    7: True,
}
READER = members(VALUE, "a map", ValueError)


def test_each_kind_is_read() -> None:
    """
    A member of the right type is handed on as it is.
    """
    assert "가" == READER.text("text")
    assert b"\1" == READER.octets("octets")
    assert [0] == READER.array("array")
    assert 0 == READER.count("count")
    assert "a" == READER.members("map").text(1)
    assert (VALUE["item"], b"\xa0") == READER.embedded("item")
    assert READER.any(7) is True
    assert READER.has(7)
    assert not READER.has(8)
    READER.only(*VALUE)


WRONG: dict[str, Callable[[], object]] = {
    "no map": lambda: members([], "a map", ValueError),
    "absent": lambda: READER.any("absent"),
    "no text where one is needed": lambda: READER.text("absent"),
    "octets for a text": lambda: READER.text("octets"),
    "an empty text": lambda: members({"text": ""}, "a map", ValueError).text("text"),
    "a text for octets": lambda: READER.octets("text"),
    "a text for an array": lambda: READER.array("text"),
    "an empty array": lambda: members({0: []}, "a map", ValueError).array(0),
    "a text for a number": lambda: READER.count("text"),
    "true for a number": lambda: READER.count(7),
    "a negative number": lambda: members({0: -1}, "a map", ValueError).count(0),
    "a text for a map": lambda: READER.members("text"),
    "octets for an item": lambda: READER.embedded("octets"),
    "another tag": lambda: members({0: Tagged(1, b"")}, "a map", ValueError).embedded(0),
    "a text embedded": lambda: members({0: Tagged(24, "")}, "a map", ValueError).embedded(0),
    "a member too many": lambda: READER.only("text"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_of_another_type_is_refused(name: str) -> None:
    """
    With the error of the standard that reads, naming the place.
    """
    with pytest.raises(ValueError, match="a map"):
        WRONG[name]()
