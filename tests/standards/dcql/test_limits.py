"""Queries larger than anyone needs (H49)."""

from collections.abc import Callable, Sequence

import pytest

from keys.strict_json import JsonObject, JsonValue
from standards.dcql import limits
from standards.dcql.candidates import CandidateCredential
from standards.dcql.effort import MAX_EFFORT, Effort
from standards.dcql.errors import DcqlError, DcqlFailure
from standards.dcql.matching import match
from standards.dcql.options import MAX_OFFERED, options
from standards.dcql.paths import MAX_STEPS
from standards.dcql.query import DcqlQuery, parse_query
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


@pytest.mark.parametrize(
    ("sets", "looks"), [([["c0"] * 16] * 8, 5), ([], 5 * 64)], ids=["claim sets", "none"]
)
def test_each_claim_is_looked_for_once_in_each_credential(
    sets: list[JsonValue], looks: int
) -> None:
    """
    H49: work grows with claims times credentials; neither claim sets nor credential queries that
    repeat a claim add a look, and a claim that no set names is not looked for.
    """
    members: JsonObject = {"claims": _claims(64)}
    if sets:
        members["claim_sets"] = sets
    largest = query(*[credential(f"q{i}", **members) for i in range(16)])
    cards = [held(Counted({f"c{i}": i for i in range(64)}), name=f"card{n}") for n in range(5)]
    Counted.looks = 0
    matches = match(largest, cards)
    assert 5 * max(1, len(sets)) == len(matches.of("q0"))
    assert looks == Counted.looks


def _values(count: int) -> JsonValue:
    return [{"path": ["a"], "values": [*range(count)]}]


def _authority(count: int) -> JsonValue:
    return [{"type": "aki", "values": ["AAAA"] * count}]


AT_THE_LIMIT: dict[str, Callable[[int], JsonObject]] = {
    "credentials": lambda more: {"credentials": _credentials(limits.MAX_CREDENTIALS + more)},
    "claims": lambda more: {"credentials": [credential(claims=_claims(limits.MAX_CLAIMS + more))]},
    "claims in all": lambda more: {
        "credentials": [
            credential("a", claims=_claims(limits.MAX_CLAIMS // 2)),
            credential("b", claims=_claims(limits.MAX_CLAIMS // 2 + more)),
        ]
    },
    "claim sets": lambda more: {
        "credentials": [
            credential(claims=_claims(1), claim_sets=[["c0"]] * (limits.MAX_CLAIM_SETS + more))
        ]
    },
    "ids in claim sets": lambda more: {
        "credentials": [
            credential(
                claims=_claims(1),
                claim_sets=[["c0"] * (limits.MAX_CLAIM_SET_IDS - 1 + more), ["c0"]],
            )
        ]
    },
    "values": lambda more: {"credentials": [credential(claims=_values(limits.MAX_VALUES + more))]},
    "types": lambda more: {
        "credentials": [credential(meta={"vct_values": ["x"] * (limits.MAX_TYPES + more)})]
    },
    "authorities": lambda more: {
        "credentials": [
            credential(
                trusted_authorities=[{"type": "aki", "values": ["AAAA"]}]
                * (limits.MAX_AUTHORITIES + more)
            )
        ]
    },
    "values of an authority": lambda more: {
        "credentials": [credential(trusted_authorities=_authority(limits.MAX_VALUES + more))]
    },
    "credential sets": lambda more: {
        "credentials": _credentials(1),
        "credential_sets": [{"options": [["q0"]]}] * (limits.MAX_CREDENTIAL_SETS + more),
    },
    "options": lambda more: {
        "credentials": _credentials(1),
        "credential_sets": [{"options": [["q0"]] * (limits.MAX_OPTIONS + more)}],
    },
    "ids in an option": lambda more: {
        "credentials": _credentials(1),
        "credential_sets": [{"options": [["q0"] * (limits.MAX_CREDENTIALS + more)]}],
    },
    "steps of a path": lambda more: {
        "credentials": [credential(claims=[path(*["a"] * (MAX_STEPS + more))])]
    },
    "letters of an id": lambda more: {"credentials": [credential("x" * (128 + more))]},
}


@pytest.mark.parametrize("name", AT_THE_LIMIT)
def test_a_limit_counts_to_the_last(name: str) -> None:
    """
    H49: exactly as many as allowed are read, one more is not.
    """
    at_limit = AT_THE_LIMIT[name]
    parse_query(at_limit(0))
    with pytest.raises(DcqlError):
        parse_query(at_limit(1))


def _steps(asked: DcqlQuery, wallet: Sequence[CandidateCredential]) -> int:
    effort = Effort()
    match(asked, wallet, effort)
    return effort.spent


@pytest.mark.parametrize("grown", ["credentials held", "credential queries", "claims", "elements"])
def test_work_grows_no_faster_than_what_is_asked_and_held(grown: str) -> None:
    """
    H49: twice as much of any one thing is at most twice as many steps, counted and not timed.
    """
    least = {"credentials held": 4, "credential queries": 3, "claims": 5, "elements": 20}

    def steps(factor: int) -> int:
        size = least | {grown: least[grown] * factor}
        claims: list[JsonValue] = [
            {"path": ["list", None, "x", place]} for place in [None, *range(size["claims"] - 1)]
        ]
        asked = query(
            *[credential(f"q{i}", claims=claims) for i in range(size["credential queries"])]
        )
        card: JsonObject = {"list": [{"x": [*range(30)]}] * size["elements"]}
        return _steps(asked, [held(card, f"c{n}") for n in range(size["credentials held"])])

    once = steps(1)
    assert once < steps(2) <= 2 * once + 64
    assert steps(4) <= 4 * once + 256


def test_the_worst_that_fits_in_every_limit_is_stopped() -> None:
    """
    H49: as many claims as may be, each through a large array of each of many credentials: the
    steps are counted, and the query is refused at the last step allowed and not one later.
    """
    every: list[JsonValue] = [
        {"id": f"c{i}", "path": ["list", None, "x", None], "values": [i]} for i in range(1024)
    ]
    worst = query(credential(claims=every, claim_sets=[["c1023"]] * 64))
    wallet = [held({"list": [{"x": [*range(1024)]}] * 2}, f"c{n}") for n in range(1000)]
    needed = _steps(worst, wallet[:1])

    match(worst, wallet[:1], Effort(needed))
    with pytest.raises(DcqlError) as caught:
        match(worst, wallet[:1], Effort(needed - 1))
    assert DcqlFailure.LIMIT == caught.value.failure
    with pytest.raises(DcqlError) as caught:
        match(worst, wallet)
    assert DcqlFailure.LIMIT == caught.value.failure


def test_a_thousand_like_certificates_are_far_from_the_bound() -> None:
    """
    What people may really hold is matched: a thousand, against twenty queries of three claims.
    """
    asked = query(
        *[credential(f"q{i}", claims=[path("a"), path("b", "c"), path("d")]) for i in range(20)]
    )
    wallet = [held({"a": 1, "b": {"c": 2}, "d": 3}, f"c{n}") for n in range(1000)]

    assert _steps(asked, wallet) < MAX_EFFORT // 10
