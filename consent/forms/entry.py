"""An entry of the log: what is written for ever, and so says as little as possible.

    {"commitment":"<43>","label":"<43>","number":2,"previous":"<43>","type":"used","v":1}

Canonical JSON (RFC 8785) in exactly this spelling; the 43 characters are 32 octets in base64url.
``commitment`` hides a record, ``label`` hides a pair of holder and party, ``number`` counts the
label's entries from 1, and ``previous`` is the leaf hash (RFC 6962) of the entry numbered one
below, ``null`` at 1: the entries of a label are a chain that nobody can shorten or reorder.
"""

import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from consent.errors import ConsentError, ConsentFailure
from consent.tlog.merkle import leaf_hash
from keys import base64url
from keys.errors import KeysError

# The longest leaf is shorter; the entry bundles of tlog-tiles allow 65,535 octets.
LEAF_LIMIT = 300

_LOG_LABEL_CONTEXT = b"mydata-log-label-v1"
_PARTY_LABEL_CONTEXT = b"mydata-party-label-v1"

_FORM = re.compile(
    rb'\{"commitment":"(?P<commitment>[\w-]{43})","label":"(?P<label>[\w-]{43})",'
    rb'"number":(?P<number>[1-9][0-9]{0,14}),'
    rb'"previous":(?:null|"(?P<previous>[\w-]{43})"),"type":"(?P<type>[a-z_]{1,32})","v":1\}'
)


class Author(StrEnum):
    """Who may write an entry of a type: one of the pair, or the ledger itself."""

    HOLDER = "holder"
    PARTY = "party"
    LEDGER = "ledger"


class EntryType(StrEnum):
    """The coarse kind of an entry: all that the public learns of what happened."""

    # written by the holder
    CONSENT = "consent"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    DELETION_REQUESTED = "deletion_requested"
    ABOUT = "about"
    # written by the relying party
    USED = "used"
    USED_LATE = "used_late"
    ACKNOWLEDGED = "acknowledged"
    ERASED = "erased"
    RETAINED = "retained"
    OVER_ASKED = "over_asked"
    # written by the ledger under a pair's label
    EXPIRED = "expired"
    OVERDUE = "overdue"
    AUDITED = "audited"
    REUSED = "reused"
    SHREDDED = "shredded"
    # written by the ledger under its own label: about the log, and nobody in it
    MAP = "map"
    ROTATED = "rotated"
    FROZEN = "frozen"

    @property
    def author(self) -> Author:
        """The only one who may write entries of this type."""
        if self in _BY_HOLDER:
            return Author.HOLDER
        return Author.PARTY if self in _BY_PARTY else Author.LEDGER


_BY_HOLDER = frozenset(
    {
        EntryType.CONSENT,
        EntryType.REFUSED,
        EntryType.WITHDRAWN,
        EntryType.DELETION_REQUESTED,
        EntryType.ABOUT,
    }
)
_BY_PARTY = frozenset(
    {
        EntryType.USED,
        EntryType.USED_LATE,
        EntryType.ACKNOWLEDGED,
        EntryType.ERASED,
        EntryType.RETAINED,
        EntryType.OVER_ASKED,
    }
)


def log_label(origin: str) -> bytes:
    """Return the label of what the log says of itself (map, rotated, frozen), 32 octets.

    Anyone can compute it, and nobody but the ledger may write under it.
    """
    return hashlib.sha256(_LOG_LABEL_CONTEXT + origin.encode()).digest()


def party_label(party_id: str, origin: str) -> bytes:
    """Return the label of what a party did to nobody in particular (over_asked), 32 octets.

    Anyone can compute it from the registration id, on purpose: a party answers for it in public.
    """
    octets = party_id.encode() + b"\x00" + origin.encode()
    return hashlib.sha256(_PARTY_LABEL_CONTEXT + octets).digest()


@dataclass(frozen=True, slots=True)
class Leaf:
    """One entry; ``label``, ``previous`` and ``commitment`` are 32 octets."""

    type: EntryType
    label: bytes
    number: int
    previous: bytes | None
    commitment: bytes

    @classmethod
    def parse(cls, octets: bytes) -> Self:
        """Read an entry in its one spelling, or raise `ConsentError` (malformed)."""
        match = _FORM.fullmatch(octets)
        if match is None:
            raise _malformed("an entry is canonical JSON of six members")
        previous = match["previous"]
        number = int(match["number"])
        if (previous is None) != (number == 1):
            raise _malformed("the first entry of a label, and no other, has no previous one")
        return cls(
            _entry_type(match["type"].decode()),
            _octets(match["label"]),
            number,
            _octets(previous) if previous is not None else None,
            _octets(match["commitment"]),
        )

    def octets(self) -> bytes:
        """Return the octets that are hashed into the tree."""
        encode = base64url.encode
        previous = f'"{encode(self.previous)}"' if self.previous is not None else "null"
        return (
            f'{{"commitment":"{encode(self.commitment)}","label":"{encode(self.label)}",'
            f'"number":{self.number},"previous":{previous},"type":"{self.type.value}","v":1}}'
        ).encode("ascii")

    def hash(self) -> bytes:
        """Return the leaf hash: what the tree holds, and what the label's next entry names."""
        return leaf_hash(self.octets())


def _entry_type(name: str) -> EntryType:
    try:
        return EntryType(name)
    except ValueError:
        raise _malformed("an entry of a type that this version does not know") from None


def _octets(text: bytes) -> bytes:
    try:
        return base64url.decode(text.decode("ascii"))
    except KeysError:
        raise _malformed("base64url has unused bits") from None


def _malformed(detail: str) -> ConsentError:
    return ConsentError(ConsentFailure.MALFORMED, detail)
