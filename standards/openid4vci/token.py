"""The token endpoint (OpenID4VCI 1.0 section 6), for the pre-authorized code."""

import re
from dataclasses import dataclass
from typing import Final, Self

from keys.strict_json import JsonObject, JsonValue
from standards.members import Members, members, present, written_all
from standards.oauth.error_response import OAuthErrorCode, OAuthRequestError
from standards.oauth.form import encode_form, parse_form
from standards.openid4vci.errors import malformed
from standards.openid4vci.offer import PRE_AUTHORIZED_GRANT

CREDENTIAL_DETAIL = "openid_credential"

# What a header can carry (RFC 6749 appendix A.12): a line break in it would begin another one.
_ACCESS_TOKEN: Final = re.compile(r"[\x20-\x7e]+")


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """A wallet hands in its pre-authorized code; ``client_id`` is absent when it is anonymous."""

    pre_authorized_code: str
    tx_code: str | None = None
    client_id: str | None = None

    @classmethod
    def parse(cls, body: bytes) -> Self:
        """Return the request in a form body, or raise `OAuthRequestError`.

        Parameters nobody knows are ignored (VCI-24); repeated ones are not.
        """
        parameters = parse_form(body, _invalid_request)
        grant_type = parameters.get("grant_type")
        code = parameters.get("pre-authorized_code")
        if grant_type is None:
            raise _invalid_request("grant_type is missing")
        if grant_type != PRE_AUTHORIZED_GRANT:
            raise OAuthRequestError(
                OAuthErrorCode.UNSUPPORTED_GRANT_TYPE, "only a pre-authorized code is taken"
            )
        if code is None:
            raise _invalid_request("pre-authorized_code is missing")
        return cls(code, parameters.get("tx_code"), parameters.get("client_id"))

    def encode(self) -> bytes:
        """Return the form body `parse` reads."""
        return encode_form(
            {
                "grant_type": PRE_AUTHORIZED_GRANT,
                "pre-authorized_code": self.pre_authorized_code,
                "tx_code": self.tx_code,
                "client_id": self.client_id,
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
class AuthorizationDetail:
    """What a token is good for (section 6.2): credentials to ask for by these identifiers."""

    credential_configuration_id: str
    credential_identifiers: tuple[str, ...]

    def as_dict(self) -> JsonObject:
        """Return one element of ``authorization_details``."""
        return {
            "type": CREDENTIAL_DETAIL,
            "credential_configuration_id": self.credential_configuration_id,
            "credential_identifiers": list(self.credential_identifiers),
        }


@dataclass(frozen=True, slots=True)
class TokenResponse:
    """An access token: ``expires_in`` in seconds, None when the server does not say."""

    access_token: str
    token_type: str = "Bearer"  # noqa: S105 - the name of a kind of token, not a secret
    expires_in: int | None = None
    refresh_token: str | None = None
    scope: str | None = None
    authorization_details: tuple[AuthorizationDetail, ...] = ()

    @classmethod
    def parse(cls, value: JsonValue) -> Self:
        """Return the response, or raise `VciError`; unknown members are ignored (VCI-26)."""
        reader = members(value, "token response", malformed)
        details = reader.parts("authorization_details", _detail)
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


def _detail(reader: Members) -> AuthorizationDetail | None:
    if reader.text("type") != CREDENTIAL_DETAIL:
        return None  # about something else than credentials (RFC 9396 section 2)
    return AuthorizationDetail(
        reader.text("credential_configuration_id"), reader.texts("credential_identifiers")
    )


def _invalid_request(detail: str) -> OAuthRequestError:
    return OAuthRequestError(OAuthErrorCode.INVALID_REQUEST, detail)
