"""The token endpoint (OpenID4VCI 1.0 section 6): three ways to a token, and the token.

A pre-authorized code comes with an offer, an authorization code with the browser, a refresh token
with an earlier token (RFC 6749 sections 4.1.3 and 6).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Self, TypeAlias

from keys.strict_json import JsonObject, JsonValue
from standards.members import Members, members, present, written_all
from standards.oauth.authorization_details import (
    CredentialDetail,
    parse_details_text,
    written_details,
)
from standards.oauth.error_response import OAuthErrorCode, OAuthRequestError
from standards.oauth.form import encode_form, parse_form
from standards.oauth.scope import parse_scope, written_scope
from standards.openid4vci.errors import malformed
from standards.openid4vci.offer import AUTHORIZATION_CODE_GRANT, PRE_AUTHORIZED_GRANT

REFRESH_GRANT: Final = "refresh_token"

# What a header can carry (RFC 6749 appendix A.12): a line break in it would begin another one.
_ACCESS_TOKEN: Final = re.compile(r"[\x20-\x7e]+")


@dataclass(frozen=True, slots=True)
class PreAuthorizedCodeRequest:
    """A wallet hands in its pre-authorized code; ``client_id`` is absent when it is anonymous.

    ``details`` narrow the offer (section 6.1), and ask for identifiers to be returned.
    """

    pre_authorized_code: str
    tx_code: str | None = None
    client_id: str | None = None
    details: tuple[CredentialDetail, ...] = ()

    @classmethod
    def parse(cls, form: Mapping[str, str]) -> Self:
        """Return the request in a form, or raise `OAuthRequestError`."""
        return cls(
            _required(form, "pre-authorized_code"),
            form.get("tx_code"),
            form.get("client_id"),
            parse_details_text(form.get("authorization_details")),
        )

    def encode(self) -> bytes:
        """Return the form body `parse_token_request` reads."""
        return encode_form(
            {
                "grant_type": PRE_AUTHORIZED_GRANT,
                "pre-authorized_code": self.pre_authorized_code,
                "tx_code": self.tx_code,
                "client_id": self.client_id,
                "authorization_details": written_details(self.details),
            }
        )

    def require_tx_code(self, *, expected: bool) -> None:
        """Return when a ``tx_code`` came exactly if one is ``expected`` (VCI-27).

        Raises `OAuthRequestError` (invalid_request). Whether it is the right one is for the issuer
        to say, with invalid_grant.
        """
        if expected and self.tx_code is None:
            raise _invalid_request("tx_code is missing")
        if not expected and self.tx_code is not None:
            raise _invalid_request("no tx_code was expected")


@dataclass(frozen=True, slots=True)
class AuthorizationCodeRequest:
    """A client hands in the code the browser brought (RFC 6749 section 4.1.3).

    What is None did not come: a missing verifier is no error of form but of the grant (RFC 7636
    section 4.6).
    """

    code: str
    redirect_uri: str | None = None
    code_verifier: str | None = None
    client_id: str | None = None

    @classmethod
    def parse(cls, form: Mapping[str, str]) -> Self:
        """Return the request in a form, or raise `OAuthRequestError`."""
        return cls(
            _required(form, "code"),
            form.get("redirect_uri"),
            form.get("code_verifier"),
            form.get("client_id"),
        )

    def encode(self) -> bytes:
        """Return the form body `parse_token_request` reads."""
        return encode_form(
            {
                "grant_type": AUTHORIZATION_CODE_GRANT,
                "code": self.code,
                "redirect_uri": self.redirect_uri,
                "code_verifier": self.code_verifier,
                "client_id": self.client_id,
            }
        )


@dataclass(frozen=True, slots=True)
class RefreshRequest:
    """A client asks for another token for what it was granted, or for less (``scope``)."""

    refresh_token: str
    scope: tuple[str, ...] = ()
    client_id: str | None = None

    @classmethod
    def parse(cls, form: Mapping[str, str]) -> Self:
        """Return the request in a form, or raise `OAuthRequestError`."""
        scope = parse_scope(form.get("scope"))
        return cls(_required(form, "refresh_token"), scope, form.get("client_id"))

    def encode(self) -> bytes:
        """Return the form body `parse_token_request` reads."""
        return encode_form(
            {
                "grant_type": REFRESH_GRANT,
                "refresh_token": self.refresh_token,
                "scope": written_scope(self.scope),
                "client_id": self.client_id,
            }
        )


TokenRequest: TypeAlias = PreAuthorizedCodeRequest | AuthorizationCodeRequest | RefreshRequest


def parse_token_request(body: bytes) -> TokenRequest:
    """Return the request in a form body, or raise `OAuthRequestError`.

    Parameters nobody knows, or that belong to another grant, are ignored (VCI-24); repeated ones
    are not.
    """
    form = parse_form(body, _invalid_request)
    parse = _GRANTS.get(_required(form, "grant_type"))
    if parse is None:
        raise OAuthRequestError(
            OAuthErrorCode.UNSUPPORTED_GRANT_TYPE,
            "a pre-authorized code, an authorization code or a refresh token is taken",
        )
    return parse(form)


_GRANTS: Final[Mapping[str, Callable[[Mapping[str, str]], TokenRequest]]] = {
    PRE_AUTHORIZED_GRANT: PreAuthorizedCodeRequest.parse,
    AUTHORIZATION_CODE_GRANT: AuthorizationCodeRequest.parse,
    REFRESH_GRANT: RefreshRequest.parse,
}


@dataclass(frozen=True, slots=True)
class TokenResponse:
    """An access token: ``expires_in`` in seconds, None when the server does not say."""

    access_token: str
    token_type: str = "Bearer"  # noqa: S105 - the name of a kind of token, not a secret
    expires_in: int | None = None
    refresh_token: str | None = None
    scope: str | None = None
    authorization_details: tuple[CredentialDetail, ...] = ()

    @classmethod
    def parse(cls, value: JsonValue) -> Self:
        """Return the response, or raise `VciError`; unknown members are ignored (VCI-26)."""
        reader = members(value, "token response", malformed)
        details = reader.parts("authorization_details", CredentialDetail.parse_granted)
        return cls(
            access_token=_access_token(reader),
            token_type=reader.text("token_type"),
            expires_in=reader.optional_count("expires_in"),
            refresh_token=reader.optional_text("refresh_token"),
            scope=reader.optional_text("scope"),
            authorization_details=tuple(detail for detail in details if detail is not None),
        )

    def as_dict(self) -> JsonObject:
        """Return the body to answer with, under ``Cache-Control: no-store``."""
        return present(
            {
                "access_token": self.access_token,
                "token_type": self.token_type,
                "expires_in": self.expires_in,
                "refresh_token": self.refresh_token,
                "scope": self.scope,
                "authorization_details": written_all(self.authorization_details),
            }
        )

    def credential_identifiers(self, configuration_id: str) -> tuple[str, ...]:
        """Return the identifiers to ask by (VCI-25); none: ask by the configuration id."""
        return next(
            (
                detail.credential_identifiers
                for detail in self.authorization_details
                if detail.credential_configuration_id == configuration_id
            ),
            (),
        )


def _access_token(reader: Members) -> str:
    token = reader.text("access_token")
    if _ACCESS_TOKEN.fullmatch(token) is None:
        raise malformed("access_token is visible ASCII")
    return token


def _required(form: Mapping[str, str], name: str) -> str:
    if name not in form:
        raise _invalid_request(f"{name} is missing")
    return form[name]


def _invalid_request(detail: str) -> OAuthRequestError:
    return OAuthRequestError(OAuthErrorCode.INVALID_REQUEST, detail)
