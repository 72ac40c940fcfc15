"""Web addresses as the OpenID messages carry them (RFC 3986): absolute, with a host, no tricks.

Only the form is judged here. Whether an address may be contacted (https, public, not redirected)
is decided where the connection is made.
"""

import re
from urllib.parse import SplitResult, urlsplit

from standards.members import Refusal

# Browsers and proxies cut far below; nothing honest is longer.
LENGTH_LIMIT = 2048
# RFC 3986 section 2: what may stand in a URI. White space, control and non-ASCII may not.
_URI = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+")


def check_web_address(text: str, where: str, refuse: Refusal) -> SplitResult:
    """Return the parts of an absolute http(s) address without fragment and user, or refuse."""
    if len(text) > LENGTH_LIMIT or not _URI.fullmatch(text):
        raise refuse(f"{where} must be a web address")
    try:
        parts = urlsplit(text)
        is_readable = parts.port != 0
    except ValueError:
        raise refuse(f"{where} must be a web address") from None
    if parts.scheme not in {"https", "http"} or not parts.hostname or not is_readable:
        raise refuse(f"{where} must be an absolute https address")
    if "#" in text or "@" in parts.netloc:
        raise refuse(f"{where} must have no fragment and name no user")
    return parts


def check_identifier(text: str, where: str, refuse: Refusal) -> SplitResult:
    """Return the parts of an issuer identifier: no query, no fragment (RFC 8414 section 2)."""
    parts = check_web_address(text, where, refuse)
    if "?" in text:
        raise refuse(f"{where} must have no query")
    return parts
