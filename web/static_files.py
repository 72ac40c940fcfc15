"""The files a page may load: listed here, each at an address that names its content.

A changed file has a new address, so a browser may keep the old one for ever; a name or a content
that is not listed is nowhere.
"""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

STATIC: Final = Path(__file__).with_name("static")
_MEDIA_TYPES: Final = {
    "style.css": "text/css",
    "icon.svg": "image/svg+xml",
    "waiting.js": "text/javascript",
    "wallet.js": "text/javascript",
}
_DIGEST_LENGTH: Final = 16


@dataclass(frozen=True, slots=True)
class StaticFile:
    """One file as it is served."""

    octets: bytes
    media_type: str


def address_of(name: str) -> str:
    """Return where a listed file is: ``/static/<digest>/<name>``."""
    return _addresses()[name]


def static_file(digest: str, name: str) -> StaticFile | None:
    """Return the file at an address, None when nothing is there."""
    return _files().get(f"/static/{digest}/{name}")


@cache
def _addresses() -> dict[str, str]:
    return {name: _address(name, (STATIC / name).read_bytes()) for name in _MEDIA_TYPES}


@cache
def _files() -> dict[str, StaticFile]:
    return {
        address: StaticFile((STATIC / name).read_bytes(), _MEDIA_TYPES[name])
        for name, address in _addresses().items()
    }


def _address(name: str, octets: bytes) -> str:
    return f"/static/{hashlib.sha256(octets).hexdigest()[:_DIGEST_LENGTH]}/{name}"
