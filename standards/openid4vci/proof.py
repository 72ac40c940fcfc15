"""The key proof ``jwt`` (OpenID4VCI 1.0 appendix F.1): a wallet shows it holds a key, now."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from keys import jws
from keys.errors import KeysError
from keys.jwk import Algorithm, PublicJwk
from keys.jwt_time import numeric_date, seconds
from keys.signer import Signer
from keys.strict_json import JsonObject, JsonValue, dumps
from standards.openid4vci.credential import Proofs, ProofType, invalid_proof
from standards.openid4vci.error_response import CredentialErrorCode, CredentialRequestError

TYP = "openid4vci-proof+jwt"
# Appendix F.4: near enough in time; both clocks may be off, so it counts in both directions.
MAX_CLOCK_DIFFERENCE = timedelta(minutes=5)
# A proof is a key, four claims and perhaps a key attestation.
PROOF_LIMIT = 32 * 1024
_KEY_MEMBERS = frozenset({"jwk", "kid", "x5c"})

# Returns when the issuer gave out this nonce and it is still good, else raises `invalid_nonce`.
NonceCheck = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class ProofClaims:
    """What a wallet signs: for whom, when, and the issuer's nonce.

    ``issuer`` is the client's id; an anonymous client leaves it out (VCI-82).
    """

    audience: str
    nonce: str | None
    issued_at: datetime
    issuer: str | None = None

    def as_dict(self) -> JsonObject:
        """Return the claims of the token."""
        claims: JsonObject = {"aud": self.audience, "iat": seconds(self.issued_at)}
        optional = {"iss": self.issuer, "nonce": self.nonce}
        return claims | {name: value for name, value in optional.items() if value is not None}


def make_proof(claims: ProofClaims, signer: Signer) -> str:
    """Return a proof by a key at hand."""
    octets = proof_signing_input(claims, signer.public)
    return jws.attach(octets, signer.sign(octets))


def proof_signing_input(claims: ProofClaims, key: PublicJwk) -> bytes:
    """Return what the holder of ``key`` has to sign, elsewhere; `keys.jws.attach` completes it."""
    header: Mapping[str, JsonValue] = {
        "typ": TYP,
        "jwk": PublicJwk(key.algorithm, key.x, key.y).as_dict(),
    }
    return jws.signing_input(header, dumps(claims.as_dict()), key.algorithm)


def invalid_nonce() -> CredentialRequestError:
    """Return the error for a nonce that is not, or no longer, the issuer's (VCI-48)."""
    return CredentialRequestError(
        CredentialErrorCode.INVALID_NONCE, "get a fresh c_nonce and prove the key again"
    )


def verify_proofs(
    proofs: Proofs | None,
    *,
    expected_issuer: str,
    check_nonce: NonceCheck,
    now: datetime,
    max_proofs: int,
    algorithms: frozenset[Algorithm] = frozenset({Algorithm.ES256}),
) -> tuple[PublicJwk, ...]:
    """Return the keys proved, all different, or raise `CredentialRequestError` (H52).

    No proof, a proof that proves nothing and one key twice are invalid_proof; more than
    ``max_proofs`` are invalid_credential_request. The proofs of a batch may share a nonce: each
    nonce is checked once, when all the rest is right.
    """
    if proofs is None or proofs.proof_type is not ProofType.JWT:
        raise invalid_proof("a proof of type jwt is needed")
    if len(proofs.values) > max_proofs:
        raise CredentialRequestError(
            CredentialErrorCode.INVALID_CREDENTIAL_REQUEST, f"at most {max_proofs} proofs"
        )
    nonces: list[str] = []
    proved = tuple(
        verify_proof(
            proof,
            expected_issuer=expected_issuer,
            check_nonce=nonces.append,
            now=now,
            algorithms=algorithms,
        )
        for proof in proofs.values
    )
    if len({key.thumbprint() for key in proved}) != len(proved):
        raise invalid_proof("each proof is by another key")
    for nonce in dict.fromkeys(nonces):
        check_nonce(nonce)
    return proved


def verify_proof(
    proof: str,
    *,
    expected_issuer: str,
    check_nonce: NonceCheck,
    now: datetime,
    algorithms: frozenset[Algorithm] = frozenset({Algorithm.ES256}),
) -> PublicJwk:
    """Return the key a proof proves, or raise `CredentialRequestError` (appendix F.4).

    1. a well-formed token of the right type, with exactly one of ``jwk``, ``kid`` and ``x5c``,
       which must be ``jwk``, public, for one of ``algorithms``
    2. signed by that key
    3. made for this issuer, as one string, within five minutes of ``now``
    4. with a nonce, which ``check_nonce`` takes; it is asked last, so that a broken proof does not
       use a nonce up
    """
    try:
        key, claims = _verified(proof, algorithms)
        _check_claims(claims, expected_issuer=expected_issuer, now=now)
    except KeysError as error:
        raise invalid_proof(error.detail) from None
    nonce = claims.get("nonce")
    if not isinstance(nonce, str) or not nonce:
        raise invalid_proof("nonce is missing")
    check_nonce(nonce)
    return key


def _verified(proof: str, algorithms: frozenset[Algorithm]) -> tuple[PublicJwk, JsonObject]:
    unverified = jws.parse(proof, limit=PROOF_LIMIT)
    key = _key(unverified.header)
    if key.algorithm not in algorithms:
        raise invalid_proof(f"alg {key.algorithm} is not accepted")
    verified = jws.verify(unverified, key.verification_key(), expected_typ=TYP)
    return key, verified.claims()


def _key(header: JsonObject) -> PublicJwk:
    if _KEY_MEMBERS & header.keys() != {"jwk"}:
        raise invalid_proof("of jwk, kid and x5c exactly one is needed, and it is jwk")
    return PublicJwk.parse(header["jwk"])


def _check_claims(claims: JsonObject, *, expected_issuer: str, now: datetime) -> None:
    if claims.get("aud") != expected_issuer:
        raise invalid_proof("aud is not this issuer")
    if abs(now - numeric_date(claims.get("iat"))) > MAX_CLOCK_DIFFERENCE:
        raise invalid_proof("iat is not near enough to now")
