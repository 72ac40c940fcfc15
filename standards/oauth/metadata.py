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
    grants are authorization_code and implicit (RFC 8414 section 2). A member of a later flow
    (pushed requests, DPoP, client attestation) is one more optional field.
    """

    issuer: str
    token_endpoint: str | None = None
    authorization_endpoint: str | None = None
    jwks_uri: str | None = None
    response_types_supported: tuple[str, ...] = ()
    grant_types_supported: tuple[str, ...] = ()
    token_endpoint_auth_methods_supported: tuple[str, ...] = ()
    code_challenge_methods_supported: tuple[str, ...] = ()
    scopes_supported: tuple[str, ...] = ()
    authorization_details_types_supported: tuple[str, ...] = ()
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
            pre_authorized_grant_anonymous_access_supported=reader.flag(_ANONYMOUS, default=False),
            **{name: reader.optional_texts(name) for name in _LISTS},
        )

    def as_dict(self) -> JsonObject:
        """Return the metadata as published; absent members are left out."""
        return present(
            {
                "issuer": self.issuer,
                "token_endpoint": self.token_endpoint,
                "authorization_endpoint": self.authorization_endpoint,
                "jwks_uri": self.jwks_uri,
                "response_types_supported": list(self.response_types_supported),
                "grant_types_supported": list(self.grant_types_supported),
                "token_endpoint_auth_methods_supported": list(
                    self.token_endpoint_auth_methods_supported
                ),
                "code_challenge_methods_supported": list(self.code_challenge_methods_supported),
                "scopes_supported": list(self.scopes_supported),
                "authorization_details_types_supported": list(
                    self.authorization_details_types_supported
                ),
                _ANONYMOUS: self.pre_authorized_grant_anonymous_access_supported or None,
            }
        )


_LISTS = (
    "response_types_supported",
    "grant_types_supported",
    "token_endpoint_auth_methods_supported",
    "code_challenge_methods_supported",
    "scopes_supported",
    "authorization_details_types_supported",
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
