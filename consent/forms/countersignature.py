"""The relying party's countersignature: it says itself what it received, and for which request.

It countersigns the very body the holder signed. Proof of a sharing is the signed request object,
the holder's key binding and this, all three; none alone is enough. Hashes are over
``header.payload`` of a token and never over its signature: an ECDSA signature has a twin that
verifies as well.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from consent.errors import ConsentError, ConsentFailure
from consent.forms.fields import Fields
from keys import base64url, jws
from keys.errors import KeysError
from keys.json_value import JsonObject
from keys.jwt_time import numeric_date, seconds
from keys.signer import Signer
from keys.strict_json import dumps
from keys.verification_key import VerificationKey

COUNTERSIGNATURE_TYP = "mydata-countersignature+jwt"

_STATE = "verified"
COUNTERSIGNED = (
    "request_sha256",
    "kb_sha256",
    "body_sha256",
    "record_commitment",
    "iat",
    "transaction",
    "state",
)


@dataclass(frozen=True, slots=True)
class Countersignature:
    """What the relying party signs: hashes of 32 octets, its transaction's id, and when.

    ``body_sha256`` is the hash of the body the holder signed (`consent.forms.holder_signature`),
    ``record_commitment`` that of the holder's consent entry; both None when the wallet sent none.
    """

    request_sha256: bytes
    kb_sha256: bytes
    body_sha256: bytes | None
    record_commitment: bytes | None
    issued_at: datetime
    transaction: str


def signed_part_sha256(token: str) -> bytes:
    """Return SHA-256 over ``header.payload`` of a compact JWS: its identity, whoever signs it."""
    return hashlib.sha256(token.rpartition(".")[0].encode()).digest()


def sign_countersignature(
    countersignature: Countersignature, *, signer: Signer, x5c: Sequence[str]
) -> str:
    """Return the JWS, with the relying party's certificate chain in ``x5c``."""
    body, commitment = countersignature.body_sha256, countersignature.record_commitment
    payload: JsonObject = {
        "request_sha256": base64url.encode(countersignature.request_sha256),
        "kb_sha256": base64url.encode(countersignature.kb_sha256),
        "body_sha256": base64url.encode(body) if body is not None else None,
        "record_commitment": base64url.encode(commitment) if commitment is not None else None,
        "iat": seconds(countersignature.issued_at),
        "transaction": countersignature.transaction,
        "state": _STATE,
    }
    header: JsonObject = {"typ": COUNTERSIGNATURE_TYP, "x5c": list(x5c)}
    return jws.sign(header, dumps(payload), signer)


def verify_countersignature(
    token: str,
    *,
    key: VerificationKey,
    expected_request_sha256: bytes,
    expected_kb_sha256: bytes,
) -> Countersignature:
    """Return what the relying party signed about this request and this presentation.

    ``key`` is the leaf key of its validated ``x5c``. Raises `ConsentError`
    (countersignature_invalid) for another signature, request or presentation.
    """
    try:
        verified = jws.verify(jws.parse(token), key, expected_typ=COUNTERSIGNATURE_TYP)
        claims = verified.claims()
        issued_at = numeric_date(claims.get("iat"))
    except KeysError as error:
        raise _invalid(error.detail) from None
    fields = Fields("countersignature", claims, COUNTERSIGNED)
    signed = Countersignature(
        fields.octets("request_sha256"),
        fields.octets("kb_sha256"),
        fields.octets("body_sha256") if fields.has("body_sha256") else None,
        fields.octets("record_commitment") if fields.has("record_commitment") else None,
        issued_at,
        fields.text("transaction"),
    )
    if fields.text("state") != _STATE:
        raise _invalid("only what was verified is countersigned")
    if (signed.request_sha256, signed.kb_sha256) != (expected_request_sha256, expected_kb_sha256):
        raise _invalid("it is about another request or presentation")
    return signed


def _invalid(detail: str) -> ConsentError:
    return ConsentError(ConsentFailure.COUNTERSIGNATURE_INVALID, detail)
