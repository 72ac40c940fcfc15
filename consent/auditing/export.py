"""Taking a copy of the whole log, through its static files alone.

    DIR/checkpoint  DIR/vkey  DIR/tile/0/…  DIR/tile/1/…  DIR/tile/entries/…

The folder has the layout of the log's addresses, so any web server can serve it again, and
`consent.auditing.audit` reads it without asking the operator for anything.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from consent.tlog.checkpoint import open_checkpoint
from consent.tlog.tiles import files
from consent.tlog.verifier_key import VerifierKey
from keys.json_value import JsonObject

CHECKPOINT = "checkpoint"
VKEY = "vkey"

Fetch = Callable[[str], Awaitable[bytes]]
Write = Callable[[str, bytes], None]


@dataclass(frozen=True, slots=True)
class Exported:
    """How many entries were copied, and the root they are signed with; nothing is audited."""

    size: int
    root: bytes

    def as_dict(self) -> JsonObject:
        """Return ``{"size", "root"}``, the root in hexadecimal."""
        return {"size": self.size, "root": self.root.hex()}


async def export_log(fetch: Fetch, write: Write) -> Exported:
    """Copy every file that the present checkpoint implies.

    ``fetch`` returns the octets of a path below the log's address; ``write`` keeps them. Raises
    `ConsentError` when the checkpoint is not signed by the log's own key, and whatever ``fetch``
    raises.
    """
    vkey, note = await fetch(VKEY), await fetch(CHECKPOINT)
    key = VerifierKey.parse(vkey.decode("utf-8", "replace"))
    checkpoint = open_checkpoint(note.decode("utf-8", "replace"), log_key=key)
    write(VKEY, vkey)
    for address in files(checkpoint.size):
        write(address.path(), await fetch(address.path()))
    # Written last: a folder with a checkpoint is a whole copy.
    write(CHECKPOINT, note)
    return Exported(checkpoint.size, checkpoint.root)
