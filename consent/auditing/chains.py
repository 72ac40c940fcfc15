"""Following every label's chain through the log: numbers without a gap, each naming the last."""

from typing import Final

from consent.auditing.report import Problem
from consent.forms.entry import Leaf

_NONE: Final = (0, None, -1)


class Chains:
    """The last entry of every label so far; about 280 octets of memory a label."""

    def __init__(self) -> None:
        self._last: dict[bytes, tuple[int, bytes, int]] = {}
        self.problems: list[Problem] = []

    def take(self, index: int, leaf: Leaf, leaf_hash: bytes) -> None:
        """Take in the entry at ``index``, which hashes to ``leaf_hash``."""
        number, previous, before = self._last.get(leaf.label, _NONE)
        if leaf.number != number + 1:
            what = f"entry {index}: it does not continue its label's entry number {number}"
            self.problems.append(Problem(index, what))
        elif leaf.previous != previous:
            # Either of the two was changed; which one, the tree says where it can.
            what = (
                f"entry {index}: it does not continue its label's entry number {number}, "
                f"it names other octets than stand in entry {before}"
            )
            self.problems.append(Problem(index, what, also=before))
        self._last[leaf.label] = leaf.number, leaf_hash, index
