"""What each authority publishes of itself as its own authorization server (RFC 8414)."""

from issuers.catalogue import AnyKind
from issuers.certificate.authority import Authority
from keys.jwk import Algorithm
from standards.oauth import client_attestation, private_key_jwt
from standards.oauth.authorization_details import CREDENTIAL_DETAIL
from standards.oauth.metadata import AuthorizationServerMetadata
from standards.oauth.pkce import METHOD
from standards.openid4vci.offer import AUTHORIZATION_CODE_GRANT, PRE_AUTHORIZED_GRANT
from standards.openid4vci.token import REFRESH_GRANT

_ES256 = (Algorithm.ES256.value,)
_METHODS = (client_attestation.METHOD, private_key_jwt.METHOD, "none")


def server_metadata(
    authority: Authority, kinds: tuple[AnyKind, ...], base: str
) -> AuthorizationServerMetadata:
    """Return the metadata of an authority's authorization server.

    Its issuer is the Credential Issuer identifier, so issuers name no other server.
    """
    issuer = authority.identifier(base)
    return AuthorizationServerMetadata(
        issuer=issuer,
        authorization_endpoint=f"{issuer}/authorize",
        pushed_authorization_request_endpoint=f"{issuer}/par",
        token_endpoint=f"{issuer}/token",
        challenge_endpoint=f"{issuer}/challenge",
        revocation_endpoint=f"{issuer}/revoke",
        status_list_aggregation_endpoint=f"{issuer}/status",
        response_types_supported=("code",),
        grant_types_supported=(AUTHORIZATION_CODE_GRANT, PRE_AUTHORIZED_GRANT, REFRESH_GRANT),
        token_endpoint_auth_methods_supported=_METHODS,
        token_endpoint_auth_signing_alg_values_supported=_ES256,
        revocation_endpoint_auth_methods_supported=_METHODS,
        revocation_endpoint_auth_signing_alg_values_supported=_ES256,
        client_attestation_signing_alg_values_supported=_ES256,
        client_attestation_pop_signing_alg_values_supported=_ES256,
        code_challenge_methods_supported=(METHOD,),
        dpop_signing_alg_values_supported=_ES256,
        scopes_supported=tuple(kind.name for kind in kinds),
        authorization_details_types_supported=(CREDENTIAL_DETAIL,),
        require_pushed_authorization_requests=True,
        authorization_response_iss_parameter_supported=True,
        pre_authorized_grant_anonymous_access_supported=True,
    )
