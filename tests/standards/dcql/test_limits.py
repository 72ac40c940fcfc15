"""Queries larger than anyone needs (H49)."""

import pytest

from keys.strict_json import JsonObject, JsonValue
from standards.dcql import limits
from standards.dcql.errors import DcqlError, DcqlFailure
from standards.dcql.matching import MAX_OFFERED, match, options
from standards.dcql.query import parse_query
from tests.standards.dcql.asking import credential, held, path, query


def _claims(count: int) -> list[JsonValue]:
    return [{"id": f"c{i}", "path": [f"c{i}"]} for i in range(count)]


def _ids(count: int) -> list[JsonValue]:
    return [f"q{i}" for i in range(count)]


def _credentials(count: int, **members: JsonValue) -> list[JsonValue]:
    return [credential(f"q{i}", **members) for i in range(count)]


TOO_LARGE: dict[str, JsonObject] = {
    "1000 credentials": {"credentials": _credentials(1000)},
    "too many claims": {"credentials": [credential(claims=_claims(limits.MAX_CLAIMS + 1))]},
    "too many claims in all": {"credentials": _credentials(32, claims=_claims(40))},
    "1000 claim sets": {
        "credentials": [credential(claims=_claims(1), claim_sets=[["c0"]] * 1000)]
    },
    "too many ids in claim sets": {
        "credentials": [credential(claims=_claims(64), claim_sets=[["c0"] * 40] * 64)]
    },
    "too many values": {
        "credentials": [credential(claims=[{"path": ["a"], "values": [1] * 257}])]
    },
    "too many types": {"credentials": [credential(meta={"vct_values": ["x"] * 65})]},
    "too many authorities": {
        "credentials": [credential(trusted_authorities=[{"type": "aki", "values": ["AAAA"]}] * 65)]
    },
    "too many values of an authority": {
        "credentials": [
            credential(trusted_authorities=[{"type": "aki", "values": ["AAAA"] * 257}])
        ]
    },
    "too many sets": {
        "credentials": _credentials(1),
        "credential_sets": [{"options": [["q0"]]}] * 17,
    },
    "too many options": {
        "credentials": _credentials(1),
        "credential_sets": [{"options": [["q0"]] * 65}],
    },
    "too many ids in an option": {
        "credentials": _credentials(1),
        "credential_sets": [{"options": [["q0"] * 33]}],
    },
    "a path of 1000 steps": {"credentials": [credential(claims=[path(*["a"] * 1000)])]},
}


@pytest.mark.parametrize("name", TOO_LARGE)
def test_a_query_beyond_a_limit_is_refused(name: str) -> None:
    """
    H49: each dimension has a limit, told apart from a malformed query.
    """
    with pytest.raises(DcqlError) as caught:
        parse_query(TOO_LARGE[name])
    assert DcqlFailure.LIMIT == caught.value.failure


def test_a_product_of_2_to_the_40_is_not_explored() -> None:
    """
    H49: options multiply; the first are offered in the verifier's order, the rest never made.
    """
    several = query(
        *[credential(f"q{i}") for i in range(32)],
        credential_sets=[
            {"options": [[f"q{2 * i}"], [f"q{2 * i + 1}"], [f"q{2 * i}", f"q{2 * i + 1}"]]}
            for i in range(16)
        ],
    )
    offered = options(several, match(several, [held()]))
    assert MAX_OFFERED == len(offered)
    assert tuple(f"q{2 * i}" for i in range(16)) == offered[0].query_ids


def test_many_equal_options_are_one() -> None:
    """
    H49: options that differ in nothing do not crowd out those that do.
    """
    equal: JsonObject = {"options": [["a"]] * 64, "required": False}
    several = query(
        credential("a"), credential("b"), credential_sets=[*[equal] * 15, {"options": [["b"]]}]
    )
    offered = options(several, match(several, [held()]))
    assert {("b",), ("a", "b")} == {option.query_ids for option in offered}


class Counted(dict[str, JsonValue]):
    """Claims that count how often someone looks for one."""

    looks = 0

    def __contains__(self, name: object) -> bool:
        Counted.looks += 1
        return super().__contains__(name)


def test_each_claim_is_looked_for_once_in_each_credential() -> None:
    """
    H49: work grows with claims times credentials; claim sets that repeat them add no look.
    """
    sets: list[JsonValue] = [["c0"] * 16] * 8
    largest = query(*[credential(f"q{i}", claims=_claims(64), claim_sets=sets) for i in range(16)])
    cards = [held(Counted({f"c{i}": i for i in range(64)}), name=f"card{n}") for n in range(5)]
    matches = match(largest, cards)
    assert 5 * 8 == len(matches.of("q0"))
    assert 16 * 64 * 5 == Counted.looks
