"""The one body both sides sign, and the holder's signature over it.

    body = RFC 8785 of {"record": {…}, "terms": {…} or null}

The record in it names by hash the request, the terms, the notice, the registration, what was
disclosed and the key binding; so whoever signs the body signs all of them. The holder signs with
the key of the pair, which the record names, before anything is sent; the relying party
countersigns the hash of the very same body (`consent.forms.countersignature`).
"""

import hashlib
from typing import Final

from consent.errors import ConsentError, ConsentFailure
from consent.forms.fields import Fields
from consent.forms.record import ConsentRecord
from consent.forms.terms import Terms
from keys import base64url, jws
from keys.canonical_json import canonical
from keys.errors import KeysError
from keys.json_value import JsonObject
from keys.jwk import PublicJwk
from keys.signer import Signer
from keys.strict_json import dumps

HOLDER_SIGNATURE_TYP: Final = "mydata-receipt+jwt"

_MEMBERS: Final = ("body_sha256", "record_commitment")


def body_sha256(record: ConsentRecord, terms: Terms | None) -> bytes:
    """Return SHA-256 of the body, 32 octets."""
    body: JsonObject = {
        "record": record.as_dict(),
        "terms": terms.as_dict() if terms is not None else None,
    }
    return hashlib.sha256(canonical(body)).digest()


def pair_key(public: PublicJwk) -> bytes:
    """Return what a record names the pair's key by: its RFC 7638 thumbprint, 32 octets."""
    return base64url.decode(public.thumbprint())


def sign_body(body: bytes, record_commitment: bytes, *, signer: Signer) -> str:
    """Return the holder's JWS over the body's hash and the entry that commits to the record."""
    payload: JsonObject = {
        "body_sha256": base64url.encode(body),
        "record_commitment": base64url.encode(record_commitment),
    }
    header: JsonObject = {"typ": HOLDER_SIGNATURE_TYP, "jwk": signer.public.as_dict()}
    return jws.sign(header, dumps(payload), signer)


def verify_holder_signature(
    token: str, *, expected_body: bytes, expected_commitment: bytes, expected_key: bytes
) -> None:
    """Raise `ConsentError` (holder_signature_invalid) unless the holder signed this very body.

    ``expected_key`` is the key the record names (`Evidence.pair_key`); the ledger wrote the entry
    only because the submission was signed by it.
    """
    try:
        unverified = jws.parse(token)
        public = PublicJwk.parse(unverified.header.get("jwk"))
        key = public.verification_key()
        claims = jws.verify(unverified, key, expected_typ=HOLDER_SIGNATURE_TYP).claims()
    except KeysError as error:
        raise _invalid(error.detail) from None
    fields = Fields("holder_signature", claims, _MEMBERS)
    signed = (fields.octets("body_sha256"), fields.octets("record_commitment"))
    if pair_key(public) != expected_key:
        raise _invalid("another key than the record names")
    if signed != (expected_body, expected_commitment):
        raise _invalid("it is about another record or other terms")


def _invalid(detail: str) -> ConsentError:
    return ConsentError(ConsentFailure.HOLDER_SIGNATURE_INVALID, detail)
