"""What gets into a log line: known fields on one line, whatever somebody puts into them."""

import io
import json
import logging
from pathlib import Path

import pytest

from app.logging_fields import FIELDS, LEFT_OUT, LIMIT, place_of, plain
from app.logging_pipe import FromLibraries, LogForm, LogLevel, log, set_up
from app.settings import Settings
from tests.app.conftest import Lines

HOSTILE = [
    pytest.param("a\r\nlevel=error event=forged", id="CR-LF"),
    pytest.param("\x1b[31mred\x1b[0m\x9b2J", id="ANSI"),
    pytest.param("x" * 1_000_000, id="1-MB"),
    pytest.param("\r\n" * 500_000, id="1-MB-of-line-ends"),
    pytest.param("%s %d {} {0.__class__} {event}", id="format-characters"),
    pytest.param('{"event":"forged"}', id="JSON"),
    pytest.param("\u202egnp.exe\u2028next\u2029", id="directions-and-separators"),
    pytest.param("\x00\x07\x7f", id="NUL-BEL-DEL"),
]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("field", ["event", "outcome", "route", "work"])
@pytest.mark.parametrize("form", LogForm)
def test_a_field_stays_on_its_line(
    written: io.StringIO, form: LogForm, field: str, text: str
) -> None:
    """
    H66: one line, escaped and cut, in both forms and in every field.
    """
    set_up(form, LogLevel.INFO, written)
    fields = {"event": "tried", field: text}

    log().info(**fields)

    (line,) = written.getvalue().splitlines()
    assert line.isprintable()
    assert len(line) < 4 * LIMIT
    assert "event=forged" not in line.replace(f"{field}=", "")[:40]


@pytest.mark.parametrize("text", HOSTILE)
def test_what_a_field_says_is_cut_and_spelt_out(text: str) -> None:
    """
    No character that a terminal acts on, no more than 256; what is harmless stays as it is.
    """
    said = plain(text)

    assert isinstance(said, str)
    assert len(said) <= LIMIT
    assert said.isprintable()
    assert "address of 서울" == plain("address of 서울")


def test_an_unknown_field_is_left_out(lines: Lines) -> None:
    """
    Whoever logs a claim by a new name logs nothing; that something is missing shows.
    """
    log().info("tried", birthdate="1990-01-01", token="secret", status=200)

    (line,) = lines()
    assert {"event", "level", "time", "status", LEFT_OUT} == set(line)
    assert 2 == line[LEFT_OUT]


@pytest.mark.parametrize(
    "value", [{"name": "CANARY"}, ["CANARY"], b"CANARY", ValueError("CANARY")]
)
def test_of_an_object_only_its_type_is_told(lines: Lines, value: object) -> None:
    """
    Even in a known field, an object's content stays out.
    """
    log().info("tried", work=value)

    (line,) = lines()
    assert type(value).__name__ == line["work"]


def test_an_exception_is_told_by_type_and_place() -> None:
    """
    Its message may be what somebody typed; where it was raised is what helps.
    """
    with pytest.raises(ValueError, match="CANARY") as caught:
        int("CANARY")
    told = place_of(caught.value)

    assert "ValueError" == told["error"]
    assert told["place"].startswith("test_logging.py:")
    assert {"error": "OSError", "place": "nowhere"} == place_of(OSError("CANARY"))


@pytest.mark.parametrize(
    ("logger", "template"),
    [
        pytest.param("uvicorn.error", "Started %s", id="constant-text"),
        pytest.param("alembic.runtime.migration", "Running %s", id="constant-text-below"),
        pytest.param("aiosqlite", None, id="values-in-its-text"),
        pytest.param("httpcore2.http11", None, id="headers-in-its-text"),
        pytest.param("asyncio", None, id="exceptions-in-its-text"),
        pytest.param("sqlalchemy.engine", None, id="parameters"),
    ],
)
def test_a_librarys_values_stay_out(lines: Lines, logger: str, template: str | None) -> None:
    """
    The template where it is known to be a constant, else the logger's name; never a value.
    """
    logging.getLogger(logger).error(template or "built with CANARY %s", "CANARY")
    logging.getLogger(logger).error({"CANARY": 1})

    first, second = lines()
    assert (logger, template) == (first["logger"], first.get("template"))
    assert {"event", "level", "logger", "time"} == set(second)


def test_a_librarys_exception_loses_its_message(lines: Lines) -> None:
    """
    SQL, parameters and pages of traceback become a type and a place.
    """
    try:
        Path("/CANARY").read_text("utf-8")
    except FileNotFoundError:
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application\n")

    (line,) = lines()
    assert ("FileNotFoundError", "error") == (line["error"], line["level"])
    assert "CANARY" not in json.dumps(line)


@pytest.mark.parametrize("number", [1, 5, 11, 25, 51, 1000])
def test_a_level_of_a_librarys_own_is_taken(lines: Lines, number: int) -> None:
    """
    Levels between ours do not break the pipe.
    """
    handler = next(
        each for each in logging.getLogger().handlers if isinstance(each, FromLibraries)
    )
    handler.emit(logging.LogRecord("x", number, "", 1, "%d", ("not a number",), None))

    assert 1 == len(lines())


@pytest.mark.parametrize("name", ["own", "library"])
def test_a_line_that_cannot_be_written_stops_nobody(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """
    Whoever logs goes on, and the values of the line are printed nowhere else.
    """
    closed = io.StringIO()
    set_up(LogForm.JSON, LogLevel.INFO, closed)
    closed.close()

    if name == "own":
        log().warning("event", detail="CANARY")
    else:
        logging.getLogger("uvicorn.error").error("%s", "CANARY")

    assert ("", "") == capsys.readouterr()


@pytest.mark.parametrize("level", LogLevel)
def test_the_level_counts_for_all(written: io.StringIO, level: LogLevel) -> None:
    """
    Ours from the level on; the libraries' good news only for whoever looks for a fault.
    """
    set_up(LogForm.JSON, level, written)
    for logger in (log().debug, log().info, log().warning):
        logger("own")
    for call in ("debug", "info", "warning"):
        getattr(logging.getLogger("uvicorn.error"), call)("library")

    told = [json.loads(line)["event"] for line in written.getvalue().splitlines()]
    expected = {LogLevel.DEBUG: (3, 3), LogLevel.INFO: (2, 1), LogLevel.WARNING: (1, 1)}[level]
    assert expected == (told.count("own"), told.count("library"))


def test_set_up_again_is_set_up_once(written: io.StringIO, lines: Lines) -> None:
    """
    The last word counts, and no line comes twice.
    """
    set_up(LogForm.JSON, LogLevel.INFO, written)
    logging.getLogger("uvicorn.error").error("once")

    assert 1 == len(lines())


def test_a_command_logs_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    """
    Standard output is a command's answer, and nobody set the pipe up.
    """
    log().error("tried", work="x")

    assert ("", "") == capfd.readouterr()


def test_the_mode_says_how_lines_are_written() -> None:
    """
    JSON for a collector, words for whoever tries things out.
    """
    assert LogForm.JSON is Settings(demo=False).log_form
    assert LogForm.WORDS is Settings(demo=True).log_form


def test_known_fields_say_what_never_is_somebodys() -> None:
    """
    The list is read when it grows: names of people, claims, codes and addresses have no field.
    """
    assert {
        *("time", "level", "event", "request", "method", "route", "status", "ms", "act"),
        *("outcome", "room", "work", "count", "logger", "template", "error", "place"),
    } == FIELDS
