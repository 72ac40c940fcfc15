"""Where a browser is sent back to: only to an address the client registered, letter for letter."""

from collections.abc import Collection

from standards.oauth.error_response import OAuthErrorCode, OAuthRequestError


def check_redirect_uri(given: str, registered: Collection[str]) -> None:
    """Return when ``given`` is one of the ``registered`` ones, as plain text.

    FAPI 2.0 section 5.3.2.2. Nothing is normalised: a prefix, another path, port or spelling is
    another address (H59).
    Raises `OAuthRequestError` (invalid_request), to be answered without a redirect.
    """
    if given not in registered:
        raise OAuthRequestError(
            OAuthErrorCode.INVALID_REQUEST, "redirect_uri is not registered for this client"
        )
