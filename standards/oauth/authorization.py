"""The authorization code flow's two messages: what is asked for, and what the browser brings back.

RFC 6749 section 4.1 as FAPI 2.0 (section 5.3.2.2) narrows it: code only, PKCE always, the answer
in the query and with ``iss`` (RFC 9207).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

from standards.oauth.authorization_details import (
    CredentialDetail,
    parse_details_text,
    written_details,
)
from standards.oauth.error_response import ErrorResponse, OAuthErrorCode, OAuthRequestError
from standards.oauth.form import encode_form
from standards.oauth.pkce import METHOD, check_challenge
from standards.oauth.scope import parse_scope, written_scope

_CODE: Final = "code"
# RFC 6749 appendix A.5: printable ASCII; it comes back in an address, which has its own limit.
_STATE: Final = re.compile(r"[\x20-\x7e]{1,1024}")
# RFC 7638: a SHA-256 in base64url.
_THUMBPRINT: Final = re.compile(r"[A-Za-z0-9\-_]{43}")


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """What a client pushes before it sends the browser (RFC 9126 section 2.1).

    With both, ``details`` win over ``scope`` for the same credential (VCI-17). ``issuer_state`` is
    an offer's, and may be anybody's (VCI-18); ``dpop_jkt`` is the thumbprint of the key the code
    will be redeemed with (RFC 9449 section 10).
    """

    client_id: str
    redirect_uri: str
    code_challenge: str
    state: str | None = None
    scope: tuple[str, ...] = ()
    details: tuple[CredentialDetail, ...] = ()
    issuer_state: str | None = None
    dpop_jkt: str | None = None

    @classmethod
    def parse(cls, form: Mapping[str, str]) -> Self:
        """Return the request in a pushed form, or raise `OAuthRequestError`.

        Parameters nobody knows are ignored (VCI-19, H75); whether client and address are
        registered, and the credentials known, is for the server to say.
        """
        _check_flow(form)
        return cls(
            client_id=_required(form, "client_id"),
            redirect_uri=_required(form, "redirect_uri"),
            code_challenge=check_challenge(
                form.get("code_challenge"), form.get("code_challenge_method")
            ),
            state=_matching(form, "state", _STATE),
            scope=parse_scope(form.get("scope")),
            details=parse_details_text(form.get("authorization_details")),
            issuer_state=form.get("issuer_state"),
            dpop_jkt=_matching(form, "dpop_jkt", _THUMBPRINT),
        )

    def encode(self) -> bytes:
        """Return the form body whose parameters `parse` reads."""
        return encode_form(
            {
                "response_type": _CODE,
                "client_id": self.client_id,
                "redirect_uri": self.redirect_uri,
                "code_challenge": self.code_challenge,
                "code_challenge_method": METHOD,
                "state": self.state,
                "scope": written_scope(self.scope),
                "authorization_details": written_details(self.details),
                "issuer_state": self.issuer_state,
                "dpop_jkt": self.dpop_jkt,
            }
        )


@dataclass(frozen=True, slots=True)
class AuthorizationResponse:
    """The browser comes back with a code, good for a minute and one use; ``iss`` says whose."""

    code: str
    state: str | None
    iss: str

    def redirect(self, uri: str) -> str:
        """Return the address to send the browser to; a query in ``uri`` stays."""
        return with_query(uri, {"code": self.code, "state": self.state, "iss": self.iss})


@dataclass(frozen=True, slots=True)
class AuthorizationError:
    """The browser comes back with nothing (RFC 6749 section 4.1.2.1).

    ``error`` from a stranger may be any text, made printable.
    """

    error: str
    description: str | None
    state: str | None
    iss: str

    def redirect(self, uri: str) -> str:
        """Return the address to send the browser to; a query in ``uri`` stays."""
        response = ErrorResponse(self.error, self.description).as_dict()
        told = {name: str(value) for name, value in response.items()}
        return with_query(uri, {**told, "state": self.state, "iss": self.iss})


def with_query(uri: str, parameters: Mapping[str, str | None]) -> str:
    """Return ``uri``, which has no fragment, with more parameters in its query; None adds none."""
    separator = "&" if "?" in uri else "?"
    return f"{uri}{separator}{encode_form(parameters).decode()}"


def _check_flow(form: Mapping[str, str]) -> None:
    """Refuse what would make the request another one: H71, no request objects, no other flow."""
    for unwanted in ("request_uri", "request"):
        if unwanted in form:
            raise _invalid(f"{unwanted} has no place in a pushed request")
    if _required(form, "response_type") != _CODE:
        raise OAuthRequestError(
            OAuthErrorCode.UNSUPPORTED_RESPONSE_TYPE, "response_type is code and nothing else"
        )
    if form.get("response_mode", "query") != "query":
        raise _invalid("the response comes in the query")


def _required(form: Mapping[str, str], name: str) -> str:
    if name not in form:
        raise _invalid(f"{name} is missing")
    return form[name]


def _matching(form: Mapping[str, str], name: str, pattern: re.Pattern[str]) -> str | None:
    value = form.get(name)
    if value is not None and pattern.fullmatch(value) is None:
        raise _invalid(f"{name} has a form of its own")
    return value


def _invalid(detail: str) -> OAuthRequestError:
    return OAuthRequestError(OAuthErrorCode.INVALID_REQUEST, detail)
