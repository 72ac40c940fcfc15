"""What holder and verifier both know of one request, as octets to sign (OpenID4VP B.2.6).

    [null, null, ["OpenID4VPHandover", SHA-256([client_id, nonce, thumbprint, response_uri])]]
    [null, null, ["OpenID4VPDCAPIHandover", SHA-256([origin, nonce, thumbprint])]]

The engagement and the reader's key are those of meeting in person, and null over a network. A
signature over a transcript answers one request: its nonce, its verifier, and the key its answer is
encrypted to, where it is.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from keys.encryption_key import EncryptionJwk
from standards.cbor.value import Encodable
from standards.cbor.write import dumps


@dataclass(frozen=True, slots=True)
class SessionTranscript:
    """One request, as both sides compute it; ``octets`` are its CBOR."""

    octets: bytes


def redirect_transcript(
    *, client_id: str, nonce: str, response_uri: str, encrypted_to: EncryptionJwk | None
) -> SessionTranscript:
    """Return the transcript of a request answered at ``response_uri`` (B.2.6.1).

    ``client_id`` is the whole identifier with its prefix; ``encrypted_to`` None means that the
    answer is not encrypted.
    """
    info = [client_id, nonce, _thumbprint(encrypted_to), response_uri]
    return _transcript("OpenID4VPHandover", info)


def dc_api_transcript(
    *, origin: str, nonce: str, encrypted_to: EncryptionJwk | None
) -> SessionTranscript:
    """Return the transcript of a request handed over by a browser (B.2.6.2).

    ``origin`` is the page's own, without the prefix that key bindings in JSON have.
    """
    return _transcript("OpenID4VPDCAPIHandover", [origin, nonce, _thumbprint(encrypted_to)])


def _thumbprint(key: EncryptionJwk | None) -> bytes | None:
    return None if key is None else key.thumbprint()


def _transcript(name: str, info: Sequence[Encodable]) -> SessionTranscript:
    handover: Encodable = [name, hashlib.sha256(dumps(info)).digest()]
    return SessionTranscript(dumps([None, None, handover]))
