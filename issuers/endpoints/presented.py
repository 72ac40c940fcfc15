"""Who sends a request: its access token, or its client, with the proofs beside it."""

from collections.abc import Mapping

from starlette.requests import Request

from issuers.authorization.client_authentication import ClientPresented
from issuers.authorization.proofs_of_possession import DpopPresented
from issuers.serving.access import TokenPresented
from issuers.serving.callers import Presented
from standards.oauth.client_attestation import ATTESTATION_HEADER, POP_HEADER
from standards.oauth.dpop import HEADER
from standards.oauth.error_response import OAuthErrorCode, OAuthRequestError
from standards.oauth.form import parse_form
from web.body import FORM_TYPE, read_body

# A code and a verifier, a client assertion, and parameters we do not know.
TOKEN_REQUEST_LIMIT = 16 * 1024


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


async def form_of(request: Request, *, limit: int) -> dict[str, str]:
    """Return the parameters of a form, or raise `OAuthRequestError` (invalid_request)."""
    body = await read_body(request, expected_type=FORM_TYPE, limit=limit)
    return parse_form(body, invalid_request)


def sender_in(request: Request, form: Mapping[str, str], base: str) -> Presented:
    """Return what a request says of its sender; ``base`` is the public address, as proofs name it.

    None of these headers is listed with commas: two of a name are two (H72).
    """
    headers = request.headers
    client = ClientPresented(
        form.get("client_id"),
        headers.getlist(ATTESTATION_HEADER),
        headers.getlist(POP_HEADER),
        form.get("client_assertion_type"),
        form.get("client_assertion"),
    )
    url = f"{base}{request.url.path}"
    return Presented(client, DpopPresented(headers.getlist(HEADER), request.method, url))


def address_of(request: Request) -> str:
    """Return the network address a request comes from, empty when nobody knows it."""
    return "" if request.client is None else request.client.host


def invalid_request(detail: str) -> OAuthRequestError:
    """Return the error for a form that cannot be read."""
    return OAuthRequestError(OAuthErrorCode.INVALID_REQUEST, detail)
