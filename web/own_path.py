"""Where a page may send a visitor on to: an address of this service, and nothing else (H59).

``next=`` and ``back=`` come from the address bar, so from anybody. What is not plainly a path of
ours becomes the start page; nothing is repaired.
"""

import re
from typing import Final
from urllib.parse import unquote

START: Final = "/"
# The longest page address of ours carries a request_uri.
_LIMIT: Final = 4096
# Unreserved characters, sub-delimiters, colon, at sign, percent escapes (RFC 3986 section 3.3).
_PATH: Final = re.compile(r"/(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/]|%[0-9A-Fa-f]{2})*")
_QUERY: Final = re.compile(r"(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/?]|%[0-9A-Fa-f]{2})*")


def own_path(wish: str) -> str:
    r"""Return ``wish`` when it is a path of this service, with or without a query; else ``/``.

    Refused: another scheme or host (``//``, ``/\``, user information), fragments, dot segments,
    slashes and control characters hidden behind percent escapes.
    """
    path, _, query = wish.partition("?")
    if len(wish) > _LIMIT or not _PATH.fullmatch(path) or not _QUERY.fullmatch(query):
        return START
    if path.startswith("//") or _hides_something(path):
        return START
    return wish


def _hides_something(path: str) -> bool:
    """Tell whether another reader might take the path for a different one."""
    if re.search(r"%(?:2f|5c|25|[01][0-9a-f]|7f)", path, re.IGNORECASE):
        return True
    return any(unquote(step) in (".", "..") for step in path.split("/")) or "//" in path
