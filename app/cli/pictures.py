"""QR pictures on the command line: written for the holder's eyes alone, read from a file."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import typer

from app.errors import CommandError
from keys import private_files
from keys.strict_json import JsonObject
from web.errors import Party
from web.qr import qr_png, qr_svg
from web.qr_reading import OCTETS_LIMIT, PictureError, read_picture_now

_SUFFIXES: Final = (".png", ".svg")
# What somebody writes for a picture, also when there is none of that name.
_PICTURES: Final = (".png", ".jpg", ".jpeg", ".webp", ".gif")
_TITLE: Final = "MyData"


def check_suffix(out: Path) -> None:
    """Stop with a usage error unless the file's name says which kind of picture it is to be."""
    if out.suffix.lower() not in _SUFFIXES:
        raise typer.BadParameter(f"--out ends in {' or '.join(_SUFFIXES)}")


def write_picture(text: str, out: Path) -> None:
    """Draw ``text`` into a file only its owner may read, or raise (unwritable)."""
    octets = qr_png(text)
    if out.suffix.lower() == ".svg":
        octets = qr_svg(text, _TITLE).encode()
    try:
        private_files.replace(out, octets)
    except OSError:
        detail = f"{out} cannot be written: choose another place"
        raise CommandError("unwritable", Party.CALLER, detail) from None


def text_or_picture(argument: str) -> str:
    """Return the text of the code in a picture, or the argument when it names no file.

    Raises `CommandError`: picture_unreadable, and what `web.qr_reading` finds wrong.
    """
    path = Path(argument)
    if not _is_path(path):
        return argument
    try:
        with path.open("rb") as file:
            # One octet more than is read tells a file that is too large.
            return read_picture_now(file.read(OCTETS_LIMIT + 1))
    except OSError:
        detail = f"{path} cannot be read"
        raise CommandError("picture_unreadable", Party.CALLER, detail) from None
    except PictureError as error:
        raise CommandError(error.failure.value, Party.CALLER, error.detail) from None


def claim_paths(shown: JsonObject) -> Iterator[str]:
    """Yield the dotted path of every claim of a certificate as ``wallet show`` tells it."""
    claims = shown.get("claims")
    for claim in claims if isinstance(claims, list) else ():
        if isinstance(claim, dict):
            yield str(claim["path"])


def _is_path(path: Path) -> bool:
    try:
        return path.suffix.lower() in _PICTURES or path.is_file()
    except (OSError, ValueError):
        # Too long for a file's name, or with characters no name has: a code's text.
        return False
