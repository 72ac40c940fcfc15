"""One item: a data element with the random that hides it behind its digest (9.1.2.5)."""

import hashlib
from enum import StrEnum
from typing import Final, NamedTuple

from standards.cbor.errors import CborError
from standards.cbor.members import embedded, members
from standards.cbor.read import loads
from standards.cbor.value import CborValue, Encodable
from standards.cbor.write import dumps
from standards.cbor.write import embedded as write_embedded
from standards.mdoc.errors import MdocError, MdocFailure
from standards.mdoc.limits import ITEM_LIMITS, LEAST_RANDOM, MAX_DIGEST_ID, MOST_RANDOM

_ID, _RANDOM, _NAME, _VALUE = "digestID", "random", "elementIdentifier", "elementValue"


class DigestAlgorithm(StrEnum):
    """Values of ``digestAlgorithm`` (9.1.2.4)."""

    SHA_256 = "SHA-256"
    SHA_384 = "SHA-384"
    SHA_512 = "SHA-512"


_HASHES: Final = {
    DigestAlgorithm.SHA_256: hashlib.sha256,
    DigestAlgorithm.SHA_384: hashlib.sha384,
    DigestAlgorithm.SHA_512: hashlib.sha512,
}


def digest_of(octets: bytes, algorithm: DigestAlgorithm) -> bytes:
    """Return the digest over the tagged octets of an item, as they stand."""
    return _HASHES[algorithm](octets).digest()


class IssuerSignedItem(NamedTuple):
    """An item as received: ``octets`` are what its digest was made over, tag and all."""

    namespace: str
    digest_id: int
    element: str
    value: CborValue
    octets: bytes


def parse_item(namespace: str, value: CborValue) -> IssuerSignedItem:
    """Return the item in one ``IssuerSignedItemBytes``, or raise `MdocError`.

    Raises item_malformed, random_too_short.
    """
    tagged, content = embedded(value, "an item", _malformed)
    try:
        read = members(loads(content, limits=ITEM_LIMITS), "an item", _malformed)
    except CborError as error:
        raise _malformed(error.detail) from error
    read.only(_ID, _RANDOM, _NAME, _VALUE)
    digest_id, size = read.count(_ID), len(read.octets(_RANDOM))
    if digest_id > MAX_DIGEST_ID or size > MOST_RANDOM:
        raise _malformed("a digest identifier or a random that is too large")
    if size < LEAST_RANDOM:
        raise MdocError(
            MdocFailure.RANDOM_TOO_SHORT, f"a random of {LEAST_RANDOM} octets was expected"
        )
    return IssuerSignedItem(
        namespace, digest_id, read.text(_NAME), read.any(_VALUE), tagged.octets
    )


def item_octets(digest_id: int, element: str, value: Encodable, random: bytes) -> bytes:
    """Return ``IssuerSignedItemBytes``: the item with its tag."""
    item: Encodable = {_ID: digest_id, _RANDOM: random, _NAME: element, _VALUE: value}
    return write_embedded(dumps(item))


def _malformed(detail: str) -> MdocError:
    return MdocError(MdocFailure.ITEM_MALFORMED, detail)
