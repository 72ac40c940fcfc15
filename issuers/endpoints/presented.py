"""The access token in a request's head (RFC 6750 section 2.1, RFC 9449 section 7.1)."""

from starlette.requests import Request

from issuers.access import TokenPresented
from standards.oauth.dpop import HEADER


def token_in(request: Request, base: str) -> TokenPresented | None:
    """Return the token of the one ``Authorization`` header, None when there is none to look at.

    A token in the query is none: addresses end up in logs (H76). ``base`` is the public address,
    which a proof names; what the ``Host`` header says is the caller's own.
    """
    headers = request.headers.getlist("authorization")
    if len(headers) != 1 or "access_token" in request.query_params:
        return None
    scheme, _, token = headers[0].partition(" ")
    if not token:
        return None
    url = f"{base}{request.url.path}"
    return TokenPresented(scheme, token, request.headers.getlist(HEADER), request.method, url)
