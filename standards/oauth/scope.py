"""The scope of a request: words with blanks between them (RFC 6749 section 3.3)."""

import re
from typing import Final

from standards.oauth.error_response import OAuthErrorCode, OAuthRequestError

# One scope-token: visible ASCII but quotation mark and backslash.
_TOKENS: Final = re.compile(r"[\x21\x23-\x5B\x5D-\x7E]+( [\x21\x23-\x5B\x5D-\x7E]+)*")


def parse_scope(scope: str | None) -> tuple[str, ...]:
    """Return the words, each once and in their order; none when there is no scope.

    Which of them mean something is for the server to say: unknown ones are ignored (VCI-16).
    Raises `OAuthRequestError` (invalid_scope).
    """
    if scope is None:
        return ()
    if _TOKENS.fullmatch(scope) is None:
        raise OAuthRequestError(
            OAuthErrorCode.INVALID_SCOPE, "scope is a list of words with one blank between them"
        )
    return tuple(dict.fromkeys(scope.split(" ")))


def written_scope(scope: tuple[str, ...]) -> str | None:
    """Return the parameter `parse_scope` reads; None leaves it out."""
    return " ".join(scope) or None
