"""How a log changes its key: the new one is named by an entry that the old one signs too.

    {"rotations": [{"vkey": "<line>", "leaf": "…", "proof": "<tlog-proof>"}]}

Whoever knows an older key follows the entries from one to the next and needs nobody's word; while
both keys sign, every proof of the log can be checked with either.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Self

from consent.errors import ConsentError, ConsentFailure
from consent.forms.entry import EntryType, Leaf, log_label
from consent.forms.fields import Fields
from consent.forms.receipt import EntryProof
from consent.log_files import LogFiles
from consent.ports import EntryFilter, Store, Turn
from consent.tlog.verifier_key import VerifierKey
from keys.json_value import JsonObject, JsonValue

# A change a year, and some in a hurry.
_CHANGES_LIMIT: Final = 64
_REQUEST_OCTETS: Final = 16
_VKEY_LIMIT: Final = 4096


def commitment_of(key: VerifierKey) -> bytes:
    """Return what the entry of type rotated commits to: SHA-256 of the new key's line."""
    return hashlib.sha256(key.text().encode()).digest()


def request_of(key: VerifierKey) -> bytes:
    """Return the request under which the entry is written, once however often it is asked for."""
    return commitment_of(key)[:_REQUEST_OCTETS]


@dataclass(frozen=True, slots=True)
class KeyChange:
    """A new key, and the proof that the log says so; believed only by `follow`."""

    key: VerifierKey
    entry: EntryProof

    @classmethod
    def parse(cls, value: JsonValue) -> Self:
        """Read the JSON form, or raise `ConsentError` (malformed)."""
        fields = Fields("rotation", value, ("vkey", "leaf", "proof"))
        entry = {"leaf": fields.value("leaf"), "proof": fields.value("proof")}
        key = VerifierKey.parse(fields.text("vkey", limit=_VKEY_LIMIT))
        return cls(key, EntryProof.parse(entry))

    def as_dict(self) -> JsonObject:
        """Return the JSON form."""
        return {"vkey": self.key.text(), **self.entry.as_dict()}


def parse_changes(value: JsonValue) -> list[KeyChange]:
    """Return the changes in a key history, oldest first, or raise `ConsentError` (malformed)."""
    listed = Fields("key history", value, ("rotations",)).value("rotations")
    if not isinstance(listed, list) or len(listed) > _CHANGES_LIMIT:
        raise ConsentError(ConsentFailure.MALFORMED, "key history: a list of rotations")
    return [KeyChange.parse(each) for each in listed]


def follow(changes: Sequence[KeyChange], *, known: VerifierKey) -> VerifierKey:
    """Return the log's present key, with ``known`` among its former ones, or raise `ConsentError`.

    record_mismatch: an entry is about something else; otherwise as `EntryProof.verify`.
    """
    for change in changes:
        if change.key in known.history:
            continue
        leaf = change.entry.verify(log_key=known).leaf
        expected = (EntryType.ROTATED, log_label(known.name), commitment_of(change.key))
        if (leaf.type, leaf.label, leaf.commitment) != expected or change.key.name != known.name:
            raise ConsentError(ConsentFailure.RECORD_MISMATCH, "the log names another key")
        known = replace(change.key, former=known.history)
    return known


class KeyHistory:
    """What a running log says of its keys."""

    def __init__(self, store: Store, files: LogFiles, log_key: VerifierKey) -> None:
        self._store = store
        self._files = files
        self._log_key = log_key

    @property
    def successors(self) -> tuple[VerifierKey, ...]:
        """Every key but the first, oldest first: each has an entry of its own."""
        return tuple(reversed(self._log_key.history[:-1]))

    async def as_dict(self) -> JsonObject:
        """Return the JSON form of all changes, oldest first."""
        wanted = EntryFilter(type=EntryType.ROTATED)
        found = await self._store.found(wanted, Turn(), _CHANGES_LIMIT)
        indexes = {Leaf.parse(leaf).commitment: index for index, leaf in found}
        rotations: list[JsonValue] = []
        for key in self.successors:
            if (index := indexes.get(commitment_of(key))) is not None:
                change = KeyChange(key, await self._files.prove(index))
                rotations.append(change.as_dict())
        return {"rotations": rotations}
