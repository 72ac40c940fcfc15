"""What an audit found: how much was proved, and every place where something does not hold."""

from dataclasses import dataclass
from enum import StrEnum

from consent.auditing.sighting import Sighting
from consent.forms.entry import EntryType
from keys.json_value import JsonObject, JsonValue


class Proved(StrEnum):
    """How much an audit proved: consistent is in both others, and those are beside each other."""

    NOTHING = "nothing"
    CONSISTENT = "consistent"
    UNCHANGED = "unchanged since"
    SEEN = "seen the same by"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that does not hold: ``index`` is the entry it is about, None for none alone.

    ``last`` is the last entry of a tile that begins with ``index``, where only the tile is known;
    ``also`` another entry that it may lie in as well, where two contradict each other.
    """

    index: int | None
    what: str
    last: int | None = None
    also: int | None = None

    def as_dict(self) -> JsonObject:
        """Return ``{"index", "what"}``."""
        return {"index": self.index, "what": self.what}


@dataclass(frozen=True, slots=True)
class Report:
    """The result of an audit; ``size`` and ``root`` are those of the signed checkpoint.

    ``root`` is None when no checkpoint could be read. ``since`` is the size of the older
    checkpoint that the auditor had kept, ``sighting`` who else signed the present one (None
    without a policy), ``counts`` how many entries there are of each type that occurs.
    """

    proved: Proved
    size: int
    root: bytes | None
    problems: tuple[Problem, ...]
    since: int | None = None
    counts: tuple[tuple[EntryType, int], ...] = ()
    sighting: Sighting | None = None

    @property
    def ok(self) -> bool:
        """Whether everything that was asked for held."""
        return not self.problems

    def first_line(self) -> str:
        """Return the sentence that says what was proved, and what was not."""
        agree = f"{self.size} entries and the signed checkpoint agree"
        sentences = {
            Proved.NOTHING: f"nothing proved: {len(self.problems)} problems "
            f"in {self.size} entries",
            Proved.CONSISTENT: f"consistent: {agree}; that history was not rewritten needs a "
            "checkpoint you kept (--since) or witnesses (--policy)",
            Proved.UNCHANGED: f"{self._unchanged()}, and consistent: {agree}",
            Proved.SEEN: f"{self._seen()}{self._also_unchanged()}, and consistent: {agree}",
        }
        return sentences[self.proved]

    def as_dict(self) -> JsonObject:
        """Return the JSON form, the root in hexadecimal; ``witnesses`` null without a policy."""
        sighting = self.sighting
        return {
            "ok": self.ok,
            "proved": self.proved.value,
            "size": self.size,
            "root": self.root.hex() if self.root is not None else None,
            "since": self.since,
            "counts": {type_.value: count for type_, count in self.counts},
            "witnesses": sighting.as_dict() if sighting is not None else None,
            "problems": list[JsonValue]([problem.as_dict() for problem in self.problems]),
        }

    def _unchanged(self) -> str:
        return f"unchanged since the checkpoint of {self.since} entries"

    def _also_unchanged(self) -> str:
        return f", {self._unchanged()}" if self.since is not None else ""

    def _seen(self) -> str:
        return self.sighting.sentence() if self.sighting is not None else Proved.SEEN.value
