"""Proofs that an entry is in a log, as one file that stands alone (C2SP tlog-proof).

    c2sp.org/tlog-proof@v1
    index 73894
    gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=
    …one line for each sibling, from the leaf's to the root's child…
    <empty line>
    example.com/fancylog
    …the rest of the checkpoint, word for word, with every cosignature…

The file says where an entry is and not which: the reader hashes the entry, and believes the rest
when the checkpoint is signed by keys known beforehand.
"""

import base64
import re
from dataclasses import dataclass
from typing import Final, Self

from consent.tlog.merkle import HASH_SIZE, SIZE_LIMIT
from consent.tlog.signed_note import NOTE_LIMIT
from consent.tlog.verifier_key import decode_base64, malformed

# C2SP tlog-witness: no proof has more hashes.
PROOF_LIMIT: Final = 63

_HEADER: Final = "c2sp.org/tlog-proof@v1\n"
_EXTRA: Final = "extra "
_INDEX = re.compile("index (0|[1-9][0-9]{0,18})")
# Ours carry none; what others put there (a proof of a verifiable random function) is short.
_EXTRA_LIMIT: Final = 16 * 1024
_TEXT_LIMIT: Final = NOTE_LIMIT + 2 * _EXTRA_LIMIT


@dataclass(frozen=True, slots=True)
class TlogProof:
    """Where an entry is and how its leaf hash leads to a root; proves nothing by itself.

    ``hashes`` are the audit path, lowest sibling first; ``checkpoint_note`` is the signed note
    with whatever cosignatures it had. ``extra`` is signed by nobody: it may help to find
    something, and nothing may rest on it.
    """

    index: int
    hashes: tuple[bytes, ...]
    checkpoint_note: str
    extra: bytes = b""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the lines, or raise `ConsentError` (malformed); each proof has one spelling.

        The checkpoint is taken as it stands: `checkpoint.open_checkpoint` or
        `cosignature.open_cosigned` reads it.
        """
        if len(text) > _TEXT_LIMIT or not text.startswith(_HEADER):
            raise malformed(f"a proof begins with {_HEADER.strip()}")
        head, _, note = text.removeprefix(_HEADER).partition("\n\n")
        if not note:
            raise malformed("a proof has an empty line and then a checkpoint")
        lines = head.split("\n")
        extra = _extra(lines.pop(0)) if lines[0].startswith(_EXTRA) else b""
        if not lines or len(lines) > PROOF_LIMIT + 1:
            raise malformed(f"a proof has an index and at most {PROOF_LIMIT} hashes")
        return cls(_index(lines[0]), tuple(map(_hash, lines[1:])), note, extra)

    def text(self) -> str:
        """Return the lines that `parse` reads."""
        lines = [f"{_EXTRA}{base64.b64encode(self.extra).decode()}"] if self.extra else []
        lines.append(f"index {self.index}")
        lines += [base64.b64encode(octets).decode() for octets in self.hashes]
        return _HEADER + "\n".join(lines) + "\n\n" + self.checkpoint_note


def _extra(line: str) -> bytes:
    octets = decode_base64(line.removeprefix(_EXTRA), "the extra data of a proof")
    if not 0 < len(octets) <= _EXTRA_LIMIT:
        raise malformed(f"the extra data of a proof has 1 to {_EXTRA_LIMIT} octets")
    return octets


def _index(line: str) -> int:
    match = _INDEX.fullmatch(line)
    if match is None or int(match[1]) >= SIZE_LIMIT:
        raise malformed("a proof says the index of its entry, a decimal number")
    return int(match[1])


def _hash(line: str) -> bytes:
    octets = decode_base64(line, "a hash of a proof")
    if len(octets) != HASH_SIZE:
        raise malformed("a hash of a proof is a SHA-256 hash")
    return octets
