"""The proof that the entries shown of a label are all there are, as of an entry of the log.

    {"label": "<43>",
     "entries": [{"index": 7, "leaf": "<base64url>"}, …],
     "lookup": {"end": {"label": "<43>", "count": 2, "head": "<43>"},
                "path": [{"depth": 0, "sibling": "<43>"}, …]},
     "sealed": {…}}

``sealed`` is a ``map`` entry with its proof, in the form of every answer of the ledger: its
commitment is the root of the map over all entries before it. ``lookup`` leads from there to the
label's number of entries and its last one, and each entry names the one before: none can be left
out, added, rewritten or moved. ``end`` is another label's, or null, where the map has no such
label. Entries after ``sealed`` are shown too; that they are all is proved by the next seal.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Self

from consent.complete.prefix_map import LABEL_BITS, Lookup, MapEnd, Step
from consent.errors import ConsentError, ConsentFailure
from consent.forms.entry import LEAF_LIMIT, EntryType, Leaf, log_label
from consent.forms.fields import Fields, malformed
from consent.forms.receipt import EntryProof, VerifiedEntry
from consent.tlog.checkpoint import Checkpoint
from consent.tlog.signed_note import VerifierKey
from keys import base64url
from keys.json_value import JsonObject, JsonValue

# A use every five minutes for a year; more would not be read by anybody.
ENTRIES_LIMIT: Final = 100_000


@dataclass(frozen=True, slots=True)
class CompleteEntries:
    """All entries of a label as of entry ``as_of_index``, as `CompletenessProof.verify` found.

    Each is (index, leaf), in the order of the label. ``newer`` came after the seal: they are
    shown, and not claimed to be all. ``checkpoint`` is the signed one that contains the seal.
    An index says where to look in the log; what is proved is the leaf.
    """

    entries: tuple[tuple[int, Leaf], ...]
    newer: tuple[tuple[int, Leaf], ...]
    as_of_index: int
    checkpoint: Checkpoint


@dataclass(frozen=True, slots=True)
class CompletenessProof:
    """The ledger's answer about a label; believed only after `verify`.

    ``entries`` are (index, octets), those before the seal and those after it.
    """

    label: bytes
    entries: tuple[tuple[int, bytes], ...]
    lookup: Lookup
    sealed: EntryProof

    @classmethod
    def parse(cls, value: JsonValue) -> Self:
        """Read the JSON form (`as_dict`), or raise `ConsentError` (malformed)."""
        fields = Fields("completeness", value, ("label", "entries", "lookup", "sealed"))
        return cls(
            fields.octets("label"),
            tuple(map(_listed, _items(fields.value("entries"), ENTRIES_LIMIT))),
            _lookup(fields.value("lookup")),
            EntryProof.parse(fields.value("sealed")),
        )

    def as_dict(self) -> JsonObject:
        """Return the JSON form."""
        end = self.lookup.end
        entries: list[JsonValue] = [
            {"index": index, "leaf": base64url.encode(leaf)} for index, leaf in self.entries
        ]
        path: list[JsonValue] = [
            {"depth": step.depth, "sibling": base64url.encode(step.sibling)}
            for step in self.lookup.path
        ]
        return {
            "label": base64url.encode(self.label),
            "entries": entries,
            "lookup": {"end": _end_dict(end) if end is not None else None, "path": path},
            "sealed": self.sealed.as_dict(),
        }

    def verify(self, *, log_key: VerifierKey, expected_label: bytes) -> CompleteEntries:
        """Return the label's entries, or raise `ConsentError`.

        1. the seal is in the signed log and is a map's; 2. the map has this many entries under
        this label, or none; 3. the list is a chain, each entry naming the one before; 4. as far as
        the seal goes it has that length and that end.

        Raises ``incomplete``, naming the number that is missing or is not what was sealed, and
        whatever a proof raises.
        """
        seal = self._seal(log_key)
        if self.label != expected_label:
            raise _invalid("this is about another label")
        end = self.lookup.verify(expected_label, expected_root=seal.leaf.commitment)
        listed = _chained(self.entries, expected_label)
        count = end.count if end is not None else 0
        if len(listed) < count:
            raise _incomplete(f"entry number {len(listed) + 1} is missing")
        if end is not None and listed[count - 1][1].hash() != end.head:
            raise _incomplete(f"entry number {count} is not the one that was sealed")
        _check_places(listed, count, seal.index)
        return CompleteEntries(
            tuple(listed[:count]), tuple(listed[count:]), seal.index, seal.checkpoint
        )

    def _seal(self, log_key: VerifierKey) -> VerifiedEntry:
        seal = self.sealed.verify(log_key=log_key)
        expected = EntryType.MAP, log_label(log_key.name)
        if (seal.leaf.type, seal.leaf.label) != expected:
            raise _invalid("what is sealed is no map of this log")
        return seal


def _chained(entries: Sequence[tuple[int, bytes]], label: bytes) -> list[tuple[int, Leaf]]:
    """Return the entries as a chain from number 1 on, or say where it is broken."""
    listed: list[tuple[int, Leaf]] = []
    previous: bytes | None = None
    for number, (index, octets) in enumerate(entries, 1):
        leaf = Leaf.parse(octets)
        if leaf.label != label:
            raise _incomplete(f"entry number {number} is of another label")
        if leaf.number > number:
            raise _incomplete(f"entry number {number} is missing")
        if leaf.number < number:
            raise _incomplete(f"entry number {leaf.number} is not in its place")
        if leaf.previous != previous:
            raise _incomplete(
                f"entry number {number - 1} is not the one that number {number} names"
            )
        listed.append((index, leaf))
        previous = leaf.hash()
    return listed


def _check_places(listed: Sequence[tuple[int, Leaf]], count: int, sealed_at: int) -> None:
    """Raise unless the list is in the log's order, ``count`` entries of it before the seal."""
    places = [index for index, _ in listed]
    ordered = [*places[:count], sealed_at, *places[count:]]
    for number, (before, after) in enumerate(pairwise(ordered), 1):
        if before >= after:
            raise _incomplete(f"entry number {number} stands at another place than its index says")


def _items(value: JsonValue, limit: int) -> list[JsonValue]:
    if not isinstance(value, list) or len(value) > limit:
        raise malformed(f"completeness: a list of at most {limit} was expected")
    return value


def _listed(value: JsonValue) -> tuple[int, bytes]:
    fields = Fields("completeness: entry", value, ("index", "leaf"))
    leaf = fields.any_octets("leaf")
    if len(leaf) > LEAF_LIMIT:
        raise malformed("completeness: a leaf was expected")
    return fields.integer("index"), leaf


def _lookup(value: JsonValue) -> Lookup:
    fields = Fields("completeness: lookup", value, ("end", "path"))
    path = tuple(map(_step, _items(fields.value("path"), LABEL_BITS)))
    return Lookup(_end(fields.value("end")) if fields.has("end") else None, path)


def _end(value: JsonValue) -> MapEnd:
    fields = Fields("completeness: end", value, ("label", "count", "head"))
    count = fields.integer("count")
    if count == 0:
        raise malformed("completeness: the map holds no label without entries")
    return MapEnd(fields.octets("label"), count, fields.octets("head"))


def _end_dict(end: MapEnd) -> JsonObject:
    return {
        "label": base64url.encode(end.label),
        "count": end.count,
        "head": base64url.encode(end.head),
    }


def _step(value: JsonValue) -> Step:
    fields = Fields("completeness: step", value, ("depth", "sibling"))
    return Step(fields.integer("depth"), fields.octets("sibling"))


def _incomplete(detail: str) -> ConsentError:
    return ConsentError(ConsentFailure.INCOMPLETE, detail)


def _invalid(detail: str) -> ConsentError:
    return ConsentError(ConsentFailure.PROOF_INVALID, f"completeness: {detail}")
