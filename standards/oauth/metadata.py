"""Authorization Server Metadata (RFC 8414, OpenID4VCI 1.0 section 12.3)."""

from dataclasses import dataclass
from typing import Self

from keys.strict_json import JsonObject, JsonValue
from standards.members import Members, members, present
from standards.oauth.errors import OAuthError, OAuthFailure, malformed
from standards.web_address import check_identifier, check_web_address

WELL_KNOWN = "oauth-authorization-server"
# OpenID4VCI section 12.3: the hyphen is in the name.
_ANONYMOUS = "pre-authorized_grant_anonymous_access_supported"


@dataclass(frozen=True, slots=True)
class AuthorizationServerMetadata:
    """What an authorization server says of itself; members nobody here uses are ignored.

    A list that is empty here is a member that is absent; without ``grant_types_supported`` the
    grants are authorization_code and implicit (RFC 8414 section 2). ``challenge_endpoint`` gives
    out what a client attestation's proof of possession carries (draft 07, section 8), and
    ``status_list_aggregation_endpoint`` names an issuer's status lists (Token Status List
    section 9.1).
    """

    issuer: str
    token_endpoint: str | None = None
    authorization_endpoint: str | None = None
    jwks_uri: str | None = None
    pushed_authorization_request_endpoint: str | None = None
    challenge_endpoint: str | None = None
    revocation_endpoint: str | None = None
    status_list_aggregation_endpoint: str | None = None
    response_types_supported: tuple[str, ...] = ()
    grant_types_supported: tuple[str, ...] = ()
    token_endpoint_auth_methods_supported: tuple[str, ...] = ()
    revocation_endpoint_auth_methods_supported: tuple[str, ...] = ()
    code_challenge_methods_supported: tuple[str, ...] = ()
    scopes_supported: tuple[str, ...] = ()
    authorization_details_types_supported: tuple[str, ...] = ()
    token_endpoint_auth_signing_alg_values_supported: tuple[str, ...] = ()
    revocation_endpoint_auth_signing_alg_values_supported: tuple[str, ...] = ()
    dpop_signing_alg_values_supported: tuple[str, ...] = ()
    client_attestation_signing_alg_values_supported: tuple[str, ...] = ()
    client_attestation_pop_signing_alg_values_supported: tuple[str, ...] = ()
    require_pushed_authorization_requests: bool = False
    authorization_response_iss_parameter_supported: bool = False
    pre_authorized_grant_anonymous_access_supported: bool = False

    @classmethod
    def parse(cls, value: JsonValue, *, expected_issuer: str) -> Self:
        """Return the metadata of ``expected_issuer``, compared as plain text (section 3.3).

        Raises `OAuthError`: malformed, or issuer_mismatch.
        """
        reader = members(value, "authorization server metadata", malformed)
        issuer = reader.text("issuer")
        if issuer != expected_issuer:
            raise OAuthError(OAuthFailure.ISSUER_MISMATCH, "metadata of another server")
        check_identifier(issuer, "issuer", malformed)
        return cls(
            issuer=issuer,
            token_endpoint=_endpoint(reader, "token_endpoint"),
            authorization_endpoint=_endpoint(reader, "authorization_endpoint"),
            jwks_uri=_endpoint(reader, "jwks_uri"),
            pushed_authorization_request_endpoint=_endpoint(
                reader, "pushed_authorization_request_endpoint"
            ),
            challenge_endpoint=_endpoint(reader, "challenge_endpoint"),
            revocation_endpoint=_endpoint(reader, "revocation_endpoint"),
            status_list_aggregation_endpoint=_endpoint(reader, "status_list_aggregation_endpoint"),
            require_pushed_authorization_requests=reader.flag(
                "require_pushed_authorization_requests", default=False
            ),
            authorization_response_iss_parameter_supported=reader.flag(
                "authorization_response_iss_parameter_supported", default=False
            ),
            pre_authorized_grant_anonymous_access_supported=reader.flag(_ANONYMOUS, default=False),
            **{name: reader.optional_texts(name) for name in _LISTS},
        )

    def as_dict(self) -> JsonObject:
        """Return the metadata as published; absent members are left out."""
        texts: JsonObject = {name: getattr(self, name) for name in ("issuer", *_ENDPOINTS)}
        lists: JsonObject = {name: list(getattr(self, name)) for name in _LISTS}
        flags: JsonObject = {name: getattr(self, name) or None for name in _FLAGS}
        anonymous = self.pre_authorized_grant_anonymous_access_supported or None
        return present(texts | lists | flags | {_ANONYMOUS: anonymous})


_ENDPOINTS = (
    "token_endpoint",
    "authorization_endpoint",
    "jwks_uri",
    "pushed_authorization_request_endpoint",
    "challenge_endpoint",
    "revocation_endpoint",
    "status_list_aggregation_endpoint",
)
_FLAGS = (
    "require_pushed_authorization_requests",
    "authorization_response_iss_parameter_supported",
)
_LISTS = (
    "response_types_supported",
    "grant_types_supported",
    "token_endpoint_auth_methods_supported",
    "revocation_endpoint_auth_methods_supported",
    "code_challenge_methods_supported",
    "scopes_supported",
    "authorization_details_types_supported",
    "token_endpoint_auth_signing_alg_values_supported",
    "revocation_endpoint_auth_signing_alg_values_supported",
    "dpop_signing_alg_values_supported",
    "client_attestation_signing_alg_values_supported",
    "client_attestation_pop_signing_alg_values_supported",
)


def well_known_url(identifier: str, name: str) -> str:
    """Return where metadata lives: ``/.well-known/<name>`` between host and path (section 3.1).

    ``https://a.example/issuers/x`` gives ``https://a.example/.well-known/<name>/issuers/x``.
    Raises `OAuthError` when ``identifier`` is no issuer identifier.
    """
    parts = check_identifier(identifier, "issuer", malformed)
    return f"{parts.scheme}://{parts.netloc}/.well-known/{name}{parts.path.rstrip('/')}"


def _endpoint(reader: Members, name: str) -> str | None:
    address = reader.optional_text(name)
    if address is not None:
        check_web_address(address, name, malformed)
    return address
