"""Following every label's chain through the log: numbers without a gap, each naming the last."""

from collections.abc import Sequence

from consent.auditing.report import Problem
from consent.errors import ConsentError
from consent.forms.entry import Leaf


class Chains:
    """The last entry of every label so far; about 250 octets of memory a label."""

    def __init__(self) -> None:
        self._last: dict[bytes, tuple[int, bytes]] = {}
        self.problems: list[Problem] = []

    def follow(self, start: int, leaves: Sequence[bytes], hashes: Sequence[bytes]) -> None:
        """Take in entries from index ``start`` on, with their leaf hashes."""
        for index, (octets, leaf_hash) in enumerate(zip(leaves, hashes, strict=False), start):
            try:
                leaf = Leaf.parse(octets)
            except ConsentError as error:
                self.problems.append(Problem(index, f"entry {index}: {error.detail}"))
                continue
            number, previous = self._last.get(leaf.label, (0, None))
            if (leaf.number, leaf.previous) != (number + 1, previous):
                what = f"entry {index}: it does not continue its label's entry number {number}"
                self.problems.append(Problem(index, what))
            self._last[leaf.label] = leaf.number, leaf_hash
