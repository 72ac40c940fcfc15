"""What a holder's signature ties a presentation to, and what comes of checking it."""

from dataclasses import dataclass
from datetime import datetime

from keys.encryption_key import DecryptionKey, EncryptionJwk
from keys.json_value import JsonObject


@dataclass(frozen=True, slots=True)
class Request:
    """The request a presentation answers (OpenID4VP 1.0 sections B.2.6 and B.3.6).

    ``audience`` is the full client identifier, or ``origin:`` and the page's origin where it came
    by the browser; ``response_uri`` is where the answer goes, None for the browser;
    ``encrypted_to`` is None for an answer in the clear. ``reader_key`` is the private half of it,
    which whoever asked alone has: with it a tag of the holder's can be checked (ISO/IEC 18013-5
    section 9.1.3.5), without it none is accepted.
    """

    audience: str
    nonce: str
    response_uri: str | None = None
    encrypted_to: EncryptionJwk | None = None
    reader_key: DecryptionKey | None = None


@dataclass(frozen=True, slots=True)
class HolderBinding:
    """What the holder signed, proven.

    ``signed`` are the octets under the signature, without it: a signature has a twin and is no
    identity. ``signed_at`` is None where the format has no time of its own. ``further`` is what
    the holder signed beside, for other standards.
    """

    signed: bytes
    signed_at: datetime | None
    further: JsonObject
