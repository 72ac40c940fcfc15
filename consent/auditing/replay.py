"""Replaying the map from the entries alone: every seal must name the root that they lead to.

The same buckets and crown as the ledger keeps (`consent.complete.buckets`), because the root does
not show how it was come by: 64 octets a label and 4 MiB, however long the log is.
"""

from typing import Final

from consent.auditing.report import Problem
from consent.complete.buckets import Crown, bucket_of, bucket_root, bucket_with
from consent.complete.prefix_map import end_hash
from consent.forms.entry import EntryType, Leaf

# Entries after which labels are put into their buckets even without a seal.
_WAITING: Final = 4096


class MapReplay:
    """The map over the entries so far; ``log_label`` is that of the log's own, in no map.

    ``problems`` names the first seal with a wrong root, and none after it: what follows a map that
    nobody can reproduce says nothing more.
    """

    def __init__(self, log_label: bytes) -> None:
        self._log_label = log_label
        # made with the first seal: most copies that a test or a fuzzer reads have none
        self._crown: Crown | None = None
        self._buckets: dict[int, bytes] = {}
        self._ends: dict[bytes, tuple[int, bytes]] = {}
        self.problems: list[Problem] = []

    def take(self, index: int, leaf: Leaf, leaf_hash: bytes) -> None:
        """Take in the entry at ``index``, which hashes to ``leaf_hash``."""
        if self.problems:
            return
        if leaf.label == self._log_label:
            if leaf.type is EntryType.MAP:
                self._judge(index, leaf.commitment)
            return
        if leaf.type is EntryType.MAP:
            self._found(index, "it is a map under a label that is not the log's")
        self._ends[leaf.label] = leaf.number, leaf_hash
        if len(self._ends) >= _WAITING:
            self._apply()

    def _judge(self, index: int, root: bytes) -> None:
        if self._apply() != root:
            self._found(index, "the map it seals is not that of the entries before it")

    def _apply(self) -> bytes:
        """Put into the buckets what waits, and return the root."""
        touched: dict[int, dict[bytes, bytes]] = {}
        for label, (number, head) in self._ends.items():
            touched.setdefault(bucket_of(label), {})[label] = end_hash(label, number, head)
        self._ends.clear()
        roots = {}
        for bucket, hashes in touched.items():
            octets = bucket_with(self._buckets.get(bucket, b""), hashes)
            self._buckets[bucket] = octets
            roots[bucket] = bucket_root(octets)
        crown = self._crown = self._crown or Crown()
        crown.put(crown.changed(roots))
        return crown.root

    def _found(self, index: int, what: str) -> None:
        self.problems.append(Problem(index, f"entry {index}: {what}"))
