"""Key binding: the holder signs for one verifier and one request (RFC 9901 §4.3, §7.3)."""

from datetime import datetime, timedelta
from typing import NamedTuple

from keys import jws, jwt_time, strict_json
from keys.errors import KeysError, KeysFailure
from keys.jwk import Algorithm, PublicJwk
from keys.signer import Signer
from keys.strict_json import JsonObject
from standards.sd_jwt.disclosure import HashAlgorithm, digest_of
from standards.sd_jwt.errors import SdJwtError, SdJwtFailure
from standards.sd_jwt.verify import VerifiedSdJwt

KB_TYP = "kb+jwt"
# A KB-JWT has four short claims; a verifier's nonce and address are all that can be long.
_KB_LIMIT = 16 * 1024


class KeyBinding(NamedTuple):
    """What the holder signed; only `verify_key_binding` makes it.

    ``signed`` is the KB-JWT's ``header.payload``: what to hash when the sharing is recorded,
    since a signature has a twin and is no identity. ``claims`` is all of the payload, for what
    other standards put there.
    """

    issued_at: datetime
    audience: str
    nonce: str
    sd_hash: str
    signed: bytes
    claims: JsonObject


def bind(
    presentation: str,
    *,
    signer: Signer,
    audience: str,
    nonce: str,
    now: datetime,
    sd_alg: HashAlgorithm = HashAlgorithm.SHA_256,
    further: JsonObject | None = None,
) -> str:
    """Return the SD-JWT+KB of a presentation that ends in ``~`` (§4.3).

    ``sd_alg`` is the credential's own (`VerifiedSdJwt.sd_alg`); ``further`` as below.
    """
    signing_input = kb_signing_input(
        presentation,
        algorithm=signer.algorithm,
        audience=audience,
        nonce=nonce,
        now=now,
        sd_alg=sd_alg,
        further=further,
    )
    return attach_key_binding(presentation, signing_input, signer.sign(signing_input))


def kb_signing_input(
    presentation: str,
    *,
    algorithm: Algorithm,
    audience: str,
    nonce: str,
    now: datetime,
    sd_alg: HashAlgorithm = HashAlgorithm.SHA_256,
    further: JsonObject | None = None,
) -> bytes:
    """Return what the holder's key signs; for a key that is on the holder's own device.

    ``further`` are claims of other standards; the four of this one stay what they are.
    """
    if not presentation.endswith("~"):
        raise ValueError("a presentation without key binding ends in ~")
    claims: JsonObject = {
        **(further or {}),
        "iat": jwt_time.seconds(now),
        "aud": audience,
        "nonce": nonce,
        "sd_hash": digest_of(presentation, sd_alg),
    }
    return jws.signing_input({"typ": KB_TYP}, strict_json.dumps(claims), algorithm)


def attach_key_binding(presentation: str, signing_input: bytes, signature: bytes) -> str:
    """Return the SD-JWT+KB of a signature (64 octets) made over `kb_signing_input`."""
    return presentation + jws.attach(signing_input, signature)


def verify_key_binding(
    verified: VerifiedSdJwt,
    holder: PublicJwk,
    *,
    expected_audience: str,
    expected_nonce: str,
    now: datetime,
    max_age: timedelta,
) -> KeyBinding:
    """Return what ``holder`` signed for us, or raise `SdJwtError` (§7.3 step 5).

    Call it when policy asks for key binding, not when a KB-JWT happens to be there (§9.5).
    ``max_age`` bounds the time since ``iat``; both sides are given the usual clock skew.
    """
    signing_input, claims = _verify_kb_jwt(verified.kb_jwt, holder)  # 5.1 to 5.3
    issued_at = _issued_at(claims, now=now, max_age=max_age)  # 5.4, 5.7
    audience = _text(claims, "aud")  # a single string (§4.3)
    nonce = _text(claims, "nonce")
    sd_hash = _text(claims, "sd_hash")
    if audience != expected_audience:  # 5.5
        raise SdJwtError(SdJwtFailure.WRONG_AUDIENCE, "signed for another verifier")
    if nonce != expected_nonce:  # 5.5
        raise SdJwtError(SdJwtFailure.WRONG_NONCE, "signed for another request")
    if sd_hash != digest_of(verified.presented, verified.sd_alg):  # 5.6
        raise SdJwtError(SdJwtFailure.WRONG_SD_HASH, "signed for other disclosures")
    return KeyBinding(issued_at, audience, nonce, sd_hash, signing_input, claims)


def _verify_kb_jwt(token: str | None, holder: PublicJwk) -> tuple[bytes, JsonObject]:
    if token is None:
        raise SdJwtError(SdJwtFailure.KEY_BINDING_MISSING, "a key binding JWT was expected")
    try:
        unverified = jws.parse(token, limit=_KB_LIMIT)
        proven = jws.verify(unverified, holder.verification_key(), expected_typ=KB_TYP)
        return unverified.signing_input, proven.claims()
    except KeysError as error:
        failure = (
            SdJwtFailure.KEY_BINDING_SIGNATURE_INVALID
            if error.failure is KeysFailure.SIGNATURE_INVALID
            else SdJwtFailure.KEY_BINDING_REFUSED
        )
        raise SdJwtError(failure, error.detail) from error


def _issued_at(claims: JsonObject, *, now: datetime, max_age: timedelta) -> datetime:
    """Return when the KB-JWT was made, which is not too long ago."""
    try:
        jwt_time.check_times(claims, now=now, max_age=max_age)
        return jwt_time.numeric_date(claims["iat"])
    except KeysError as error:
        raise SdJwtError(SdJwtFailure.KEY_BINDING_TIME, error.detail) from error


def _text(claims: JsonObject, name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str):
        raise SdJwtError(SdJwtFailure.KEY_BINDING_REFUSED, f"{name} is one string")
    return value
