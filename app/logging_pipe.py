"""One pipe for everything that is logged, ours and the libraries'; one line an event, to stderr.

Production writes JSON for a log collector, demo mode words for whoever tries things out. Of a
library's message only the text before its values were put in is kept, and that only of libraries
whose texts hold no values; of its exceptions type and place (`app.logging_fields`).
"""

import logging
import sys
from contextlib import suppress
from enum import StrEnum
from typing import Final, TextIO

import structlog
from structlog.typing import FilteringBoundLogger, Processor
from typing_extensions import override

from app.logging_fields import keep_known, place_of

# Their messages are constants with places for values. Others build the value into the text
# (asyncio, aiosqlite, the http clients), so of them the logger's name is all there is.
_CONSTANT_TEXTS: Final = frozenset({"uvicorn", "alembic"})
_LIBRARY: Final = "library"


# Until `set_up`, as in every command but `serve`, nothing is written: standard output is the
# command's answer.
structlog.configure(
    wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL),
    logger_factory=structlog.WriteLoggerFactory(sys.stderr),
)


class LogForm(StrEnum):
    """How lines are written."""

    JSON = "json"
    WORDS = "words"


class LogLevel(StrEnum):
    """From which level on lines are written."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"

    @property
    def number(self) -> int:
        """The level as the standard library counts it."""
        return logging.getLevelNamesMapping()[self.name]


def set_up(form: LogForm, level: LogLevel, stream: TextIO | None = None) -> None:
    """Send every log line of this process through the pipe; called again, the last word counts."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
            keep_known,
            _renderer(form),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level.number),
        logger_factory=lambda *_names: _Lines(stream or sys.stderr),
    )
    root = logging.getLogger()
    for other in [each for each in root.handlers if isinstance(each, FromLibraries)]:
        root.removeHandler(other)
    root.addHandler(FromLibraries())
    # What a library does when all goes well is for whoever looks for a fault.
    root.setLevel(level.number if level is LogLevel.DEBUG else logging.WARNING)


def log() -> FilteringBoundLogger:
    """Return the logger of this program; its messages are names of events, never sentences."""
    logger: FilteringBoundLogger = structlog.get_logger()
    return logger


class _Lines(structlog.WriteLogger):
    """Writes lines; one that cannot be written is lost, and whoever logged goes on.

    A full disk or a closed pipe must not stop a citizen, and the standard library's way of
    telling of it prints the values that this pipe keeps back.
    """

    @override
    def msg(self, message: str) -> None:
        with suppress(OSError, ValueError):
            super().msg(message)

    log = debug = info = warning = error = critical = exception = msg


class FromLibraries(logging.Handler):
    """Tells the pipe what a library logged, without the values it was logged with."""

    @override
    def emit(self, record: logging.LogRecord) -> None:
        """Pass on what is safe of a record; its message is never put together."""
        told = {"logger": record.name}
        if record.name.split(".")[0] in _CONSTANT_TEXTS and isinstance(record.msg, str):
            told["template"] = record.msg
        if record.exc_info is not None and record.exc_info[1] is not None:
            told |= place_of(record.exc_info[1])
        log().log(_known_level(record.levelno), _LIBRARY, **told)


def _known_level(number: int) -> int:
    """Return the nearest of the five levels not above; libraries may have their own between."""
    return min(max(number - number % logging.DEBUG, logging.DEBUG), logging.CRITICAL)


def _renderer(form: LogForm) -> Processor:
    match form:
        case LogForm.JSON:
            return structlog.processors.JSONRenderer()
        case LogForm.WORDS:
            first = ("time", "level", "event")
            return structlog.processors.LogfmtRenderer(key_order=first, drop_missing=True)
