"""Following every label's chain through the log: numbers without a gap, each naming the last."""

from typing import Final

from consent.auditing.report import Problem
from consent.forms.entry import Leaf

# Of each label: label, number, index, leaf hash, in octets; a dictionary would need four times it.
_NUMBER: Final = slice(32, 40)
_INDEX: Final = slice(40, 48)
_HASH: Final = slice(48, 80)
_ROW: Final = 80
_NONE: Final = bytes(_ROW)


class Chains:
    """The last entry of every label so far, in rows by the label's first two octets."""

    def __init__(self) -> None:
        self._rows: dict[bytes, bytearray] = {}
        self.problems: list[Problem] = []

    def take(self, index: int, leaf: Leaf, leaf_hash: bytes) -> None:
        """Take in the entry at ``index``, which hashes to ``leaf_hash``."""
        rows = self._rows.setdefault(leaf.label[:2], bytearray())
        at = _found(rows, leaf.label)
        last = rows[at : at + _ROW] if at < len(rows) else _NONE
        number = int.from_bytes(last[_NUMBER], "big")
        if leaf.number != number + 1:
            what = f"entry {index}: it does not continue its label's entry number {number}"
            self.problems.append(Problem(index, what))
        elif number and leaf.previous != last[_HASH]:
            # Either of the two was changed; which one, the tree says where it can.
            before = int.from_bytes(last[_INDEX], "big")
            what = (
                f"entry {index}: it does not continue its label's entry number {number}, "
                f"it names other octets than stand in entry {before}"
            )
            self.problems.append(Problem(index, what, also=before))
        numbers = leaf.number.to_bytes(8, "big") + index.to_bytes(8, "big")
        rows[at : at + _ROW] = leaf.label + numbers + leaf_hash


def _found(rows: bytearray, label: bytes) -> int:
    """Return where a label's row begins, or the end of the rows."""
    at = rows.find(label)
    while at % _ROW and at >= 0:
        # Those octets stand across two rows, by chance or by somebody's choice.
        at = rows.find(label, at + 1)
    return at if at >= 0 else len(rows)
