"""Looking through the log as an auditor does: a page of entries, one entry with its proof.

What is shown comes out of the entries' own octets. What is *looked for* (a type, a place) is
answered by columns that the database keeps beside them: a search finds, it proves nothing. What
proves is the path of one entry, checked here before it is shown, and the verification of the
whole log (`consent.verifying`).
"""

from dataclasses import dataclass
from typing import Final

from consent.errors import ConsentError
from consent.forms.entry import Leaf
from consent.forms.receipt import EntryProof
from consent.log_files import LogFiles
from consent.ports import EntryFilter, Store, Turn
from consent.tlog.checkpoint import Checkpoint, open_checkpoint
from consent.tlog.merkle import inclusion_siblings, leaf_hash, node_hash
from consent.tlog.signed_note import VerifierKey

# A page that a person reads to its end.
PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class BrowsedEntry:
    """An entry as it stands in a list: read, not proven; ``leaf`` None where it is unreadable."""

    index: int
    leaf: Leaf | None


@dataclass(frozen=True, slots=True)
class EntriesPage:
    """Entries, newest first; ``older`` and ``newer`` are where the next pages begin, if any."""

    entries: tuple[BrowsedEntry, ...]
    older: int | None
    newer: int | None


@dataclass(frozen=True, slots=True)
class ProofStep:
    """One hash on the way from an entry to the signed root.

    ``first`` and ``last`` are the entries under ``sibling``, which stands left of the path or
    right of it; ``root`` is what both together hash to.
    """

    sibling: bytes
    is_left: bool
    first: int
    last: int
    root: bytes


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """One entry, proven to be in the log of the checkpoint."""

    leaf: Leaf
    hash: bytes
    proof: EntryProof
    steps: tuple[ProofStep, ...]
    checkpoint: Checkpoint


@dataclass(frozen=True, slots=True)
class Overview:
    """The log as a whole, as its last signature has it; ``note`` is that signature's own text."""

    checkpoint: Checkpoint
    note: str


class Browsing:
    """Reading for people; raises `ConsentError`: not_found, or store_damaged."""

    def __init__(self, store: Store, files: LogFiles, log_key: VerifierKey) -> None:
        self._store = store
        self._files = files
        self.log_key = log_key

    async def overview(self) -> Overview:
        """Return size, root and signature."""
        note = (await self._files.head()).checkpoint
        return Overview(open_checkpoint(note, log_key=self.log_key), note)

    async def page(self, wanted: EntryFilter, turn: Turn) -> EntriesPage:
        """Return the entries that are looked for, a page of them."""
        rows = await self._store.found(wanted, turn, PAGE + 1)
        backwards = turn.newer_than is not None
        more, kept = len(rows) > PAGE, rows[:PAGE]
        entries = tuple(sorted(map(_browsed, kept), key=lambda entry: -entry.index))
        turned = turn.older_than is not None
        return EntriesPage(
            entries,
            older=entries[-1].index if entries and (more or backwards) else None,
            newer=entries[0].index if entries and (more if backwards else turned) else None,
        )

    async def entry(self, index: int) -> ShownEntry:
        """Return one entry, its proof checked; another's index is not_found like none."""
        proof = await self._files.prove(index)
        proven = proof.verify(log_key=self.log_key)
        return ShownEntry(
            leaf=proven.leaf,
            hash=leaf_hash(proof.leaf),
            proof=proof,
            steps=steps_of(proof),
            checkpoint=proven.checkpoint,
        )


def steps_of(proof: EntryProof) -> tuple[ProofStep, ...]:
    """Return the way from the entry to the root; the last step's ``root`` is the log's."""
    steps = []
    root = leaf_hash(proof.leaf)
    siblings = inclusion_siblings(proof.index, proof.size)
    for (start, end), sibling in zip(siblings, proof.proof, strict=True):
        is_left = start < proof.index
        root = node_hash(sibling, root) if is_left else node_hash(root, sibling)
        steps.append(ProofStep(sibling, is_left, start, end - 1, root))
    return tuple(steps)


def _browsed(row: tuple[int, bytes]) -> BrowsedEntry:
    index, octets = row
    try:
        return BrowsedEntry(index, Leaf.parse(octets))
    except ConsentError:
        # One damaged entry must not hide the others; the verification says what is wrong with it.
        return BrowsedEntry(index, None)
