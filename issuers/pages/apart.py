"""The transaction code on the officer's page: shown there, and in no address in clear.

After the form the browser is led to a page of its own, so that going back sends nothing twice;
that page has to know the code, which is kept nowhere. So the address carries it masked, with a
mask that only this service makes and only for the session that ordered.
"""

import hashlib
import hmac
from typing import Final

_CONTEXT: Final = b"mydata-desk-tx-code-v1"
_CHECK_LENGTH: Final = 8


def masked(tx_code: str, *, offer_id: str, session: str, secret: bytes) -> str:
    """Return the code as digits that say nothing, and a check that they were not changed."""
    digest = _digest(offer_id, session, secret)
    number = (int(tx_code) + _mask(digest, len(tx_code))) % 10 ** len(tx_code)
    return f"{number:0{len(tx_code)}d}-{_check(digest, tx_code)}"


def unmasked(text: str, *, offer_id: str, session: str, secret: bytes) -> str | None:
    """Return the code, None in another session or for a changed address."""
    digits, _, check = text.partition("-")
    if not (digits.isascii() and digits.isdecimal() and len(digits) < _CHECK_LENGTH * 2):
        return None
    digest = _digest(offer_id, session, secret)
    number = (int(digits) - _mask(digest, len(digits))) % 10 ** len(digits)
    tx_code = f"{number:0{len(digits)}d}"
    return tx_code if hmac.compare_digest(check, _check(digest, tx_code)) else None


def _digest(offer_id: str, session: str, secret: bytes) -> bytes:
    named = b"\0".join((_CONTEXT, offer_id.encode(), session.encode()))
    return hmac.digest(secret, named, hashlib.sha512)


def _mask(digest: bytes, length: int) -> int:
    return int.from_bytes(digest[:32], "big") % int(10**length)


def _check(digest: bytes, tx_code: str) -> str:
    """Return a short check under a key of its own, so that it tells nothing of the code."""
    return hmac.digest(digest[32:], tx_code.encode(), hashlib.sha256).hex()[:_CHECK_LENGTH]
