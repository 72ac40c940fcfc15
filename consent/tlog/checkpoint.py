"""Checkpoints, byte for byte as C2SP tlog-checkpoint says: the log's whole state, signed.

    example.com/behind-the-sofa
    20852163
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

    — example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhc…

Three lines (origin, size, root), then the note's signatures. Ours never have extension lines, and
the key's name is the origin.
"""

import base64
import re
from dataclasses import dataclass
from typing import Self

from consent.errors import ConsentError, ConsentFailure
from consent.tlog.merkle import HASH_SIZE, SIZE_LIMIT
from consent.tlog.signed_note import NoteSigner, open_note
from consent.tlog.verifier_key import VerifierKey, decode_base64, malformed

_SIZE = re.compile("0|[1-9][0-9]{0,18}")
_LINES = 3


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log says of itself; worth something only when it comes from `open_checkpoint`."""

    origin: str
    size: int
    root: bytes

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the three lines, or raise `ConsentError` (malformed); extension lines are refused.

        tlog-checkpoint discourages them and our log writes none, so a line more is a line that
        nobody here understands.
        """
        lines = text.split("\n")
        if len(lines) != _LINES + 1 or lines[-1]:
            raise malformed("a checkpoint has three lines: origin, size, root")
        origin, size, root = lines[:_LINES]
        if not origin or not _SIZE.fullmatch(size) or int(size) >= SIZE_LIMIT:
            raise malformed("a checkpoint's size is a decimal number")
        octets = decode_base64(root, "a checkpoint's root")
        if len(octets) != HASH_SIZE:
            raise malformed("a checkpoint's root is a SHA-256 hash")
        return cls(origin, int(size), octets)

    def text(self) -> str:
        """Return the three lines, each with its newline: what is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def sign_checkpoint(checkpoint: Checkpoint, signer: NoteSigner) -> str:
    """Return the signed note; the caller has made sure that it continues what was signed before.

    (A log never signs two checkpoints of which neither continues the other, tlog-checkpoint.)
    """
    return signer.sign(checkpoint.text())


def open_checkpoint(note: str, *, log_key: VerifierKey) -> Checkpoint:
    """Return what the log with this key signed, or raise `ConsentError`.

    wrong_origin: signed by the key, but for another log; otherwise as `open_note` and `parse`.
    """
    opened = open_note(note, known=log_key.history)
    checkpoint = Checkpoint.parse(opened.text)
    if checkpoint.origin != log_key.name:
        raise ConsentError(
            ConsentFailure.WRONG_ORIGIN, f"the checkpoint of {log_key.name} was expected"
        )
    return checkpoint
