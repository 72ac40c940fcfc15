"""The files that verbs of ``mydata consent`` read and write."""

from pathlib import Path

from app.errors import CommandError
from app.log_key import read_log_key
from consent.tlog.signed_note import VerifierKey
from keys.errors import KeysError
from keys.strict_json import JsonObject, loads_object
from web.errors import Party


def vkey_of(path: Path) -> VerifierKey:
    """Return the log's key in a file."""
    return read_log_key(text_of(path))


def text_of(path: Path) -> str:
    """Return a file's text, or raise ``CommandError`` (unreadable)."""
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise CommandError("unreadable", Party.CALLER, f"{path} cannot be read") from None


def object_of(path: Path) -> JsonObject:
    """Return the JSON object in a file, or raise ``CommandError``."""
    try:
        return loads_object(text_of(path))
    except KeysError as error:
        raise CommandError(error.failure.value, Party.CALLER, f"{path}: {error.detail}") from None


def write(path: Path, octets: bytes) -> None:
    """Write a file, or raise ``CommandError`` (unwritable)."""
    try:
        path.write_bytes(octets)
    except OSError as error:
        detail = f"{path} cannot be written: {error.strerror}"
        raise CommandError("unwritable", Party.CALLER, detail) from None
