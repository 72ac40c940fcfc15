"""The browser session a question began in, and the code that leads back to it: kept as hashes."""

import hashlib
import hmac

from verifiers.transaction import Transaction


def code_sha256(code: str) -> bytes:
    """Return what is kept of a response code or a session's name: a hash."""
    return hashlib.sha256(code.encode()).digest()


def began_in(transaction: Transaction, session: str | None) -> bool:
    """Tell whether a browser session is the one that began; any is, where none was named."""
    expected = transaction.session_sha256
    return expected is None or hmac.compare_digest(code_sha256(session or ""), expected)
