"""Which certificate a wallet asks for, by scope or by ``authorization_details`` (section 5.1)."""

from issuers.catalogue import AnyKind
from standards.oauth.authorization import AuthorizationRequest
from standards.oauth.error_response import OAuthErrorCode, OAuthRequestError

_DETAILS = OAuthErrorCode.INVALID_AUTHORIZATION_DETAILS


def kind_asked(request: AuthorizationRequest, kinds: tuple[AnyKind, ...]) -> AnyKind:
    """Return the one kind, of an authority's ``kinds``, that a request is about.

    Details and scope are read each for itself and may name the same; unknown scopes mean nothing
    (VCI-16, VCI-17). One authorization is for one certificate, because its page asks the citizen
    for its purpose and options. Raises `OAuthRequestError` (invalid_authorization_details,
    invalid_scope).
    """
    code = _DETAILS if request.details else OAuthErrorCode.INVALID_SCOPE
    known = {kind.name: kind for kind in kinds}
    detailed = {detail.credential_configuration_id for detail in request.details}
    if detailed - known.keys():
        raise OAuthRequestError(code, "this authority issues no such credential")
    wanted = detailed | (set(request.scope) & known.keys())
    if len(wanted) != 1:
        raise OAuthRequestError(code, "ask for exactly one credential of this authority")
    return known[wanted.pop()]
