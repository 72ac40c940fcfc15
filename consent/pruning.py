"""Pruning a log, as C2SP tlog-tiles says: what is old is no longer served, nothing is deleted.

A tile or bundle whose last entry is below the minimum index is denied. Everything else stays as it
was: the tree, all proofs, every entry from the minimum on, and a proof of any older one for who
asks (``proof/<index>``). Without a published policy a log is not pruned.
"""

from dataclasses import dataclass
from typing import Final

from consent.errors import ConsentError, ConsentFailure
from consent.tlog.tiles import WIDTH, TileAddress

FILE: Final = "minimum-index"


@dataclass(frozen=True, slots=True)
class Pruning:
    """From which entry on the log is published, and where the reason is: a policy's address."""

    minimum: int = 0
    policy: str | None = None

    def text(self) -> str:
        """Return what is published: the minimum index, then the policy's address if any."""
        return "".join(f"{line}\n" for line in (self.minimum, self.policy) if line is not None)

    def check(self, path: str) -> None:
        """Raise `ConsentError` (pruned) for a tile or bundle that ends below the minimum.

        A partial tile goes with the full one: it ends where that one ends. Raises not_found for a
        path that is no tile's.
        """
        tile = TileAddress.parse(path)
        end = (tile.index + 1) * WIDTH ** ((tile.level or 0) + 1)
        if end <= self.minimum:
            raise ConsentError(
                ConsentFailure.PRUNED,
                f"entries below {self.minimum} are no longer published: {self.policy}",
            )
