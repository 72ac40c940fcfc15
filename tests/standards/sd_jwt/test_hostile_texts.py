"""Hostile texts: forms, sizes, odd JSON, wrong signers (H30, H31, H34, H37, H61 to H69)."""

import time

import pytest

from keys import base64url, jws
from keys.signer import SoftwareSigner
from keys.strict_json import JsonObject
from keys.verification_key import Algorithm
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

_F = SdJwtFailure
NAME = disclosure("salt-1", "name", "Hong")


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
