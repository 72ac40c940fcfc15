"""What may stand in a log line: known fields, and text that stays on its line (H66).

A field that is not in the list is left out, whoever adds it: no claim, token, code or key gets
into a log because somebody logged an object it is part of. What is written is cut, and every
character that a terminal or a line reader would act on is spelt out.
"""

import re
import traceback
from collections.abc import MutableMapping
from types import TracebackType
from typing import Any, Final

# The names of everything that is ever logged; a test holds that nothing else comes through.
FIELDS: Final = frozenset(
    {
        "time",
        "level",
        "event",
        "request",  # the id that the answer's header has too
        "method",
        "route",  # the template of the address, never the address
        "status",
        "ms",
        "act",
        "outcome",  # "done" or a code out of a room's closed list
        "room",
        "work",
        "count",
        "logger",  # of a library
        "template",  # a library's message before its values are put in
        "error",  # the type of an exception
        "place",  # where it was raised
    }
)
LIMIT: Final = 256
# What is left out is counted, so that its absence can be seen.
LEFT_OUT: Final = "left_out"

# C0, DEL and C1 (ANSI escapes begin with one), line and paragraph ends, marks of direction.
_ACTING: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)

Fields = MutableMapping[str, Any]


def keep_known(_logger: object, _method: str, fields: Fields) -> Fields:
    """Return the known fields with plain values; a processor of structlog."""
    kept: Fields = {name: plain(value) for name, value in fields.items() if name in FIELDS}
    if len(kept) < len(fields):
        kept[LEFT_OUT] = len(fields) - len(kept)
    return kept


def plain(value: object) -> str | int | float | bool | None:
    """Return a value as one line of at most ``LIMIT`` characters; of an object only its type."""
    match value:
        case bool() | int() | float() | None:
            return value
        case str():
            return _cut(value)
        case _:
            return type(value).__name__


def place_of(error: BaseException) -> dict[str, str]:
    """Return ``error`` and ``place``: all that is told of an exception.

    Its message may hold what somebody typed or what a certificate says, and a database's may hold
    both; the type and the line are what leads to the fault.
    """
    return {"error": type(error).__qualname__, "place": _last_line(error.__traceback__)}


def _last_line(found: TracebackType | None) -> str:
    lines = traceback.extract_tb(found)
    if not lines:
        return "nowhere"
    # The last line of ours: what a library raised was called from there.
    own = [line for line in lines if "site-packages" not in line.filename]
    last = (own or lines)[-1]
    return f"{last.filename.rpartition('/')[2]}:{last.lineno} {last.name}"


def _cut(text: str) -> str:
    # Cut first: a megabyte is not searched for what will not be shown.
    spelt = _ACTING.sub(lambda found: f"\\u{ord(found[0]):04x}", text[:LIMIT])
    return spelt if len(text) <= LIMIT and len(spelt) <= LIMIT else f"{spelt[: LIMIT - 1]}…"
