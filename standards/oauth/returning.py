"""The browser is back at the client: whether this answers what was asked, and who answers.

Whoever can make a browser open an address can bring a code here; ``state`` ties it to a request of
this person, ``iss`` to the server that was asked (RFC 9207).
"""

import hmac

from standards.oauth.authorization import AuthorizationError, AuthorizationResponse
from standards.oauth.error_response import printable
from standards.oauth.errors import OAuthError, OAuthFailure, malformed
from standards.oauth.form import parse_form


def state_of(query: str) -> str:
    """Return what the pending request is looked up by, unproven; raises `OAuthError`.

    A redirect without ``state`` answers nothing that was asked here: state_mismatch.
    """
    state = parse_form(query, malformed).get("state")
    if state is None:
        raise OAuthError(OAuthFailure.STATE_MISMATCH, "state is missing")
    return state


def read_redirect(
    query: str, *, expected_state: str, expected_iss: str
) -> AuthorizationResponse | AuthorizationError:
    """Return the server's answer, a refusal too, once it is surely the server's (H60).

    ``iss`` is needed whether the server's metadata promise it or not: without it a code could be
    another server's. Raises `OAuthError`: malformed, state_mismatch, issuer_mismatch.
    """
    parameters = parse_form(query, malformed)
    state, iss = parameters.get("state", ""), parameters.get("iss")
    if not hmac.compare_digest(state.encode(), expected_state.encode()):
        raise OAuthError(OAuthFailure.STATE_MISMATCH, "state answers another request")
    if iss != expected_iss:
        raise OAuthError(OAuthFailure.ISSUER_MISMATCH, "iss is not the server that was asked")
    match (parameters.get("code"), parameters.get("error")):
        case (str(code), None):
            return AuthorizationResponse(code, state, iss)
        case (None, str(error)):
            description = parameters.get("error_description")
            told = None if description is None else printable(description)
            return AuthorizationError(printable(error), told, state, iss)
        case _:
            raise malformed("a redirect brings either a code or an error")
