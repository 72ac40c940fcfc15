"""Hostile SD-JWTs, each wrong in one way (RFC 9901 section 7.1; H21 to H31, H34, H37)."""

import time

import pytest

from keys import base64url, jws
from keys.signer import SoftwareSigner
from keys.strict_json import JsonObject, JsonValue
from keys.verification_key import Algorithm
from standards.sd_jwt.disclosure import HashAlgorithm, digest_of
from standards.sd_jwt.errors import SdJwtError, SdJwtFailure
from standards.sd_jwt.limits import MAX_DEPTH, MAX_DISCLOSURES, MAX_OCTETS
from standards.sd_jwt.parse import parse_issued_sd_jwt, parse_sd_jwt
from standards.sd_jwt.verify import verify_sd_jwt
from tests.standards.sd_jwt.making import (
    ISSUER,
    TYP,
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
    found = seen.disclosure_at(("name",))
    assert found is not None
    assert NAME == found.text
    assert "salt-1" == found.salt
    assert seen.disclosure_at(("open",)) is None


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


@pytest.mark.parametrize(
    ("text", "failure"),
    [
        pytest.param("", _F.MALFORMED, id="nothing"),
        pytest.param(signed({})[:-1], _F.MALFORMED, id="no last tilde"),
        pytest.param(signed({}) + "~", _F.MALFORMED, id="extra tilde"),
        pytest.param(signed({"_sd": ["x"]}, ["", NAME]), _F.MALFORMED, id="empty disclosure"),
        pytest.param("~" + signed({}), _F.ISSUER_JWT_REFUSED, id="tilde first"),
        pytest.param("~", _F.ISSUER_JWT_REFUSED, id="tilde alone"),
        pytest.param("a.b.c~", _F.ISSUER_JWT_REFUSED, id="no token"),
        pytest.param("\ud800.b.c~", _F.ISSUER_JWT_REFUSED, id="half a character"),
        pytest.param(signed({}, ["W10\x00"]), _F.DISCLOSURE_MALFORMED, id="control character"),
        pytest.param(signed({}, ["W10\n"]), _F.DISCLOSURE_MALFORMED, id="line feed"),
        pytest.param(signed({}, ["W_8"]), _F.DISCLOSURE_MALFORMED, id="invalid UTF-8"),
        pytest.param(signed({}, ["가나다"]), _F.DISCLOSURE_MALFORMED, id="not ASCII"),
    ],
)
def test_h30_a_text_of_another_form_is_refused(text: str, failure: SdJwtFailure) -> None:
    """H30: tildes are counted, disclosures are base64url of UTF-8 JSON."""
    assert_refused(text, failure)


def _recursive(depth: int) -> tuple[str, list[str]]:
    disclosures = [disclosure("salt", "a", 1)]
    for _ in range(depth - 1):
        disclosures.append(disclosure("salt", "a", {"_sd": [sha256(disclosures[-1])]}))
    return signed({"_sd": [sha256(disclosures[-1])]}, disclosures), disclosures


def test_h31_nesting_has_a_bottom() -> None:
    """H31: one level within the limit is read, one beyond is refused."""
    deepest, disclosures = _recursive(MAX_DEPTH + 1)
    too_deep, _ = _recursive(MAX_DEPTH + 2)

    assert len(disclosures) == len(verified(deepest).disclosed)
    assert_refused(too_deep, _F.TOO_LARGE)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(_recursive(500)[0], id="500 levels by disclosures"),
        pytest.param(signed({}, [NAME] * 10_000), id="10 000 disclosures"),
        pytest.param(signed({}, ["A" * MAX_OCTETS]), id="one giant disclosure"),
        pytest.param("~" * 1_000_000, id="a million tildes"),
    ],
)
def test_h31_what_is_too_large_is_refused_at_once(text: str) -> None:
    """H31: by limit, within 50 ms of this thread's time."""
    start = time.thread_time()

    assert_refused(text, _F.TOO_LARGE)

    assert time.thread_time() - start < 0.05


def test_limits_hold_at_n_and_at_n_plus_one() -> None:
    """R14: as many disclosures as allowed are read, one more is not."""
    many = [disclosure("salt", str(i), i) for i in range(MAX_DISCLOSURES)]
    payload: JsonObject = {"_sd": [sha256(text) for text in many]}

    assert MAX_DISCLOSURES == len(verified(signed(payload, many)).disclosed)
    assert_refused(signed(payload, [*many, NAME]), _F.TOO_LARGE)


def test_h31_a_digest_cannot_lead_back_to_itself() -> None:
    """H31: two disclosures that contain each other's digest would need a broken hash."""
    first = disclosure("salt", "a", {"_sd": ["digest of the second"]})
    second = disclosure("salt", "b", {"_sd": [sha256(first)]})

    assert_refused(signed({}, [first, second]), _F.DISCLOSURE_UNREFERENCED)


@pytest.mark.parametrize("text", ['{"payload":"e30"}', ' {"payload":', "{", "\n{}~"])
def test_h34_the_json_serialization_has_its_own_failure(text: str) -> None:
    """H34: we speak the compact form (HAIP 6.1) and say so."""
    assert_refused(text, _F.JSON_SERIALIZATION)


@pytest.mark.parametrize(
    ("payload", "claims"),
    [
        pytest.param({"_sd": ["decoy"]}, {}, id="decoys only"),
        pytest.param({"a": {"_sd": ["decoy"]}}, {"a": {}}, id="an empty object"),
        pytest.param({"of": [{"...": "x"}, {"...": "y"}]}, {"of": []}, id="all elements hidden"),
        pytest.param({"_sd": []}, {}, id="no digest at all"),
        pytest.param({}, {}, id="nothing"),
    ],
)
def test_h37_what_stays_hidden_is_no_error(payload: JsonObject, claims: JsonObject) -> None:
    """H37 (+): decoys, empty objects and empty arrays are fine."""
    assert claims == verified(signed(payload)).claims


@pytest.mark.parametrize("name", ["__proto__", "constructor", "$ref", "__class__", "", "a.b", "0"])
def test_h62_odd_claim_names_are_plain_claims(name: str) -> None:
    """H62: a name is a name."""
    text = disclosure("salt", name, 1)

    assert {name: 1} == verified(signed({"_sd": [sha256(text)]}, [text])).claims


@pytest.mark.parametrize(
    "octets",
    [
        b'["s","n",{"a":1,"a":2}]',
        b'["s","n",NaN]',
        b'["s","n",1e400]',
        b'["s","\xed\xa0\x80",1]',
        b'["s","\\ud800",1]',
        b'\xef\xbb\xbf["s","n",1]',
        b'["s","n",1] x',
        b'["s","n",' + b"[" * 100 + b"]" * 100 + b"]",
    ],
)
def test_h61_h63_a_disclosure_is_read_by_the_one_strict_reader(octets: bytes) -> None:
    """H61, H63: names twice, odd numbers, half characters, a byte order mark, rubbish after."""
    assert_refused(signed({}, [base64url.encode(octets)]), _F.DISCLOSURE_MALFORMED)


def test_h69_numbers_are_kept_as_they_were_signed() -> None:
    """H69: integers beyond 2^53 and 2^64 stay exact, 1 and 1.0 stay two things."""
    text = disclosure("salt", "n", [2**53 + 1, 2**70, 1, 1.0, -0.0, True])

    seen = verified(signed({"_sd": [sha256(text)]}, [text])).claims["n"]

    assert "[9007199254740993, 1180591620717411303424, 1, 1.0, -0.0, True]" == str(seen)


def test_another_issuers_signature_is_refused() -> None:
    """The key decides who signed (7.1 step 2)."""
    stranger = SoftwareSigner.generate().public.verification_key()

    with pytest.raises(SdJwtError) as caught:
        verify_sd_jwt(parse_sd_jwt(signed({})), stranger, expected_typ=frozenset({TYP}))

    assert _F.ISSUER_SIGNATURE_INVALID == caught.value.failure


def test_a_key_of_another_algorithm_is_refused() -> None:
    """The token's word about its algorithm counts for nothing (step 2.1)."""
    stranger = SoftwareSigner.generate(Algorithm.ED25519).public.verification_key()

    with pytest.raises(SdJwtError) as caught:
        verify_sd_jwt(parse_sd_jwt(signed({})), stranger, expected_typ=frozenset({TYP}))

    assert _F.ISSUER_JWT_REFUSED == caught.value.failure


def test_a_payload_that_is_no_object_is_refused() -> None:
    """Signed, but not claims."""
    assert_refused(jws.sign({"typ": TYP}, b"[]", ISSUER) + "~", _F.ISSUER_JWT_REFUSED)


@pytest.mark.parametrize("typ", ["JWT", "kb+jwt", "Example+sd-jwt", ""])
def test_a_token_of_another_type_is_refused(typ: str) -> None:
    """Types are compared letter for letter (RFC 8725 section 3.11)."""
    assert_refused(signed({}, typ=typ), _F.WRONG_TYP)


def test_an_issued_credential_carries_no_key_binding() -> None:
    """A presentation is not taken for a credential (7.2); without one it is taken."""
    text = signed({})

    assert parse_issued_sd_jwt(text).kb_jwt is None
    with pytest.raises(SdJwtError) as caught:
        parse_issued_sd_jwt(text + "a.b.c")
    assert _F.KEY_BINDING_UNEXPECTED == caught.value.failure
