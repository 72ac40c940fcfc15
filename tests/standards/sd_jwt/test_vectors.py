"""The examples of RFC 9901 and of SD-JWT VC, letter for letter."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from keys import jws, strict_json
from keys.jwk import PublicJwk
from keys.strict_json import JsonObject
from standards.sd_jwt.key_binding import verify_key_binding
from standards.sd_jwt.parse import parse_issued_sd_jwt, parse_sd_jwt
from standards.sd_jwt.present import present
from standards.sd_jwt.verify import VerifiedSdJwt, verify_sd_jwt

TYPES = frozenset({"example+sd-jwt", "dc+sd-jwt"})
ISSUED = [
    "sd-jwt-rfc9901/main-issued.json",
    "sd-jwt-rfc9901/a1-simple-structured-presented.json",
    "sd-jwt-rfc9901/a3-pid-issued.json",
    "sd-jwt-vc/example-issued.json",
    "sd-jwt-vc/example-without-kb.json",
]
PRESENTED = [
    "sd-jwt-rfc9901/main-presented-kb.json",
    "sd-jwt-rfc9901/a3-pid-presented-kb.json",
    "sd-jwt-vc/example-presented-kb.json",
]


def read(vectors: Path, name: str) -> JsonObject:
    """Return a vector's file."""
    return strict_json.loads_object((vectors / name).read_bytes())


def verified(vector: JsonObject) -> VerifiedSdJwt:
    """Verify the vector's text with the vector's key."""
    key = PublicJwk.parse(vector["issuer_jwk"]).verification_key()
    return verify_sd_jwt(parse_sd_jwt(str(vector["compact"])), key, expected_typ=TYPES)


@pytest.mark.parametrize("name", ISSUED + PRESENTED)
def test_an_example_verifies(vectors: Path, name: str) -> None:
    """Signature, digests and the number of disclosures are as the vector says."""
    vector = read(vectors, name)

    seen = verified(vector)

    assert vector["disclosure_count"] == len(seen.disclosed)
    assert "_sd" not in seen.claims


@pytest.mark.parametrize("name", ISSUED)
def test_an_issued_example_can_be_shown_again(vectors: Path, name: str) -> None:
    """Everything held, presented again, is the same text."""
    vector = read(vectors, name)
    assert parse_issued_sd_jwt(str(vector["compact"])).kb_jwt is None
    seen = verified(vector)

    assert vector["compact"] == present(seen, seen.disclosed_paths)


@pytest.mark.parametrize("name", PRESENTED)
def test_an_example_of_key_binding_verifies(vectors: Path, name: str) -> None:
    """With the key in `cnf` and what the example's own KB-JWT says it is for."""
    seen = verified(read(vectors, name))
    assert seen.kb_jwt is not None
    claims = strict_json.loads_object(jws.parse(seen.kb_jwt).payload)
    cnf = seen.claims["cnf"]
    assert isinstance(cnf, dict)
    iat = claims["iat"]
    assert isinstance(iat, int)

    binding = verify_key_binding(
        seen,
        PublicJwk.parse(cnf["jwk"]),
        expected_audience="https://verifier.example.org"
        if "rfc9901" in name
        else "https://example.com/verifier",
        expected_nonce="1234567890",
        now=datetime.fromtimestamp(iat, UTC),
        max_age=timedelta(0),
    )

    assert claims["sd_hash"] == binding.sd_hash


def test_the_issuers_jwt_alone_is_not_an_sd_jwt(vectors: Path) -> None:
    """Section 5.1's JWT needs its tilde (4); with it, nothing but the open claims is seen."""
    vector = read(vectors, "sd-jwt-rfc9901/main-issuer-signed-jwt.json")

    seen = verified({**vector, "compact": f"{vector['compact']}~"})

    assert {"iss", "iat", "exp", "sub", "nationalities", "cnf"} == seen.claims.keys()
    assert [] == seen.claims["nationalities"]


def test_the_main_example_says_what_the_rfc_says(vectors: Path) -> None:
    """Section 5.2: the claims after verification."""
    seen = verified(read(vectors, "sd-jwt-rfc9901/main-presented-kb.json"))

    assert "John" == seen.claims["given_name"]
    assert "Doe" == seen.claims["family_name"]
    assert ["US"] == seen.claims["nationalities"]
    assert "email" not in seen.claims
