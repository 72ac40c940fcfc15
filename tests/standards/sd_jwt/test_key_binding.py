"""Key binding: for this verifier, this request, these disclosures, now (section 7.3; H8, H32)."""

from collections.abc import Mapping
from datetime import timedelta

import pytest

from keys import jws, strict_json
from keys.signer import SoftwareSigner
from keys.strict_json import JsonObject, JsonValue
from keys.verification_key import Algorithm
from standards.sd_jwt.disclosure import HashAlgorithm, digest_of
from standards.sd_jwt.errors import SdJwtError, SdJwtFailure
from standards.sd_jwt.key_binding import (
    KeyBinding,
    attach_key_binding,
    bind,
    kb_signing_input,
    verify_key_binding,
)
from tests.standards.sd_jwt.making import (
    HOLDER,
    ISSUER,
    NOW,
    disclosure,
    sha256,
    signed,
    twin,
    verified,
)

AUDIENCE = "x509_hash:abc"
NONCE = "n-1"
FIRST, SECOND = disclosure("s1", "a", 1), disclosure("s2", "b", 2)
SHOWN = signed({"_sd": [sha256(FIRST), sha256(SECOND)]}, [FIRST, SECOND])
SKEW = timedelta(seconds=60)
MAX_AGE = timedelta(minutes=5)


def check(text: str, *, seconds: int = 0) -> KeyBinding:
    """Verify key binding as the verifier who asked, some seconds after it was made."""
    return verify_key_binding(
        verified(text),
        HOLDER.public,
        expected_audience=AUDIENCE,
        expected_nonce=NONCE,
        now=NOW + timedelta(seconds=seconds),
        max_age=MAX_AGE,
    )


def bound(presentation: str = SHOWN, changes: Mapping[str, JsonValue] = {}) -> str:
    """Return an SD-JWT+KB with some claims of its KB-JWT changed; None leaves a claim out."""
    claims: JsonObject = {
        "iat": int(NOW.timestamp()),
        "aud": AUDIENCE,
        "nonce": NONCE,
        "sd_hash": sha256(presentation),
        **changes,
    }
    kept: JsonObject = {name: value for name, value in claims.items() if value is not None}
    return presentation + jws.sign({"typ": "kb+jwt"}, strict_json.dumps(kept), HOLDER)


def assert_not_bound(text: str, failure: SdJwtFailure, *, seconds: int = 0) -> None:
    """Check that the SD-JWT itself is fine and its key binding is refused for this reason."""
    with pytest.raises(SdJwtError) as caught:
        check(text, seconds=seconds)
    assert failure == caught.value.failure


def test_the_verifier_learns_what_the_holder_signed() -> None:
    """Time, audience, nonce and hash come back, with the octets that were signed."""
    text = bind(SHOWN, signer=HOLDER, audience=AUDIENCE, nonce=NONCE, now=NOW)

    binding = check(text)

    assert NOW == binding.issued_at
    assert AUDIENCE == binding.audience
    assert NONCE == binding.nonce
    assert sha256(SHOWN) == binding.sd_hash
    assert text.rpartition("~")[2].rpartition(".")[0].encode() == binding.signed


def test_a_key_elsewhere_signs_the_same_octets() -> None:
    """The holder's device signs what is given to it; the wallet attaches the signature."""
    octets = kb_signing_input(
        SHOWN, algorithm=Algorithm.ES256, audience=AUDIENCE, nonce=NONCE, now=NOW
    )

    text = attach_key_binding(SHOWN, octets, HOLDER.sign(octets))

    assert octets == check(text).signed


def test_the_hash_is_the_credentials_own() -> None:
    """`_sd_alg` sha-512: then `sd_hash` is sha-512 too (section 4.3.1)."""
    algorithm = HashAlgorithm.SHA_512
    shown = signed({"_sd": [digest_of(FIRST, algorithm)], "_sd_alg": "sha-512"}, [FIRST])

    text = bind(shown, signer=HOLDER, audience=AUDIENCE, nonce=NONCE, now=NOW, sd_alg=algorithm)

    assert digest_of(shown, algorithm) == check(text).sd_hash


def test_only_a_presentation_can_be_bound() -> None:
    """A text that already ends in a KB-JWT is the caller's mistake."""
    with pytest.raises(ValueError, match="ends in ~"):
        bind(bound(), signer=HOLDER, audience=AUDIENCE, nonce=NONCE, now=NOW)


def test_h32_no_key_binding_where_it_is_expected() -> None:
    """H32: policy asks for it, the holder's leaving it out decides nothing."""
    assert_not_bound(SHOWN, SdJwtFailure.KEY_BINDING_MISSING)


@pytest.mark.parametrize(
    ("changes", "failure"),
    [
        ({"sd_hash": sha256("another")}, SdJwtFailure.WRONG_SD_HASH),
        ({"sd_hash": None}, SdJwtFailure.KEY_BINDING_REFUSED),
        ({"sd_hash": 5}, SdJwtFailure.KEY_BINDING_REFUSED),
        ({"nonce": "n-2"}, SdJwtFailure.WRONG_NONCE),
        ({"nonce": ""}, SdJwtFailure.WRONG_NONCE),
        ({"nonce": None}, SdJwtFailure.KEY_BINDING_REFUSED),
        ({"nonce": ["n-1"]}, SdJwtFailure.KEY_BINDING_REFUSED),
        ({"aud": "x509_hash:abcd"}, SdJwtFailure.WRONG_AUDIENCE),
        ({"aud": "x509_hash:ab"}, SdJwtFailure.WRONG_AUDIENCE),
        ({"aud": "X509_HASH:ABC"}, SdJwtFailure.WRONG_AUDIENCE),
        ({"aud": [AUDIENCE]}, SdJwtFailure.KEY_BINDING_REFUSED),
        ({"aud": None}, SdJwtFailure.KEY_BINDING_REFUSED),
        ({"iat": None}, SdJwtFailure.KEY_BINDING_TIME),
        ({"iat": "now"}, SdJwtFailure.KEY_BINDING_TIME),
        ({"iat": True}, SdJwtFailure.KEY_BINDING_TIME),
        ({"exp": 1}, SdJwtFailure.KEY_BINDING_TIME),
        ({"nbf": 4102444800}, SdJwtFailure.KEY_BINDING_TIME),
    ],
)
def test_h32_a_claim_that_is_wrong_is_refused(
    changes: dict[str, JsonValue], failure: SdJwtFailure
) -> None:
    """H20, H32: wrong, missing or of another type; each with its own failure."""
    assert_not_bound(bound(changes=changes), failure)


def test_claims_nobody_knows_are_ignored() -> None:
    """SD-JWT VC 4.1: a KB-JWT may say more."""
    assert NONCE == check(bound(changes={"later": "unknown"})).nonce


@pytest.mark.parametrize("seconds", [-60, 0, 300, 360])
def test_h19_a_time_at_the_edge_is_accepted(seconds: int) -> None:
    """H19, H32: from a skew before to age and skew after, both ends included."""
    assert NOW == check(bound(), seconds=seconds).issued_at


@pytest.mark.parametrize("seconds", [-61, 361, 86400])
def test_h19_a_time_beyond_the_edge_is_refused(seconds: int) -> None:
    """H19, H32: one second further it is too early or too old."""
    assert_not_bound(bound(), SdJwtFailure.KEY_BINDING_TIME, seconds=seconds)


def test_h32_other_disclosures_than_those_signed_for() -> None:
    """H32: re-ordered, one removed, or one added after the holder signed."""
    kb_jwt = bound().rpartition("~")[2]
    jwt, first, second, _ = SHOWN.split("~")
    one = bound(f"{jwt}~{first}~").rpartition("~")[2]

    assert_not_bound(f"{jwt}~{second}~{first}~{kb_jwt}", SdJwtFailure.WRONG_SD_HASH)
    assert_not_bound(f"{jwt}~{first}~{kb_jwt}", SdJwtFailure.WRONG_SD_HASH)
    assert_not_bound(f"{jwt}~{first}~{second}~{one}", SdJwtFailure.WRONG_SD_HASH)


@pytest.mark.parametrize("signer", [ISSUER, SoftwareSigner.generate()])
def test_h32_signed_by_another_than_the_holder(signer: SoftwareSigner) -> None:
    """H32: by the issuer's key, or a stranger's."""
    text = bind(SHOWN, signer=signer, audience=AUDIENCE, nonce=NONCE, now=NOW)

    assert_not_bound(text, SdJwtFailure.KEY_BINDING_SIGNATURE_INVALID)


@pytest.mark.parametrize("typ", ["JWT", "KB+JWT", "openid4vci-proof+jwt", "dc+sd-jwt"])
def test_h8_h32_a_token_of_another_type_is_no_key_binding(typ: str) -> None:
    """H8, H32: a key proof made with the same key, for instance."""
    token = bound().rpartition("~")[2]
    payload = jws.parse(token).payload

    assert_not_bound(
        SHOWN + jws.sign({"typ": typ}, payload, HOLDER), SdJwtFailure.KEY_BINDING_REFUSED
    )


@pytest.mark.parametrize("text", ["a.b.c", "x", "A" * 20_000, "..", "\ud800"])
def test_h32_rubbish_for_a_key_binding_is_refused(text: str) -> None:
    """H32, H50: measured before it is decoded."""
    assert_not_bound(SHOWN + text, SdJwtFailure.KEY_BINDING_REFUSED)


def test_h8_a_key_binding_is_no_credential() -> None:
    """H8: a KB-JWT offered as an issuer-signed JWT has the wrong type."""
    token = bound().rpartition("~")[2]

    with pytest.raises(SdJwtError) as caught:
        verified(token + "~")
    assert SdJwtFailure.WRONG_TYP == caught.value.failure


def test_h12_the_twin_of_a_signature_verifies_and_says_the_same() -> None:
    """H12: so identity is over what was signed, never over the signature."""
    text = bound()
    other = twin(text)

    assert text != other
    assert check(text) == check(other)
