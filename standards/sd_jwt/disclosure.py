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

ClaimPath = tuple[str | int, ...]
"""Where a claim is: member names and array indexes from the root, all of them concrete."""

SD = "_sd"
SD_ALG = "_sd_alg"
ELLIPSIS = "..."
# A claim may not be named like what carries digests (§4.1); `_sd_alg` would be dropped (§7.1).
RESERVED_NAMES = frozenset({SD, SD_ALG, ELLIPSIS})


class HashAlgorithm(StrEnum):
    """Values of `_sd_alg` (§4.1.1), by their names in the registry of named information."""

    SHA_256 = "sha-256"
    SHA_384 = "sha-384"
    SHA_512 = "sha-512"


_TO_URL = bytes.maketrans(b"+/", b"-_")
_HASHES = {
    HashAlgorithm.SHA_256.value: hashlib.sha256,
    HashAlgorithm.SHA_384.value: hashlib.sha384,
    HashAlgorithm.SHA_512.value: hashlib.sha512,
}


def digest_of(text: str, algorithm: HashAlgorithm) -> str:
    """Return the base64url digest over the ASCII octets of ``text`` (§4.2.3, §4.3.1)."""
    return base64url.encode(_HASHES[algorithm.value](text.encode("ascii")).digest())


def digests_of(texts: Sequence[str], algorithm: HashAlgorithm) -> list[str]:
    """Return `digest_of` each text."""
    hashed = map(_HASHES[algorithm.value], "~".join(texts).encode("ascii").split(b"~"))
    return encode_each([state.digest() for state in hashed]) if texts else []


def encode_each(values: Iterable[bytes]) -> list[str]:
    """Return the base64url text of each value: `base64url.encode`, a dozen for the price of three.

    Issuing and verifying spend most of their own time here, so the loops are C's: the standard
    encoder ends each text with a line feed, which parts them again after one translation.
    """
    lines = b"".join(map(b2a_base64, values)).translate(_TO_URL, b"=")
    return lines.decode("ascii").splitlines()


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
    parts = [_parts(text) for text in texts]  # first, so that only ASCII is hashed
    digests = digests_of(texts, algorithm)
    return [
        Disclosure(text, digest, salt, name, value)
        for text, digest, (salt, name, value) in zip(texts, digests, parts, strict=True)
    ]


def _parts(text: str) -> tuple[str, str | None, JsonValue]:
    try:
        parts = strict_json.loads(base64url.decode(text))
    except KeysError as error:
        raise _malformed(error.detail) from error
    match parts:
        case [str(salt), value]:
            return salt, None, value
        case [str(salt), str(name), value]:
            return salt, name, value
        case _:
            raise _malformed("[salt, value] or [salt, name, value] was expected")


def _malformed(detail: str) -> SdJwtError:
    return SdJwtError(SdJwtFailure.DISCLOSURE_MALFORMED, detail)
