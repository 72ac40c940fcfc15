"""SD-JWTs made by hand, so that a test can make exactly one thing wrong."""

import hashlib
import itertools
from collections.abc import Iterable
from datetime import UTC, datetime

import pytest

from keys import base64url, jws, strict_json
from keys.entropy import Entropy
from keys.signer import SoftwareSigner
from keys.strict_json import JsonObject, JsonValue
from standards.sd_jwt.disclosure import HashAlgorithm, digest_of
from standards.sd_jwt.errors import SdJwtError, SdJwtFailure
from standards.sd_jwt.parse import parse_sd_jwt
from standards.sd_jwt.verify import VerifiedSdJwt, verify_sd_jwt

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
TYP = "example+sd-jwt"
ISSUER = SoftwareSigner.generate()
HOLDER = SoftwareSigner.generate()


def counting() -> Entropy:
    """Return entropy that repeats from run to run, though not from call to call."""
    calls = itertools.count()
    return lambda size: hashlib.shake_256(str(next(calls)).encode()).digest(size)


def disclosure(*parts: JsonValue) -> str:
    """Return the text of a disclosure, whatever its parts are."""
    return base64url.encode(strict_json.dumps([*parts]))


def sha256(text: str) -> str:
    """Return the digest that stands for a disclosure."""
    return digest_of(text, HashAlgorithm.SHA_256)


def signed(payload: JsonObject, disclosures: Iterable[str] = (), typ: str = TYP) -> str:
    """Return an SD-JWT of any payload with any disclosures, well signed."""
    token = jws.sign({"typ": typ}, strict_json.dumps(payload), ISSUER)
    return "~".join((token, *disclosures, ""))


def verified(text: str, typ: str = TYP) -> VerifiedSdJwt:
    """Verify as anybody does who trusts the issuer."""
    key = ISSUER.public.verification_key()
    return verify_sd_jwt(parse_sd_jwt(text), key, expected_typ=frozenset({typ}))


def assert_refused(text: str, failure: SdJwtFailure) -> None:
    """Check that a text is refused for exactly this reason, and that the input is not repeated."""
    with pytest.raises(SdJwtError) as caught:
        verified(text)
    assert failure == caught.value.failure
    assert len(str(caught.value)) < 200


P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def twin(text: str) -> str:
    """Return the same token with the other signature that verifies: (r, n - s) (H12)."""
    rest, _, signature = text.rpartition(".")
    octets = base64url.decode(signature)
    s = P256_ORDER - int.from_bytes(octets[32:], "big")
    return f"{rest}.{base64url.encode(octets[:32] + s.to_bytes(32, 'big'))}"
