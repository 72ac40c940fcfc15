"""Telling a demonstration while it happens; every fact comes from an answer."""

from collections.abc import Callable
from dataclasses import dataclass, field

from keys.strict_json import JsonObject, JsonValue, dumps

Say = Callable[[str], None]


@dataclass
class Chapter:
    """One step: what was done, what was seen, and whether it was as it must be."""

    title: str
    facts: dict[str, JsonValue] = field(default_factory=dict)
    ok: bool = False
    verdict: str | None = None

    def as_dict(self) -> JsonObject:
        """Return ``{"step", "ok", "facts", "verdict"}``; ``verdict`` null where it broke off."""
        return {"step": self.title, "ok": self.ok, "facts": self.facts, "verdict": self.verdict}


class Teller:
    """Tells chapter after chapter, and remembers how each ended."""

    def __init__(self, say: Say) -> None:
        self._say = say
        self.chapters: list[Chapter] = []

    def heading(self, text: str) -> None:
        """Begin a group of chapters."""
        self._say(f"\n{text}")

    def begin(self, title: str) -> None:
        """Begin a chapter; it counts as failed until `end` says otherwise."""
        self.chapters.append(Chapter(title))
        self._say(f"\n{len(self.chapters)}. {title}")

    def fact(self, name: str, value: JsonValue) -> None:
        """Tell what an answer said."""
        self.chapters[-1].facts[name] = value
        self._say(f"   {name}: {value if isinstance(value, str) else dumps(value).decode()}")

    def end(self, verdict: str, *, ok: bool) -> None:
        """End the chapter: ``ok`` when things were as they must be."""
        self.chapters[-1].ok = ok
        self.chapters[-1].verdict = verdict
        self._say(f"   {'->' if ok else '-> NOT HELD:'} {verdict}")

    @property
    def held(self) -> bool:
        """Whether every chapter ended as it must."""
        return bool(self.chapters) and all(chapter.ok for chapter in self.chapters)

    def as_dict(self) -> JsonObject:
        """Return the whole story as JSON."""
        return {"ok": self.held, "steps": [chapter.as_dict() for chapter in self.chapters]}
