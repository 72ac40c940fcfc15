"""What CBOR carries here: the values of JSON, octets, and tags."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

# RFC 8949 sections 3.4.1, 3.4.5.1, RFC 8943 section 1.2.
DATE_TIME: Final = 0
EMBEDDED: Final = 24
FULL_DATE: Final = 1004


@dataclass(frozen=True, slots=True)
class Tagged:
    """A tag and its content (RFC 8949 section 3.4).

    ``octets`` are the whole of it as received, however it was spelled: what digests are made
    over. Of a tag that is to be written there are none.
    """

    number: int
    content: "CborValue"
    octets: bytes = field(default=b"", compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Encoded:
    """An item that is written already: its octets go into what is written as they are."""

    octets: bytes


CborMap: TypeAlias = "dict[int | str, CborValue]"
"""A map as it is read: keys are whole numbers and texts."""

CborValue: TypeAlias = (
    "bool | int | float | str | bytes | Tagged | list[CborValue] | CborMap | None"
)
"""What is read."""

Encodable: TypeAlias = (
    "bool | int | float | str | bytes | Tagged | Encoded | Sequence[Encodable]"
    " | Mapping[str, Encodable] | Mapping[int, Encodable] | CborMap | None"
)
"""What is written."""
