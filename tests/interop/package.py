"""The Python package `sd-jwt`, written by others: it issues, holds and verifies beside us."""

import warnings
from datetime import UTC, datetime
from typing import Any

from keys.entropy import SYSTEM_ENTROPY
from keys.signer import SoftwareSigner
from keys.strict_json import JsonObject, JsonValue
from standards.sd_jwt.frame import FramePath, everything, only
from standards.sd_jwt.issue import issue
from standards.sd_jwt.parse import parse_sd_jwt
from standards.sd_jwt.verify import VerifiedSdJwt, verify_sd_jwt

with warnings.catch_warnings():
    # Its dependency jwcrypto names things `cryptography` is about to drop; not ours to mend.
    warnings.simplefilter("ignore", DeprecationWarning)
    from jwcrypto.jwk import JWK
    from sd_jwt.common import SDObj
    from sd_jwt.issuer import SDJWTIssuer
    from sd_jwt.verifier import SDJWTVerifier

NOW = datetime.now(UTC).replace(microsecond=0)
TYP = "example+sd-jwt"
AUDIENCE, NONCE = "https://verifier.example", "nonce-1"
ISSUER, HOLDER = SoftwareSigner.generate(), SoftwareSigner.generate()
ISSUER_JWK = JWK.from_pem(ISSUER.private_pem())
HOLDER_JWK = JWK.from_pem(HOLDER.private_pem())


def ours(text: str) -> VerifiedSdJwt:
    """Return what our verifier says."""
    key = ISSUER.public.verification_key()
    return verify_sd_jwt(parse_sd_jwt(text), key, expected_typ=frozenset({TYP}))


def theirs(text: str, *, bound: bool = False) -> Any:
    """Return what their verifier says: the claims without the binding key."""
    expected = (AUDIENCE, NONCE) if bound else (None, None)
    verifier = SDJWTVerifier(text, lambda _iss, _header: ISSUER_JWK, *expected)
    claims = verifier.get_verified_payload()
    claims.pop("cnf", None)
    return claims


def issued_by_us(claims: JsonObject, hidden: list[FramePath] | None = None) -> str:
    """Return our SD-JWT, bound to the holder, with decoys."""
    return issue(
        claims,
        frame=everything() if hidden is None else only(hidden),
        header={"typ": TYP},
        signer=ISSUER,
        entropy=SYSTEM_ENTROPY,
        decoys=1,
        kept_open={"cnf": {"jwk": HOLDER.public.as_dict()}},
    ).serialize()


def issued_by_them(claims: Any) -> str:
    """Return their SD-JWT, bound to the holder, with decoys."""
    issuer = SDJWTIssuer(claims, ISSUER_JWK, HOLDER_JWK, add_decoy_claims=True)
    return str(issuer.sd_jwt_issuance)


def marked(value: JsonValue) -> Any:
    """Return claims in the package's own marking: everything hidden, at any depth."""
    match value:
        case dict():
            return {SDObj(name): marked(inner) for name, inner in value.items()}
        case list():
            return [SDObj(marked(inner)) for inner in value]
        case _:
            return value
