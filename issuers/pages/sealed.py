"""What a page hands on to the next in its address: sealed, for the session that asked alone.

After a form the browser is led to a page of its own, so that going back sends nothing twice; that
page has to know what was typed, or a code that is kept nowhere. Neither may stand in an address,
where logs and histories read it, so it stands there sealed (`keys.sealing`).
"""

import hashlib
import hmac
from typing import Final

from keys import base64url
from keys.errors import KeysError
from keys.json_value import JsonObject
from keys.sealing import DataKey
from keys.strict_json import dumps, loads_object

_KEY: Final = b"mydata-desk-seal-v1"


class Seal:
    """Seals under a key made of the pages' ``secret``."""

    def __init__(self, secret: bytes) -> None:
        self._key = DataKey(hmac.digest(secret, _KEY, hashlib.sha256))

    def seal(self, value: JsonObject, *, use: str, session: str) -> str:
        """Return ``value`` as text for an address; ``use`` says where it may be opened."""
        return base64url.encode(self._key.seal(dumps(value), context=_context(use, session)))

    def open(self, text: str, *, use: str, session: str) -> JsonObject | None:
        """Return what was sealed; None for another session or use, and for a changed address."""
        try:
            octets = base64url.decode(text)
            return loads_object(self._key.open(octets, context=_context(use, session)))
        except KeysError:
            return None


def _context(use: str, session: str) -> bytes:
    return f"{use}\0{session}".encode()
