"""Hostile digests and disclosures, each wrong in one way (RFC 9901 section 7.1; H21 to H28)."""

import pytest

from keys.strict_json import JsonObject, JsonValue
from standards.positions import UNMOVED, Positions
from standards.sd_jwt.disclosure import HashAlgorithm, digest_of
from standards.sd_jwt.errors import SdJwtFailure
from tests.standards.sd_jwt.making import (
    assert_refused,
    disclosure,
    sha256,
    signed,
    verified,
)

NAME = disclosure("salt-1", "name", "Hong")
CITY = disclosure("salt-2", "city", "Seoul")
ELEMENT = disclosure("salt-3", "KR")


def test_a_disclosed_claim_stands_where_its_digest_stood() -> None:
    """What is disclosed appears, what is not stays away, and the carriers are gone."""
    payload: JsonObject = {"_sd": [sha256(NAME), sha256(CITY)], "_sd_alg": "sha-256", "open": 1}

    seen = verified(signed(payload, [NAME]))

    assert {"open": 1, "name": "Hong"} == seen.claims
    assert (("name",),) == seen.disclosed_paths
    [found] = [disclosed.disclosure for disclosed in seen.disclosed]
    assert (NAME, "salt-1") == (found.text, found.salt)


def test_disclosures_within_disclosures_are_put_in_place() -> None:
    """Recursive disclosure (4.2.6): the child's digest is inside the parent's value."""
    address = disclosure("salt-4", "address", {"_sd": [sha256(CITY)], "country": "KR"})

    seen = verified(signed({"_sd": [sha256(address)]}, [CITY, address]))

    assert {"address": {"country": "KR", "city": "Seoul"}} == seen.claims
    assert (("address", "city"), ("address",)) == seen.disclosed_paths


def test_an_array_element_takes_the_place_it_has_among_those_shown() -> None:
    """Paths count what is there after undisclosed elements are gone."""
    elements: list[JsonValue] = [{"...": "hidden"}, {"...": sha256(ELEMENT)}]
    payload: JsonObject = {"of": [*elements, "JP", [], {"a": []}]}

    seen = verified(signed(payload, [ELEMENT]))

    assert {"of": ["KR", "JP", [], {"a": []}]} == seen.claims
    assert (("of", 0),) == seen.disclosed_paths
    assert Positions({("of",): (1, 2, 3, 4)}) == seen.positions


def test_the_positions_of_elements_left_are_kept_at_every_depth() -> None:
    """4.2.4.2: an element stands where its claim does, in a disclosed array and in an open one."""
    inner = disclosure("salt-5", [{"...": "within"}, {"...": sha256(ELEMENT)}])
    outer: list[JsonValue] = [{"...": "hidden"}, 0, {"...": sha256(inner)}]

    seen = verified(signed({"of": outer, "none": [{"...": "gone"}]}, [ELEMENT, inner]))

    assert {"of": [0, ["KR"]], "none": []} == seen.claims
    kept = {("of",): (1, 2), ("of", 1): (1,), ("none",): ()}
    assert Positions(kept) == seen.positions
    assert (("of", 2, 1), ("of", 2)) == tuple(map(seen.positions.issued, seen.disclosed_paths))


def test_where_nothing_is_hidden_in_arrays_nothing_is_kept() -> None:
    """The common case costs nothing: hidden members move no element."""
    payload: JsonObject = {"_sd": ["hidden"], "of": [{"...": sha256(ELEMENT)}, "JP", []]}

    assert verified(signed(payload, [ELEMENT])).positions is UNMOVED


def test_h21_a_disclosure_nobody_asked_for_is_refused() -> None:
    """H21: no digest references it, so nobody signed it."""
    assert_refused(signed({"_sd": [sha256(NAME)]}, [NAME, CITY]), _F.DISCLOSURE_UNREFERENCED)


def test_h21_a_child_without_its_parent_is_refused() -> None:
    """H21: its digest is only inside a disclosure that was left out."""
    address = disclosure("salt-4", "address", {"_sd": [sha256(CITY)]})

    assert_refused(signed({"_sd": [sha256(address)]}, [CITY]), _F.DISCLOSURE_UNREFERENCED)


_F = SdJwtFailure
_TWICE = disclosure("salt-5", "inner", {"_sd": [sha256(NAME)]})


@pytest.mark.parametrize(
    ("payload", "disclosures"),
    [
        pytest.param({"_sd": [sha256(NAME)]}, [NAME, NAME], id="disclosure twice"),
        pytest.param({"_sd": [sha256(NAME)] * 2}, [NAME], id="twice in one array"),
        pytest.param({"_sd": ["decoy", "decoy"]}, [], id="a decoy twice"),
        pytest.param({"_sd": ["decoy"], "a": {"_sd": ["decoy"]}}, [], id="across levels"),
        pytest.param({"_sd": ["x"], "a": [{"...": "x"}]}, [], id="object and array"),
        pytest.param(
            {"_sd": [sha256(NAME), sha256(_TWICE)]}, [NAME, _TWICE], id="payload and disclosure"
        ),
    ],
)
def test_h22_a_digest_met_twice_is_refused(payload: JsonObject, disclosures: list[str]) -> None:
    """H22: wherever the second one stands."""
    assert_refused(signed(payload, disclosures), _F.DIGEST_REPEATED)


@pytest.mark.parametrize(
    "parts",
    [[], ["s"], ["s", "n", 1, 2], [1, "n", 1], [None, 1], ["s", 5, 1], ["s", None, 1], [["s"], 1]],
)
def test_h23_h24_a_disclosure_of_another_form_is_refused(parts: list[JsonValue]) -> None:
    """H23, H24: two or three elements, salt and name are strings."""
    text = disclosure(*parts)

    assert_refused(signed({"_sd": [sha256(text)]}, [text]), _F.DISCLOSURE_MALFORMED)


@pytest.mark.parametrize("text", ["bnVsbA", "e30", "IlNhbHQi", "W10K=", "W1", "not base64!", "é"])
def test_h30_a_disclosure_that_is_no_json_array_is_refused(text: str) -> None:
    """H30: null, an object, a string, padding, broken base64url, other characters."""
    assert_refused(signed({}, [text]), _F.DISCLOSURE_MALFORMED)


def test_h23_an_array_element_where_a_member_belongs_is_refused() -> None:
    """H23: two elements in object position."""
    assert_refused(signed({"_sd": [sha256(ELEMENT)]}, [ELEMENT]), _F.DISCLOSURE_MISPLACED)


def test_h23_a_member_where_an_array_element_belongs_is_refused() -> None:
    """H23: three elements in array position."""
    payload: JsonObject = {"of": [{"...": sha256(NAME)}]}

    assert_refused(signed(payload, [NAME]), _F.DISCLOSURE_MISPLACED)


@pytest.mark.parametrize("name", ["_sd", "..."])
def test_h25_a_disclosed_claim_named_like_a_carrier_is_refused(name: str) -> None:
    """H25: it would be read as digests."""
    text = disclosure("salt", name, ["x"])

    assert_refused(signed({"_sd": [sha256(text)]}, [text]), _F.CLAIM_NAME_RESERVED)


@pytest.mark.parametrize(
    "payload", [{"...": "x"}, {"a": {"...": "x"}}, {"a": [[{"b": {"...": 1}}]]}]
)
def test_h25_a_placeholder_outside_an_array_is_refused(payload: JsonObject) -> None:
    """H25: `...` means something in arrays only."""
    assert_refused(signed(payload), _F.CLAIM_NAME_RESERVED)


def test_h25_a_disclosed_element_that_is_a_placeholder_itself_is_refused() -> None:
    """H25: the value of an array element cannot be another placeholder."""
    inner = disclosure("salt", {"...": "x"})

    assert_refused(signed({"of": [{"...": sha256(inner)}]}, [inner]), _F.CLAIM_NAME_RESERVED)


def test_h26_a_disclosed_claim_may_not_overwrite_an_open_one() -> None:
    """H26: the open sibling was signed for everybody to read."""
    payload: JsonObject = {"name": "Hong", "_sd": [sha256(NAME)]}

    assert_refused(signed(payload, [NAME]), _F.CLAIM_NAME_TAKEN)


def test_h26_two_disclosures_may_not_claim_one_name() -> None:
    """H26: whichever came last would win."""
    other = disclosure("salt-9", "name", "Kim")
    payload: JsonObject = {"_sd": [sha256(NAME), sha256(other)]}

    assert_refused(signed(payload, [NAME, other]), _F.CLAIM_NAME_TAKEN)


@pytest.mark.parametrize(
    "payload",
    [
        {"_sd": "digest"},
        {"_sd": {"a": 1}},
        {"_sd": None},
        {"_sd": ["digest", 5]},
        {"_sd": [["digest"]]},
        {"of": [{"...": 5}]},
        {"of": [{"...": ["x"]}]},
        {"of": [{"...": "x", "y": 1}]},
        {"of": [{"...": "x", "_sd": []}]},
    ],
)
def test_h27_a_digest_carrier_of_another_form_is_refused(payload: JsonObject) -> None:
    """H27: an array of strings, or an object with the one member `...`."""
    assert_refused(signed(payload), _F.DIGEST_MALFORMED)


@pytest.mark.parametrize(
    "name", ["md5", "sha-1", "SHA-256", "sha256", "", 256, None, ["sha-256"], {"a": 1}, True]
)
def test_h28_an_unknown_hash_is_refused(name: JsonValue) -> None:
    """H28: names are compared letter for letter; null is not absence."""
    assert_refused(signed({"_sd_alg": name}), _F.HASH_ALGORITHM_REFUSED)


def test_h28_a_hash_named_below_the_top_level_is_refused() -> None:
    """H28: in a nested object, or brought in by a disclosure."""
    text = disclosure("salt", "_sd_alg", "sha-512")

    assert_refused(signed({"a": {"_sd_alg": "sha-256"}}), _F.HASH_ALGORITHM_REFUSED)
    assert_refused(signed({"_sd": [sha256(text)]}, [text]), _F.HASH_ALGORITHM_REFUSED)


@pytest.mark.parametrize("algorithm", HashAlgorithm)
def test_h28_every_hash_we_name_works(algorithm: HashAlgorithm) -> None:
    """H28 (+): sha-256 is the default, its longer kin are accepted by name."""
    payload: JsonObject = {"_sd": [digest_of(NAME, algorithm)], "_sd_alg": algorithm.value}

    seen = verified(signed(payload, [NAME]))

    assert {"name": "Hong"} == seen.claims
    assert algorithm is seen.sd_alg


def test_h28_the_default_hash_is_sha_256() -> None:
    """H28 (+): absent means sha-256."""
    assert {"name": "Hong"} == verified(signed({"_sd": [sha256(NAME)]}, [NAME])).claims
