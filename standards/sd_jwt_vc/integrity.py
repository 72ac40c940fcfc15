"""Document integrity as W3C Subresource Integrity writes it (draft-13 §7)."""

import hashlib
import hmac
import re
from base64 import b64decode, b64encode
from binascii import Error

from standards.sd_jwt_vc.errors import VcError, VcFailure

# From the weakest up: where a document has several hashes, the strongest kind decides (SRI 3.3.3).
_HASHES = {"sha256": hashlib.sha256, "sha384": hashlib.sha384, "sha512": hashlib.sha512}
_STRENGTH = tuple(_HASHES)
_ONE = re.compile(r"(sha256|sha384|sha512)-([A-Za-z0-9+/]{43,88}={0,2})(\?[!-~]*)?", re.ASCII)
_MAX_METADATA = 1024


def integrity_of(document: bytes) -> str:
    """Return the integrity metadata of a document, with SHA-256."""
    return "sha256-" + b64encode(hashlib.sha256(document).digest()).decode("ascii")


def check_integrity(document: bytes, metadata: str) -> None:
    """Return when ``document`` is what ``metadata`` hashed, else raise type_integrity.

    Stricter than a browser: metadata without a hash we know protects nothing, so it is refused.
    """
    if len(metadata) > _MAX_METADATA:
        raise _mismatch()
    found = [match for text in metadata.split() if (match := _ONE.fullmatch(text)) is not None]
    if not found:
        raise _mismatch()
    strongest = max((match[1] for match in found), key=_STRENGTH.index)
    digest = _HASHES[strongest](document).digest()
    # A weaker hash is shorter, so its text is never this digest's.
    if not any(_equals(match[2], digest) for match in found):
        raise _mismatch()


def _equals(text: str, digest: bytes) -> bool:
    try:
        return hmac.compare_digest(b64decode(text, validate=True), digest)
    except Error:
        return False


def _mismatch() -> VcError:
    return VcError(VcFailure.TYPE_INTEGRITY, "another document than its hash says")
