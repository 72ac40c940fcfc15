"""The end of a log: its last checkpoint is the first thing that the next one says.

A log is for a year and an operator. When it ends nothing is appended any more; its files are
served for ever, and its successor, under a name of its own, begins with an entry of type frozen
that commits to the last checkpoint. Whoever cosigns the successor has thereby countersigned it.
"""

import hashlib
from typing import Final

from consent.errors import ConsentError, ConsentFailure
from consent.tlog.checkpoint import Checkpoint, open_checkpoint
from consent.tlog.verifier_key import VerifierKey

_REQUEST_OCTETS: Final = 16


def open_frozen(note: str, vkey: str, *, successor: str) -> Checkpoint:
    """Return the last checkpoint of a frozen log, or raise `ConsentError`.

    wrong_origin: it has the name of its ``successor``, which would be the same log signed anew;
    otherwise as `open_checkpoint`.
    """
    checkpoint = open_checkpoint(note, log_key=VerifierKey.parse(vkey))
    if checkpoint.origin == successor:
        raise ConsentError(
            ConsentFailure.WRONG_ORIGIN, f"{successor} is frozen: its successor needs another name"
        )
    return checkpoint


def commitment_of(checkpoint: Checkpoint) -> bytes:
    """Return what the entry of type frozen commits to: SHA-256 of the checkpoint's three lines."""
    return hashlib.sha256(checkpoint.text().encode()).digest()


def request_of(checkpoint: Checkpoint) -> bytes:
    """Return the request under which the entry is written, once however often it is asked for."""
    return commitment_of(checkpoint)[:_REQUEST_OCTETS]
