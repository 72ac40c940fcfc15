"""Finding in a copy what belongs to some of its entries: their leaves, their labels' sizes."""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from consent.auditing.order import Read
from consent.errors import ConsentError
from consent.forms.entry import EntryType, Leaf
from consent.tlog.tiles import bundles, decode_bundle
from keys import base64url

# Every other entry is looked at only when it is asked for: parsing a million costs seconds.
_SHREDDED: Final = b'"type":"shredded"'
# Where the label stands in every entry's one spelling (`consent.forms.entry`).
_LABEL: Final = slice(69, 112)


@dataclass(frozen=True, slots=True)
class LabelEntries:
    """``leaves`` of the entries asked for, by index; ``counts`` is how many their labels have.

    ``shredded`` are the commitments that entries of the log say were made unopenable.
    """

    leaves: dict[int, Leaf]
    counts: Counter[bytes]
    shredded: frozenset[bytes]


def labels_of(read: Read, indexes: Collection[int], *, size: int) -> LabelEntries:
    """Return what a copy's first ``size`` entries hold of ``indexes`` and of their labels."""
    leaves: dict[int, Leaf] = {}
    shredded: set[bytes] = set()
    for index, octets in entries_of(read, size=size):
        if index in indexes or _SHREDDED in octets:
            leaf = _leaf(octets)
            if leaf is not None and index in indexes:
                leaves[index] = leaf
            if leaf is not None and leaf.type is EntryType.SHREDDED:
                shredded.add(leaf.commitment)
    labels = {base64url.encode(leaf.label).encode(): leaf.label for leaf in leaves.values()}
    written = (octets[_LABEL] for _, octets in entries_of(read, size=size))
    counts = Counter(labels[label] for label in written if label in labels)
    return LabelEntries(leaves, counts, frozenset(shredded))


def entries_of(read: Read, *, size: int) -> Iterator[tuple[int, bytes]]:
    """Return the first ``size`` entries of a copy with their indexes; a missing file ends it."""
    for bundle in bundles(size):
        octets = read(bundle.path())
        if octets is None:
            return
        yield from enumerate(decode_bundle(octets)[0], bundle.start)


def _leaf(octets: bytes) -> Leaf | None:
    try:
        return Leaf.parse(octets)
    except ConsentError:
        # The audit names it; here it is an entry of nobody.
        return None
