"""What an audit found: how much was proved, and every place where something does not hold."""

from dataclasses import dataclass
from enum import StrEnum

from keys.json_value import JsonObject


class Proved(StrEnum):
    """How much an audit proved; each level includes those before it."""

    NOTHING = "nothing"
    CONSISTENT = "consistent"
    UNCHANGED = "unchanged since"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that does not hold: ``index`` is the entry it is about, None for none alone."""

    index: int | None
    what: str

    def as_dict(self) -> JsonObject:
        """Return ``{"index", "what"}``."""
        return {"index": self.index, "what": self.what}


@dataclass(frozen=True, slots=True)
class Report:
    """The result of an audit; ``size`` and ``root`` are those of the signed checkpoint.

    ``root`` is None when no checkpoint could be read. ``since`` is the size of the older
    checkpoint that the auditor had kept.
    """

    proved: Proved
    size: int
    root: bytes | None
    problems: tuple[Problem, ...]
    since: int | None = None

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
            "checkpoint you kept (--since) or witnesses",
            Proved.UNCHANGED: f"unchanged since the checkpoint of {self.since} entries, "
            f"and consistent: {agree}",
        }
        return sentences[self.proved]

    def as_dict(self) -> JsonObject:
        """Return ``{"ok", "proved", "size", "root", "problems"}``, the root in hexadecimal."""
        return {
            "ok": self.ok,
            "proved": self.proved.value,
            "size": self.size,
            "root": self.root.hex() if self.root is not None else None,
            "problems": [problem.as_dict() for problem in self.problems],
        }
