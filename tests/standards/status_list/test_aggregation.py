"""The addresses of all lists of one provider (Token Status List section 9)."""

import pytest

from keys.strict_json import JsonValue
from standards.status_list.aggregation import aggregation, parse_aggregation
from standards.status_list.errors import StatusListError, StatusListFailure

URIS = ("https://issuer.example/status/0", "https://issuer.example/status/1")


def test_what_is_named_is_read_again() -> None:
    """
    Section 9.3: an array; further members are no reason to refuse, nor is none at all.
    """
    assert {"status_lists": [*URIS]} == aggregation(URIS)
    assert URIS == parse_aggregation({**aggregation(URIS), "more": 1})
    assert () == parse_aggregation({"status_lists": []})


@pytest.mark.parametrize(
    "value",
    [{}, [], None, {"status_lists": "https://a"}, {"status_lists": ["https://a", 1]}],
    ids=["nothing", "array", "null", "text", "number inside"],
)
def test_anything_else_is_malformed(value: JsonValue) -> None:
    """
    What does not name addresses is refused as such.
    """
    with pytest.raises(StatusListError) as caught:
        parse_aggregation(value)
    assert StatusListFailure.MALFORMED is caught.value.failure
