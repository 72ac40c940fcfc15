"""The holder's key signs for one verifier and one request (ISO/IEC 18013-5 section 9.1.3).

Our wallets sign. A tag (``deviceMac``) is verified, never made: it proves the same to the one
verifier whose key it was agreed with, and nothing to anybody else.
"""

import hashlib
from typing import Final, NamedTuple

from keys.encryption_key import DecryptionKey
from keys.jwk import Algorithm, PublicJwk
from keys.signer import Signer
from keys.strict_json import JsonObject
from standards.cbor.errors import CborError
from standards.cbor.members import embedded, members
from standards.cbor.read import loads
from standards.cbor.value import Encodable, Encoded
from standards.cbor.write import dumps
from standards.cbor.write import embedded as write_embedded
from standards.cose.algorithm import number_of
from standards.cose.errors import CoseError, CoseFailure
from standards.cose.headers import protected_octets
from standards.cose.mac0 import UnverifiedMac0, verify_mac0
from standards.cose.sign1 import UnverifiedSign1, attach, signing_input, verify_sign1
from standards.mdoc.as_json import as_json
from standards.mdoc.credential import VerifiedMdoc
from standards.mdoc.errors import MdocError, MdocFailure
from standards.mdoc.limits import ITEM_LIMITS
from standards.mdoc.mso import KeyAuthorizations
from standards.mdoc.parse import DeviceSigned
from standards.mdoc.present import Presentation
from standards.mdoc.transcript import SessionTranscript

# Our wallets state nothing of their own: every element is the issuer's.
_NO_ELEMENTS: Final = write_embedded(dumps({}))
_MAC_INFO: Final = b"EMacKey"


class DeviceAuthentication(NamedTuple):
    """What the holder authenticated for us; only `verify_device_auth` makes it.

    ``signed`` are the octets under the signature or tag: what to hash when the sharing is
    recorded, since a signature has a twin and is no identity. ``claims`` are elements the holder
    stated, by namespace, each one authorized by the issuer.
    """

    signed: bytes
    claims: JsonObject
    is_mac: bool


def bind(presentation: Presentation, *, signer: Signer, transcript: SessionTranscript) -> str:
    """Return the base64url DeviceResponse, signed for the request of ``transcript``."""
    octets = device_signing_input(presentation, algorithm=signer.algorithm, transcript=transcript)
    return attach_device_signature(presentation, signer.sign(octets), algorithm=signer.algorithm)


def device_signing_input(
    presentation: Presentation, *, algorithm: Algorithm, transcript: SessionTranscript
) -> bytes:
    """Return what the holder's key signs; for a key that is on the holder's own device."""
    return signing_input(
        protected_octets(number_of(algorithm)),
        device_authentication(presentation.doc_type, _NO_ELEMENTS, transcript),
    )


def attach_device_signature(
    presentation: Presentation, signature: bytes, *, algorithm: Algorithm
) -> str:
    """Return the DeviceResponse of a signature (64 octets) made over `device_signing_input`."""
    structure = attach(protected_octets(number_of(algorithm)), None, signature)
    return presentation.serialize(
        {"nameSpaces": Encoded(_NO_ELEMENTS), "deviceAuth": {"deviceSignature": structure}}
    )


def verify_device_auth(
    verified: VerifiedMdoc,
    *,
    expected_transcript: SessionTranscript,
    reader_key: DecryptionKey | None = None,
) -> DeviceAuthentication:
    """Return what the holder signed for us, or raise `MdocError` (9.1.3.4 to 9.1.3.6).

    1. there is a signature, or a tag and ``reader_key`` to check it with: the key the answer was
       encrypted to; None refuses a tag (device_mac_refused)
    2. it is of the credential's own key, over this transcript, type and the holder's elements
    3. each of these elements is one that the issuer lets this key state
    """
    device = verified.device
    if device is None:  # 1
        raise MdocError(MdocFailure.DEVICE_AUTH_MISSING, "a presentation was expected")
    content = device_authentication(
        verified.doc_type, device.namespaces.octets, expected_transcript
    )
    if isinstance(device.auth, UnverifiedMac0):  # 2
        key = _mac_key(verified, expected_transcript, reader_key)
        signed = _verify_mac(device.auth, key, content)
    else:
        signed = verify_device_signature(device.auth, verified.holder, content)
    claims = _claims(device, verified.mso.authorizations)  # 3
    return DeviceAuthentication(signed, claims, isinstance(device.auth, UnverifiedMac0))


def device_authentication(
    doc_type: str, namespaces: bytes, transcript: SessionTranscript
) -> bytes:
    """Return ``DeviceAuthenticationBytes``, the content of signature or tag (9.1.3.4)."""
    content: Encodable = [
        "DeviceAuthentication",
        Encoded(transcript.octets),
        doc_type,
        Encoded(namespaces),
    ]
    return write_embedded(dumps(content))


def verify_device_signature(auth: UnverifiedSign1, holder: PublicJwk, content: bytes) -> bytes:
    """Return the octets that ``holder`` signed over a `device_authentication`, or raise."""
    try:
        verify_sign1(auth, holder.verification_key(), detached=content)
    except CoseError as error:
        failure = (
            MdocFailure.DEVICE_SIGNATURE_INVALID
            if error.failure is CoseFailure.SIGNATURE_INVALID
            else MdocFailure.DEVICE_AUTH_REFUSED
        )
        raise MdocError(failure, error.detail) from error
    return signing_input(auth.headers.octets, content)


def _mac_key(
    verified: VerifiedMdoc, transcript: SessionTranscript, reader_key: DecryptionKey | None
) -> bytes:
    """Return EMacKey (9.1.3.5): agreed between the reader's key and the holder's."""
    if reader_key is None or verified.holder.algorithm is not Algorithm.ES256:
        raise MdocError(MdocFailure.DEVICE_MAC_REFUSED, "a signature was expected")
    salt = hashlib.sha256(write_embedded(transcript.octets)).digest()
    return reader_key.mac_key(verified.holder.x, verified.holder.y, salt=salt, info=_MAC_INFO)


def _verify_mac(auth: UnverifiedMac0, key: bytes, content: bytes) -> bytes:
    try:
        verify_mac0(auth, key, detached=content)
    except CoseError as error:
        raise MdocError(MdocFailure.DEVICE_MAC_INVALID, error.detail) from error
    return content


def _claims(device: DeviceSigned, authorizations: KeyAuthorizations) -> JsonObject:
    """Return the elements the holder stated, once the issuer allows each (9.1.2.4)."""
    _, content = embedded(device.namespaces, "the holder's elements", _refused)
    try:
        read = members(loads(content, limits=ITEM_LIMITS), "the holder's elements", _refused)
    except CborError as error:
        raise _refused(error.detail) from error
    claims: dict[str, JsonObject] = {}
    for namespace in read.value:
        for element, value in read.members(namespace).value.items():
            name, within = str(element), str(namespace)
            if not authorizations.allows(within, name):
                raise MdocError(
                    MdocFailure.DEVICE_ELEMENT_UNAUTHORIZED, "an element the key may not state"
                )
            claims.setdefault(within, {})[name] = as_json(value)
    return {**claims}


def _refused(detail: str) -> MdocError:
    return MdocError(MdocFailure.DEVICE_AUTH_REFUSED, detail)
