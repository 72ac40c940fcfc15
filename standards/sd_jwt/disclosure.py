"""One disclosure: the salted claim that a digest in the payload stands for (RFC 9901 §4.2)."""

import hashlib
from binascii import b2a_base64
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import NamedTuple

from keys import base64url, strict_json
from keys.errors import KeysError
from keys.strict_json import JsonValue
from standards.sd_jwt.errors import SdJwtError, SdJwtFailure

SD = "_sd"
SD_ALG = "_sd_alg"
ELLIPSIS = "..."
# A claim may not be named like what carries digests (§4.1); `_sd_alg` would be dropped (§7.1).
RESERVED_NAMES = frozenset({SD, SD_ALG, ELLIPSIS})

_ARRAY_PARTS = 2  # [salt, value] (§4.2.2)
_OBJECT_PARTS = 3  # [salt, name, value] (§4.2.1)


class HashAlgorithm(StrEnum):
    """Values of `_sd_alg` (§4.1.1), by their names in the registry of named information."""

    SHA_256 = "sha-256"
    SHA_384 = "sha-384"
    SHA_512 = "sha-512"


_TO_URL = bytes.maketrans(b"+/", b"-_")
_HASHES = {
    HashAlgorithm.SHA_256: hashlib.sha256,
    HashAlgorithm.SHA_384: hashlib.sha384,
    HashAlgorithm.SHA_512: hashlib.sha512,
}
# What an absent `_sd_alg` means (§4.1.1), and what we issue with. Here by its own name, because
# Python 3.11 takes as long to find a member in its enumeration as to encode a digest.
SHA_256 = HashAlgorithm.SHA_256


def digest_of(text: str, algorithm: HashAlgorithm) -> str:
    """Return the base64url digest over the ASCII octets of ``text`` (§4.2.3, §4.3.1)."""
    return base64url.encode(_HASHES[algorithm](text.encode("ascii")).digest())


def digests_of(texts: Iterable[bytes], algorithm: HashAlgorithm) -> list[str]:
    """Return `digest_of` each text, given in ASCII octets."""
    hashed = _HASHES[algorithm]
    return encode_lines([hashed(text).digest() for text in texts]).decode("ascii").splitlines()


def encode_lines(values: Iterable[bytes]) -> bytes:
    """Return the base64url text of each value on a line of its own, as `base64url.encode` says.

    Issuing spends most of its own time here, so the loops are C's: the standard encoder ends each
    text with a line feed, and one translation serves all.
    """
    return b"".join(map(b2a_base64, values)).translate(_TO_URL, b"=")


class Disclosure(NamedTuple):
    """A disclosure as received: ``name`` is None for an array element.

    ``text`` is kept letter for letter, because the digest was made over these very letters and
    JSON can be spelled in many ways. (A named tuple, like `Disclosed`: many are made on the hot
    path, at a third of a frozen dataclass's price.)
    """

    text: str
    digest: str
    salt: str
    name: str | None
    value: JsonValue


def read_disclosures(texts: Sequence[str], algorithm: HashAlgorithm) -> list[Disclosure]:
    """Return what the base64url ``texts`` hold, or raise disclosure_malformed.

    Whether each fits the place its digest stands in is decided there (`unpack`).
    """
    try:
        arrays = strict_json.loads_each([base64url.decode(text) for text in texts])
    except KeysError as error:
        raise _malformed(error.detail) from error
    digests = digests_of([text.encode("ascii") for text in texts], algorithm)
    return list(map(_disclosure, texts, digests, arrays))


def _disclosure(text: str, digest: str, parts: JsonValue) -> Disclosure:
    # By hand: a sequence pattern would cost more than the digest.
    if isinstance(parts, list) and parts and isinstance(salt := parts[0], str):
        if len(parts) == _ARRAY_PARTS:
            return Disclosure(text, digest, salt, None, parts[1])
        if len(parts) == _OBJECT_PARTS and isinstance(name := parts[1], str):
            return Disclosure(text, digest, salt, name, parts[2])
    raise _malformed("[salt, value] or [salt, name, value] was expected")


def _malformed(detail: str) -> SdJwtError:
    return SdJwtError(SdJwtFailure.DISCLOSURE_MALFORMED, detail)
