"""What terms must say something about; each that says nothing is refused by its name.

A transmission request without one of its seven items is none (Enforcement Decree of the Personal
Information Protection Act, article 42-5), and neither is a record of consent without what
ISO/IEC TS 27560 makes mandatory. So absent, ``null`` and empty are one thing here.
"""

from collections.abc import Sequence
from typing import Final

from consent.errors import ConsentError, ConsentFailure
from keys.json_value import JsonValue

NAMES: Final = (
    "purpose",
    "sender",
    "receiver",
    "information",
    "optional",
    "periodic",
    "uses",
    "until",
    "retention",
    "legal_basis",
    "jurisdiction",
    "notice",
    "withdrawal",
)
# A single sharing has no cycle, its end is a count, and a party may ask for nothing optional.
_MAY_BE_NULL: Final = frozenset({"optional", "periodic", "uses", "until"})
_PARTS: Final = {
    "purpose": ("code", "text"),
    "receiver": ("id", "name", "address", "contact"),
    "retention": ("period", "text"),
    "notice": ("uri", "version", "sha256"),
    "withdrawal": ("method", "uri"),
}


def check_present(value: JsonValue) -> None:
    """Raise `ConsentError` (terms_incomplete) naming every item that says nothing, dotted.

    What is no JSON object at all is left to the reader of the form.
    """
    if not isinstance(value, dict):
        return
    missing = [
        name
        for name in NAMES
        if name not in value or (name not in _MAY_BE_NULL and _says_nothing(value[name]))
    ]
    for name, parts in _PARTS.items():
        held = value.get(name)
        if isinstance(held, dict) and held:
            missing += [f"{name}.{part}" for part in parts if _says_nothing(held.get(part))]
    if missing:
        raise incomplete(missing)


def incomplete(missing: Sequence[str]) -> ConsentError:
    """Return the refusal of terms that do not say all they must."""
    return ConsentError(
        ConsentFailure.TERMS_INCOMPLETE, f"the terms do not say: {', '.join(missing)}"
    )


def _says_nothing(value: JsonValue) -> bool:
    return value is None or value in ("", [], {})
