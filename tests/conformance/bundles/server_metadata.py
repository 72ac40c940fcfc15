"""AS-META: what an authorization server says of itself (RFC 8414)."""

from typing import Any
from urllib.parse import urlsplit

from tests.conformance.bundles import words
from tests.conformance.exchanges import Exchange

WELL_KNOWN = "/.well-known/oauth-authorization-server"
_ADDRESSES = {
    "authorization_endpoint",
    "token_endpoint",
    "jwks_uri",
    "pushed_authorization_request_endpoint",
    "challenge_endpoint",
    "status_list_aggregation_endpoint",
    "revocation_endpoint",
    "introspection_endpoint",
    "service_documentation",
}
_LISTS = {
    "scopes_supported",
    "response_types_supported",
    "response_modes_supported",
    "grant_types_supported",
    "token_endpoint_auth_methods_supported",
    "token_endpoint_auth_signing_alg_values_supported",
    "revocation_endpoint_auth_methods_supported",
    "revocation_endpoint_auth_signing_alg_values_supported",
    "code_challenge_methods_supported",
    "authorization_details_types_supported",
    "dpop_signing_alg_values_supported",
    "client_attestation_signing_alg_values_supported",
    "client_attestation_pop_signing_alg_values_supported",
    "ui_locales_supported",
}
_FLAGS = {
    "require_pushed_authorization_requests",
    "authorization_response_iss_parameter_supported",
    "pre-authorized_grant_anonymous_access_supported",
}


def check(answer: Exchange, identifier: str, configurations: dict[str, Any]) -> None:
    """What AS-META asks of every server, whatever it grants."""
    # VCIFetchOAuthorizationServerMetadata, EnsureHttpStatusCodeIs200, EnsureContentTypeJson
    assert address_of(identifier) == answer.url
    assert 200 == answer.status
    assert "application/json" == answer.media_type
    found = answer.json()
    _check_shape(found)
    # VCIEnsureAuthorizationServerIssuerMatchesExpected
    words.check_identifier(found["issuer"])
    assert identifier == found["issuer"]
    # CheckDiscEndpointAllEndpointsAreHttps
    for name in _ADDRESSES & set(found):
        words.check_https(found[name])
    # VCIEnsureAuthorizationDetailsTypes…IfScopeIsMissing
    if any("scope" not in each for each in configurations.values()):
        assert "openid_credential" in found["authorization_details_types_supported"]
    # CheckDiscEndpointScopesSupportedSyntax, …LocalesSyntax
    assert all(map(words.SCOPE_TOKEN.fullmatch, found.get("scopes_supported", ())))
    words.check_locales([{"locale": each} for each in found.get("ui_locales_supported", ())])


def check_code_flow(answer: Exchange) -> None:
    """What a server must say further when its clients are attested and use the code flow."""
    found = answer.json()
    # CheckDiscEndpointGrantTypesSupportedContainsAuthorizationCode
    assert "authorization_code" in found["grant_types_supported"]
    # EnsureServerConfigurationSupportsAttestJwtClientAuth
    assert "attest_jwt_client_auth" in found["token_endpoint_auth_methods_supported"]
    # CheckDiscEndpointClientAttestationSigningAlgValuesSupported
    for name in ("client_attestation", "client_attestation_pop"):
        algorithms = found[f"{name}_signing_alg_values_supported"]
        assert algorithms
        assert words.ASYMMETRIC >= set(algorithms)


def check_keys(answer: Exchange) -> None:
    """FetchServerKeys, ValidateServerJWKs: public asymmetric keys only."""
    assert 200 == answer.status
    keys = answer.json()["keys"]
    for key in keys:
        words.check_public_jwk(key)


def address_of(identifier: str) -> str:
    """RFC 8414 section 3.1: inserted between host and path."""
    parts = urlsplit(identifier)
    return f"{parts.scheme}://{parts.netloc}{WELL_KNOWN}{parts.path}"


def _check_shape(found: dict[str, Any]) -> None:
    """ValidateServerMetadataAgainstSchema, CheckForUnexpectedParametersInServerMetadata."""
    assert set() == set(found) - ({"issuer"} | _ADDRESSES | _LISTS | _FLAGS)
    assert all(isinstance(found[name], str) for name in _ADDRESSES & set(found))
    assert all(isinstance(found[name], bool) for name in _FLAGS & set(found))
    for name in _LISTS & set(found):
        assert found[name], f"{name} is empty"
        assert all(isinstance(each, str) for each in found[name])
