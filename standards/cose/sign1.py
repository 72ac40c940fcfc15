"""One signature over a payload that may be elsewhere (COSE_Sign1, RFC 9052 section 4.2).

What is signed is made in one function and signed in another, because the key may be on the
holder's own device: `protected_octets`, `signing_input`, and then `attach`.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from keys.errors import KeysError
from keys.jwk import Algorithm
from keys.signer import Signer
from keys.verification_key import VerificationKey
from standards.cbor.value import CborValue, Encodable, Tagged
from standards.cbor.write import dumps
from standards.cose.algorithm import algorithm_of, number_of
from standards.cose.errors import CoseError, CoseFailure, malformed
from standards.cose.headers import NO_HEADER, Headers, parse_headers, protected_octets

SIGN1_TAG: Final = 18
_PARTS: Final = 4


class UnverifiedSign1(NamedTuple):
    """A well-formed COSE_Sign1 that nobody has checked: read it only to find the right key.

    ``payload`` is None where it is detached.
    """

    headers: Headers
    payload: bytes | None
    signature: bytes
    algorithm: Algorithm

    def as_cbor(self) -> list[Encodable]:
        """Return the array again; what was signed is in it octet by octet."""
        return attach(self.headers.octets, self.payload, self.signature, self.headers.unprotected)


def sign1(
    payload: bytes,
    *,
    signer: Signer,
    protected: Mapping[int, Encodable] = NO_HEADER,
    unprotected: Mapping[int, Encodable] = NO_HEADER,
) -> list[Encodable]:
    """Return the COSE_Sign1 of ``payload``, without a tag; ``alg`` is the key's."""
    header = protected_octets(number_of(signer.algorithm), protected)
    signature = signer.sign(signing_input(header, payload))
    return attach(header, payload, signature, unprotected)


def signing_input(protected: bytes, payload: bytes) -> bytes:
    """Return the octets a signature covers: Sig_structure (section 4.4), no external data."""
    return dumps(["Signature1", protected, b"", payload])


def attach(
    protected: bytes,
    payload: bytes | None,
    signature: bytes,
    unprotected: Encodable = NO_HEADER,
) -> list[Encodable]:
    """Return the structure of a signature made elsewhere; payload None leaves it detached."""
    return [protected, unprotected, payload, signature]


def parse_sign1(value: CborValue) -> UnverifiedSign1:
    """Return the parts of an untagged COSE_Sign1, or raise `CoseError`."""
    if not isinstance(value, list) or len(value) != _PARTS:
        raise malformed("an untagged array of four was expected")
    protected, unprotected, payload, signature = value
    if not isinstance(signature, bytes) or not isinstance(payload, bytes | None):
        raise malformed("a payload and a signature were expected")
    headers = parse_headers(protected, unprotected)
    return UnverifiedSign1(headers, payload, signature, algorithm_of(headers.alg))


def parse_tagged_sign1(value: CborValue) -> UnverifiedSign1:
    """Return the parts of a COSE_Sign1 that must have its tag (section 2), or raise."""
    if not isinstance(value, Tagged) or value.number != SIGN1_TAG:
        raise malformed(f"tag {SIGN1_TAG} was expected")
    return parse_sign1(value.content)


def verify_sign1(
    sign1: UnverifiedSign1, key: VerificationKey, *, detached: bytes | None = None
) -> bytes:
    """Return the payload as proven by ``key``, or raise `CoseError`.

    ``detached`` is the payload where it must not stand in the structure; None where it must.
    """
    payload = sign1.payload if detached is None else detached
    if payload is None or (detached is not None and sign1.payload is not None):
        raise CoseError(CoseFailure.PAYLOAD_REFUSED, "the payload is not where it belongs")
    if sign1.algorithm is not key.algorithm:
        raise CoseError(CoseFailure.ALGORITHM_REFUSED, f"the key is for {key.algorithm}")
    try:
        key.verify(sign1.signature, signing_input(sign1.headers.octets, payload))
    except KeysError as error:
        raise CoseError(CoseFailure.SIGNATURE_INVALID, error.detail) from error
    return payload
