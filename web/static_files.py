"""The files a page may load: listed here, each at an address that names its content.

A changed file has a new address, so a browser may keep the old one for ever; a name or a content
that is not listed is nowhere. Modules that load each other stand in one folder with one digest,
so that ``./other.js`` leads to the very file it was written with.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

STATIC: Final = Path(__file__).with_name("static")
_FILES: Final = ("style.css", "icon.svg", "waiting.js", "wallet.js", "credentials.js")
_FOLDERS: Final = ("counter",)
_MEDIA_TYPES: Final = {
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".js": "text/javascript",
    ".wasm": "application/wasm",
}
# A worker lives under the policy of its own file, so the page that starts it needs none of this:
# WebAssembly may be compiled where codes are read, and nowhere else.
_POLICIES: Final = {
    "counter/reader.js": (
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'"
    ),
}
_DIGEST_LENGTH: Final = 16


@dataclass(frozen=True, slots=True)
class StaticFile:
    """One file as it is served; ``policy`` is its own where it runs by itself."""

    octets: bytes
    media_type: str
    policy: str | None


def address_of(name: str) -> str:
    """Return where a listed file is: ``/static/<digest>/<name>``."""
    return _addresses()[name]


def addresses_in(folder: str) -> tuple[str, ...]:
    """Return where every file of a listed folder is."""
    start = f"{folder}/"
    return tuple(where for name, where in _addresses().items() if name.startswith(start))


def static_file(digest: str, name: str) -> StaticFile | None:
    """Return the file at an address, None when nothing is there."""
    return _files().get(f"/static/{digest}/{name}")


@cache
def _addresses() -> dict[str, str]:
    alone = {name: _address(name, (STATIC / name).read_bytes()) for name in _FILES}
    for folder in _FOLDERS:
        names = list(_names_in(folder))
        # Each with its name and length, so that no two folders make the same octets.
        together = b"".join(_marked(name) for name in names)
        alone |= {name: _address(name, together) for name in names}
    return alone


def _names_in(folder: str) -> Iterator[str]:
    for path in sorted((STATIC / folder).rglob("*")):
        if path.suffix in _MEDIA_TYPES:
            yield path.relative_to(STATIC).as_posix()


def _marked(name: str) -> bytes:
    octets = (STATIC / name).read_bytes()
    return f"{name} {len(octets)}\n".encode() + octets


@cache
def _files() -> dict[str, StaticFile]:
    return {
        address: StaticFile(
            (STATIC / name).read_bytes(), _MEDIA_TYPES[Path(name).suffix], _POLICIES.get(name)
        )
        for name, address in _addresses().items()
    }


def _address(name: str, octets: bytes) -> str:
    return f"/static/{hashlib.sha256(octets).hexdigest()[:_DIGEST_LENGTH]}/{name}"
