"""Key proofs (OpenID4VCI 1.0 appendix F): a wallet shows that it holds keys, now.

A ``jwt`` proof is signed by the key itself (F.1); an ``attestation`` proof is somebody's word for
several keys at once (F.3).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never

from keys import jws
from keys.errors import KeysError
from keys.jwk import Algorithm, PublicJwk
from keys.jwt_time import numeric_date, seconds
from keys.signer import Signer
from keys.strict_json import JsonObject, dumps
from keys.x509 import Anchor
from standards.openid4vci.configuration import KeyAttestationsRequired
from standards.openid4vci.credential import Proofs, ProofType, invalid_proof
from standards.openid4vci.error_response import CredentialErrorCode, CredentialRequestError
from standards.openid4vci.key_attestation import KeyAttestation, verify_key_attestation

TYP = "openid4vci-proof+jwt"
# Appendix F.4: near enough in time; both clocks may be off, so it counts in both directions.
MAX_CLOCK_DIFFERENCE = timedelta(minutes=5)
# A proof is a key, four claims and perhaps a key attestation, in base64 twice over.
PROOF_LIMIT = 64 * 1024
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


def make_proof(claims: ProofClaims, signer: Signer, *, key_attestation: str | None = None) -> str:
    """Return a proof by a key at hand."""
    octets = proof_signing_input(claims, signer.public, key_attestation=key_attestation)
    return jws.attach(octets, signer.sign(octets))


def proof_signing_input(
    claims: ProofClaims, key: PublicJwk, *, key_attestation: str | None = None
) -> bytes:
    """Return what the holder of ``key`` has to sign, elsewhere; `keys.jws.attach` completes it."""
    public = PublicJwk(key.algorithm, key.x, key.y)
    header: JsonObject = {"typ": TYP, "jwk": public.as_dict()}
    if key_attestation is not None:
        header["key_attestation"] = key_attestation
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
    attesters: Sequence[Anchor] = (),
    demanded: KeyAttestationsRequired | None = None,
) -> tuple[PublicJwk, ...]:
    """Return the keys proved, all different, or raise `CredentialRequestError` (H52).

    No proof, a proof that proves nothing and one key twice are invalid_proof; more keys than
    ``max_proofs`` are invalid_credential_request. ``attesters`` are the roots of those whose word
    on keys counts; when it is ``demanded`` each key needs it, else it need only be right when it
    comes. The proofs of a batch may share a nonce: each nonce is checked once, when all the rest
    is right.
    """
    if proofs is None:
        raise invalid_proof("a proof is needed")
    _check_count(len(proofs.values), max_proofs)
    nonces: list[str] = []
    check = _Check(expected_issuer, nonces.append, now, tuple(attesters), demanded)
    match proofs.proof_type:
        case ProofType.JWT:
            proved = tuple(map(check.proof, proofs.values))
        case ProofType.ATTESTATION:
            proved = check.attestation(proofs.values)
            _check_count(len(proved), max_proofs)
        case _:
            assert_never(proofs.proof_type)
    if len({key.thumbprint() for key in proved}) != len(proved):
        raise invalid_proof("each proof is by another key")
    for nonce in dict.fromkeys(nonces):
        check_nonce(nonce)
    return proved


@dataclass(frozen=True, slots=True)
class _Check:
    """What every proof of one request is measured against."""

    issuer: str
    check_nonce: NonceCheck
    now: datetime
    attesters: tuple[Anchor, ...]
    demanded: KeyAttestationsRequired | None

    def proof(self, proof: str) -> PublicJwk:
        """Return the key of one ``jwt`` proof, attested where that is demanded (F.1)."""
        key = verify_proof(
            proof, expected_issuer=self.issuer, check_nonce=self.check_nonce, now=self.now
        )
        token = jws.parse(proof, limit=PROOF_LIMIT).header.get("key_attestation")
        if token is None and self.demanded is None:
            return key
        if not isinstance(token, str):
            raise invalid_proof("a key_attestation is needed, as text")
        self._attested(token, needs_expiry=True).check_attests(key)
        return key

    def attestation(self, tokens: tuple[str, ...]) -> tuple[PublicJwk, ...]:
        """Return the keys of an ``attestation`` proof, one token with a nonce (F.3)."""
        if len(tokens) != 1:
            raise invalid_proof("exactly one attestation is needed")
        attestation = self._attested(tokens[0], needs_expiry=False)
        if attestation.nonce is None:
            raise invalid_proof("nonce is missing")
        return attestation.attested_keys

    def _attested(self, token: str, *, needs_expiry: bool) -> KeyAttestation:
        attestation = verify_key_attestation(
            token,
            anchors=self.attesters,
            now=self.now,
            needs_expiry=needs_expiry,
            check_nonce=self.check_nonce,
        )
        if self.demanded is not None:
            attestation.check_levels(self.demanded)
        return attestation


def verify_proof(
    proof: str,
    *,
    expected_issuer: str,
    check_nonce: NonceCheck,
    now: datetime,
    algorithms: frozenset[Algorithm] = frozenset({Algorithm.ES256}),
) -> PublicJwk:
    """Return the key a ``jwt`` proof proves, or raise `CredentialRequestError` (appendix F.4).

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


def _check_count(count: int, max_proofs: int) -> None:
    if count > max_proofs:
        raise CredentialRequestError(
            CredentialErrorCode.INVALID_CREDENTIAL_REQUEST, f"at most {max_proofs} proofs"
        )


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
