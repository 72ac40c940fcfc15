"""The outcomes of a verification's steps as a desk reads them, folded below the verdict."""

from dataclasses import dataclass
from typing import Final

from keys.json_value import JsonObject, JsonValue

# What of the notes a person is told, each with its sentence; zero, false and none say nothing.
TOLD: Final = ("trust_list_age", "status_list_age", "clock_skew_used", "in_grace")


@dataclass(frozen=True, slots=True)
class ShownStep:
    """One step; ``text`` and ``outcome`` name words, ``used`` pairs of words and their number."""

    number: int
    text: str
    outcome: str
    used: tuple[tuple[str, int], ...]
    rules: tuple[str, ...]


def shown_steps(steps: JsonValue) -> tuple[ShownStep, ...]:
    """Return the lines of a result's ``steps``; none where none were kept."""
    if not isinstance(steps, list):
        return ()
    return tuple(_shown(step) for step in steps if isinstance(step, dict))


def _shown(step: JsonObject) -> ShownStep:
    used = step["used"]
    notes = used if isinstance(used, dict) else {}
    rules = notes.get("rules")
    return ShownStep(
        number=int(str(step["step"])),
        text=f"step_{step['name']}",
        outcome=f"outcome_{step['outcome']}",
        used=tuple((f"used_{name}", _number(notes.get(name))) for name in TOLD if notes.get(name)),
        rules=tuple(f"rule_{name}" for name in rules) if isinstance(rules, list) else (),
    )


def _number(value: JsonValue) -> int:
    return value if isinstance(value, int) else 0
