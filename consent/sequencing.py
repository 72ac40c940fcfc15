"""Giving a batch of entries their places: which are new, which repeat, which chain they continue.

Pure: what the database knows comes in, what has to be written goes out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from consent.deposits import Kept
from consent.errors import ConsentError, ConsentFailure
from consent.forms.entry import Leaf
from consent.forms.submission import NewEntry
from consent.tlog.merkle import leaf_hash


@dataclass(frozen=True, slots=True)
class LabelKeys:
    """Who may write under a label, fixed by its first entry.

    ``mac_key`` is sealed, None under a label of the log or of a party, which is no pair's;
    ``holder`` is the thumbprint of the holder's key, None when a relying party opened the label
    (for a wallet that keeps no ledger).
    """

    mac_key: bytes | None
    holder: str | None


@dataclass(frozen=True, slots=True)
class AuthorisedEntry:
    """An entry that its submitter may write, as far as the label's keys were known.

    ``request`` (16 octets) makes retries the same request; ``opens`` are the keys of a label that
    nobody had used, None under one that has keys. ``after`` is the label's last number that the
    decision was made on, None for one that holds whatever was written meanwhile; ``kept`` is what
    was deposited with it.
    """

    entry: NewEntry
    request: bytes
    opens: LabelKeys | None
    after: int | None = None
    kept: Kept | None = None


@dataclass(frozen=True, slots=True)
class LabelEnd:
    """The last entry of a label: its number and leaf hash."""

    number: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class Known:
    """What the database says about a batch: nothing of what it leaves out exists.

    ``ends`` are the last entries of labels; ``written`` place and octets of requests answered
    before.
    """

    ends: Mapping[bytes, LabelEnd]
    written: Mapping[bytes, tuple[int, bytes]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Placed:
    """A new entry: its index in the log, its octets and their leaf hash."""

    index: int
    number: int
    leaf: bytes
    hash: bytes
    authorised: AuthorisedEntry


@dataclass(frozen=True, slots=True)
class Repeated:
    """The request was answered before: its entry is at ``index``."""

    index: int


@dataclass(frozen=True, slots=True)
class LabelOpened:
    """Somebody was quicker to open the label: the entry must be authorised by its keys."""


@dataclass(frozen=True, slots=True)
class LabelMoved:
    """Something was written under the label meanwhile: what was decided must be decided again."""


Outcome: TypeAlias = Placed | Repeated | LabelOpened | LabelMoved | ConsentError


def sequence(batch: Sequence[AuthorisedEntry], *, size: int, known: Known) -> list[Outcome]:
    """Return the outcome of every entry of the batch, in order; new ones follow entry ``size``.

    Two entries of one request become one: the second outcome is that same `Placed`.
    """
    run = _Run(size, dict(known.ends), known.written)
    return [run.place(authorised) for authorised in batch]


class _Run:
    """The state that grows along a batch."""

    def __init__(
        self,
        size: int,
        ends: dict[bytes, LabelEnd],
        written: Mapping[bytes, tuple[int, bytes]],
    ) -> None:
        self._next = size
        self._ends = ends
        self._written = written
        self._placed: dict[bytes, Placed] = {}

    def place(self, authorised: AuthorisedEntry) -> Outcome:
        """Return what becomes of one entry."""
        request = authorised.request
        if request in self._written:
            index, leaf = self._written[request]
            return conflict(authorised.entry, leaf) or Repeated(index)
        if request in self._placed:
            placed = self._placed[request]
            return conflict(authorised.entry, placed.leaf) or placed
        end = self._ends.get(authorised.entry.label)
        if authorised.opens is not None and end is not None:
            return LabelOpened()
        if authorised.after is not None and authorised.after != (end.number if end else 0):
            return LabelMoved()
        self._placed[request] = placed = self._new(authorised)
        return placed

    def _new(self, authorised: AuthorisedEntry) -> Placed:
        entry = authorised.entry
        end = self._ends.get(entry.label)
        number, previous = (end.number + 1, end.hash) if end is not None else (1, None)
        leaf = Leaf(entry.type, entry.label, number, previous, entry.commitment).octets()
        placed = Placed(self._next, number, leaf, leaf_hash(leaf), authorised)
        self._ends[entry.label] = LabelEnd(number, placed.hash)
        self._next += 1
        return placed


def conflict(entry: NewEntry, leaf: bytes) -> ConsentError | None:
    """Return the refusal of an idempotency key used again for something else, None if the same.

    ``leaf`` is what was written under the key.
    """
    written = Leaf.parse(leaf)
    if (written.type, written.label, written.commitment) == (
        entry.type,
        entry.label,
        entry.commitment,
    ):
        return None
    return ConsentError(
        ConsentFailure.IDEMPOTENCY_CONFLICT,
        "this idempotency key was used for another entry; take a new key",
    )
