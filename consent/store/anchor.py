"""The last checkpoint that was signed, kept outside the database.

A database restored from an older backup is in itself sound, and going on from it would fork the
log. What it cannot know, this file does: that a later checkpoint was signed (H94). Two slots are
written in turn, so a loss of power in the middle of a write leaves the other one whole.

Only a slot's first write is synced: a new file may lose all its octets with the power, and a log
whose anchor holds nothing does not start. Later ones stay within the file's one sector; after a
loss of power an older checkpoint may stand there, which only makes it less strict.
"""

import os
from pathlib import Path

_SLOTS = 2


class Anchor:
    """Two files beside each other: ``<path>.0`` and ``<path>.1``."""

    def __init__(self, path: Path) -> None:
        self._paths = [path.with_name(f"{path.name}.{slot}") for slot in range(_SLOTS)]
        self._next = 0

    def read(self) -> list[str]:
        """Return what the slots hold, broken or not; nothing at the first start."""
        return [
            path.read_bytes().decode("utf-8", "replace") for path in self._paths if path.exists()
        ]

    def write(self, checkpoint: str) -> None:
        """Keep a signed checkpoint, in the slot that does not hold the one before."""
        path = self._paths[self._next]
        is_new = not path.exists()
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            # One write of the whole: checkpoints of one log only grow, so nothing old remains.
            os.write(descriptor, checkpoint.encode())
            if is_new:
                os.fsync(descriptor)
        finally:
            os.close(descriptor)
        self._next = 1 - self._next
