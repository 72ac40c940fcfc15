"""A status list as bits: packed from the lowest bit up, then DEFLATE in ZLIB form (§4.1)."""

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Self

from keys import base64url
from keys.errors import KeysError
from keys.strict_json import JsonObject, JsonValue
from standards.cbor.value import CborValue, Encodable
from standards.status_list.errors import StatusListError, StatusListFailure

# The format sets no limit, so we must: two million credentials at 8 bits, 16 million at one.
MAX_PACKED = 1024 * 1024
MAX_UNPACKED = 16 * 1024 * 1024
_BITS_PER_OCTET = 8
_HIGHEST_LEVEL = 9


class Status(IntEnum):
    """What a bit field says (§7.1); other values mean something to their makers only.

    APPLICATION_SPECIFIC is registered for applications to use: ours is a certificate whose source
    has changed since, so that what it says is outdated. Whoever does not know the application
    refuses it like any status but VALID.
    """

    VALID = 0x00
    INVALID = 0x01
    SUSPENDED = 0x02
    APPLICATION_SPECIFIC = 0x03


@dataclass(frozen=True, slots=True)
class StatusList:
    """``bits`` (1, 2, 4 or 8) per credential, in ``octets``."""

    bits: int
    octets: bytes

    def __post_init__(self) -> None:
        if self.bits not in (1, 2, 4, 8):
            raise _malformed("bits is 1, 2, 4 or 8")

    @classmethod
    def of(cls, bits: int, size: int, statuses: Iterable[tuple[int, int]]) -> Self:
        """Return a list of at least ``size`` fields, VALID but for ``statuses`` (index, value).

        Raises index_out_of_range for an index beyond the list, status_unknown for a value its
        fields cannot hold.
        """
        empty = cls(bits, bytes(-(-size * bits // _BITS_PER_OCTET)))
        # One octet a field, so that a million are written at the speed of a plain loop.
        fields = bytearray(empty.size)
        for index, value in statuses:
            if not 0 <= index < empty.size:
                raise empty._out_of_range()
            if not 0 <= value < 1 << bits:
                raise StatusListError(
                    StatusListFailure.STATUS_UNKNOWN, f"{bits} bits cannot hold this status"
                )
            fields[index] = value
        return cls(bits, _packed(fields, bits))

    @property
    def size(self) -> int:
        """How many fields there are."""
        return len(self.octets) * _BITS_PER_OCTET // self.bits

    def place(self, index: int) -> tuple[int, int]:
        """Return the octet and the shift of a field, or raise index_out_of_range (§8.3)."""
        if not 0 <= index < self.size:
            raise self._out_of_range()
        octet, field = divmod(index * self.bits, _BITS_PER_OCTET)
        return octet, field

    def _out_of_range(self) -> StatusListError:
        detail = f"an index below {self.size} was expected"
        return StatusListError(StatusListFailure.INDEX_OUT_OF_RANGE, detail)

    def value_at(self, index: int) -> int:
        """Return the whole bit field of one credential (§7)."""
        octet, shift = self.place(index)
        return self.octets[octet] >> shift & (1 << self.bits) - 1

    def status_at(self, index: int) -> Status:
        """Return what the field says, or raise status_unknown: never guess "valid"."""
        value = self.value_at(index)
        try:
            return Status(value)
        except ValueError:
            raise StatusListError(
                StatusListFailure.STATUS_UNKNOWN, f"status {value} has no registered meaning"
            ) from None

    def as_dict(self) -> JsonObject:
        """Return the JSON form (§4.2)."""
        return {"bits": self.bits, "lst": base64url.encode(self._deflated())}

    def as_cbor(self) -> dict[str, Encodable]:
        """Return the CBOR form (§4.3): the packed octets as they are."""
        return {"bits": self.bits, "lst": self._deflated()}

    @classmethod
    def parse(cls, value: JsonValue) -> Self:
        """Return the list in its JSON form, or raise malformed or too_large (H43, H44, H45)."""
        match value:
            case {"bits": int(bits), "lst": str(lst)} if not isinstance(bits, bool):
                return cls(bits, inflate(_decoded(lst)))
            case _:
                raise _malformed("bits and lst were expected")

    @classmethod
    def parse_cbor(cls, value: CborValue) -> Self:
        """Return the list in its CBOR form, or raise malformed or too_large."""
        match value:
            case {"bits": int(bits), "lst": bytes(lst)} if not isinstance(bits, bool):
                return cls(bits, inflate(lst))
            case _:
                raise _malformed("bits and lst were expected")

    def _deflated(self) -> bytes:
        return zlib.compress(self.octets, level=_HIGHEST_LEVEL)


def _packed(fields: bytearray, bits: int) -> bytes:
    """Return fields of one octet each, packed lowest bit first (§4.1).

    Every so-manieth field goes to the same place in its octet, so each slice is one long number:
    shifted, it cannot reach the next octet, and all of them are joined at once.
    """
    each = _BITS_PER_OCTET // bits
    joined = 0
    for place in range(each):
        joined |= int.from_bytes(fields[place::each], "little") << place * bits
    return joined.to_bytes(len(fields) // each, "little")


def inflate(packed: bytes) -> bytes:
    """Return the octets of exactly one whole ZLIB stream, of any level (H43, H44).

    No more than the limit is ever unpacked: one octet beyond it is enough to refuse.
    """
    if len(packed) > MAX_PACKED:
        raise _too_large()
    stream = zlib.decompressobj(wbits=zlib.MAX_WBITS)
    try:
        octets = stream.decompress(packed, MAX_UNPACKED + 1)
    except zlib.error:
        raise _malformed("lst is no ZLIB stream") from None
    if len(octets) > MAX_UNPACKED:
        raise _too_large()
    if not stream.eof or stream.unused_data:
        raise _malformed("lst is one whole ZLIB stream and nothing after it")
    return octets


def _decoded(lst: str) -> bytes:
    try:
        return base64url.decode(lst)
    except KeysError as error:
        raise _malformed(error.detail) from error


def _malformed(detail: str) -> StatusListError:
    return StatusListError(StatusListFailure.MALFORMED, detail)


def _too_large() -> StatusListError:
    return StatusListError(
        StatusListFailure.TOO_LARGE,
        f"a list of at most {MAX_PACKED} octets, {MAX_UNPACKED} unpacked, was expected",
    )
