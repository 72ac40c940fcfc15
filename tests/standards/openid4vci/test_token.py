"""The token and nonce endpoints, and how errors are told (OpenID4VCI 1.0 sections 6, 7, 8.3.1)."""

import json

import pytest

from keys.strict_json import JsonValue
from standards.oauth.authorization_details import CredentialDetail
from standards.oauth.error_response import ErrorResponse, OAuthErrorCode, OAuthRequestError
from standards.oauth.errors import OAuthError
from standards.openid4vci.error_response import CredentialErrorCode, CredentialRequestError
from standards.openid4vci.errors import VciError
from standards.openid4vci.nonce import NonceResponse
from standards.openid4vci.offer import PRE_AUTHORIZED_GRANT
from standards.openid4vci.token import (
    AuthorizationCodeRequest,
    PreAuthorizedCodeRequest,
    RefreshRequest,
    TokenRequest,
    TokenResponse,
    parse_token_request,
)

GRANT = b"grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Apre-authorized_code"


@pytest.mark.parametrize(
    "request_sent",
    [
        PreAuthorizedCodeRequest("code"),
        PreAuthorizedCodeRequest(
            "코드+&=", tx_code="493536", client_id="wallet", details=(CredentialDetail("a"),)
        ),
        AuthorizationCodeRequest("code"),
        AuthorizationCodeRequest("a+b&=", "https://w.example/cb?x=1", "v" * 43, "wallet"),
        RefreshRequest("again"),
        RefreshRequest("again", ("a", "b"), "wallet"),
    ],
    ids=lambda request: f"{type(request).__name__} {len(request.encode())}",
)
def test_a_token_request_comes_back_as_it_went(request_sent: TokenRequest) -> None:
    """
    VCI-21, VCI-22, VCI-23: each code travels with its grant type, in UTF-8.
    """
    assert request_sent == parse_token_request(request_sent.encode())


def test_unknown_parameters_are_ignored() -> None:
    """
    VCI-24, H75: nothing else in the form matters, and empty parameters are absent.
    """
    body = (
        GRANT + b"&pre-authorized_code=x&unknown=1&tx_code=&authorization_details=&code_verifier=v"
    )
    assert PreAuthorizedCodeRequest("x") == parse_token_request(body)


BROKEN: dict[str, tuple[bytes, OAuthErrorCode]] = {
    "empty": (b"", OAuthErrorCode.INVALID_REQUEST),
    "no grant type": (b"pre-authorized_code=x", OAuthErrorCode.INVALID_REQUEST),
    "no code": (GRANT, OAuthErrorCode.INVALID_REQUEST),
    "empty code": (GRANT + b"&pre-authorized_code=", OAuthErrorCode.INVALID_REQUEST),
    "tx_code twice": (
        GRANT + b"&pre-authorized_code=x&tx_code=1&tx_code=2",
        OAuthErrorCode.INVALID_REQUEST,
    ),
    "broken UTF-8": (GRANT + b"&pre-authorized_code=%FF", OAuthErrorCode.INVALID_REQUEST),
    "raw octets": (GRANT + b"&pre-authorized_code=\xff", OAuthErrorCode.INVALID_REQUEST),
    "too many fields": (b"&".join([b"a=1"] * 100), OAuthErrorCode.INVALID_REQUEST),
    "too large": (b"a=" + b"x" * 1024 * 1024, OAuthErrorCode.INVALID_REQUEST),
    "no authorization code": (
        b"grant_type=authorization_code&pre-authorized_code=x",
        OAuthErrorCode.INVALID_REQUEST,
    ),
    "no refresh token": (b"grant_type=refresh_token", OAuthErrorCode.INVALID_REQUEST),
    "scope of a refresh": (
        b"grant_type=refresh_token&refresh_token=x&scope=a%22",
        OAuthErrorCode.INVALID_SCOPE,
    ),
    "details of nothing": (
        GRANT + b"&pre-authorized_code=x&authorization_details=%5B%5D",
        OAuthErrorCode.INVALID_AUTHORIZATION_DETAILS,
    ),
    "password": (b"grant_type=password&username=x", OAuthErrorCode.UNSUPPORTED_GRANT_TYPE),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_token_request_has_its_code(name: str) -> None:
    """
    VCI-21, VCI-27, H61: missing and repeated parameters, other grants, each with its code.
    """
    body, code = BROKEN[name]
    with pytest.raises(OAuthRequestError) as caught:
        parse_token_request(body)
    assert code == caught.value.code
    assert code == caught.value.response().error


def test_a_tx_code_comes_exactly_when_expected() -> None:
    """
    VCI-8, VCI-27: a missing and an unexpected transaction code are both ``invalid_request``.
    """
    PreAuthorizedCodeRequest("x", tx_code="1").require_tx_code(expected=True)
    PreAuthorizedCodeRequest("x").require_tx_code(expected=False)
    with pytest.raises(OAuthRequestError) as missing:
        PreAuthorizedCodeRequest("x").require_tx_code(expected=True)
    with pytest.raises(OAuthRequestError) as unexpected:
        PreAuthorizedCodeRequest("x", tx_code="1").require_tx_code(expected=False)
    assert OAuthErrorCode.INVALID_REQUEST == missing.value.code == unexpected.value.code


def test_a_token_response_comes_back_as_it_went() -> None:
    """
    VCI-25: with all its members, and with the fewest.
    """
    full = TokenResponse(
        "token",
        "DPoP",
        expires_in=0,
        refresh_token="again",
        scope="a b",
        authorization_details=(CredentialDetail("a", ("a-1", "a-2")),),
    )
    for response in (full, TokenResponse("token")):
        assert response == TokenResponse.parse(response.as_dict())
    assert ("a-1", "a-2") == full.credential_identifiers("a")
    assert () == full.credential_identifiers("b")


def test_unknown_members_of_a_token_response_are_ignored() -> None:
    """
    VCI-26, H75: extensions and authorization details about other things are passed over.
    """
    details: list[JsonValue] = [
        {"type": "payment", "amount": 1},
        {
            "type": "openid_credential",
            "credential_configuration_id": "a",
            "credential_identifiers": ["x"],
            "y": 1,
        },
    ]
    read = TokenResponse.parse(
        {
            "access_token": "t",
            "token_type": "bearer",
            "c_nonce": 1,
            "authorization_details": details,
        }
    )
    assert (CredentialDetail("a", ("x",)),) == read.authorization_details


@pytest.mark.parametrize(
    "value",
    [
        None,
        {},
        {"access_token": "t"},
        {"access_token": "", "token_type": "Bearer"},
        {"access_token": "t\u00e9", "token_type": "Bearer"},
        {"access_token": "t\r\nCookie: a", "token_type": "Bearer"},
        {"access_token": "t", "token_type": "Bearer", "expires_in": "60"},
        {"access_token": "t", "token_type": "Bearer", "expires_in": -1},
        {"access_token": "t", "token_type": "Bearer", "authorization_details": []},
        {"access_token": "t", "token_type": "Bearer", "authorization_details": [{"type": 1}]},
        {
            "access_token": "t",
            "token_type": "Bearer",
            "authorization_details": [
                {"type": "openid_credential", "credential_configuration_id": "a"}
            ],
        },
    ],
    ids=json.dumps,
)
def test_a_broken_token_response_is_refused(value: JsonValue) -> None:
    """
    VCI-25: required members and types.
    """
    with pytest.raises(VciError):
        TokenResponse.parse(value)


def test_a_nonce_response_has_a_nonce() -> None:
    """
    VCI-29: ``c_nonce`` is text; unknown members are ignored.
    """
    assert {"c_nonce": "n"} == NonceResponse.parse({"c_nonce": "n", "x": 1}).as_dict()
    broken: list[JsonValue] = [{}, {"c_nonce": 1}, {"c_nonce": ""}, []]
    for value in broken:
        with pytest.raises(VciError):
            NonceResponse.parse(value)


def test_error_descriptions_keep_to_their_characters() -> None:
    r"""
    VCI-46, H66: printable ASCII without ``"`` and ``\``, on one line, not endless.
    """
    body = ErrorResponse("invalid_proof", 'a "b" \\ c\r\n\t한' + "x" * 500).as_dict()
    assert "a ?b? ? c????" + "x" * 287 == body["error_description"]
    assert {"error": "invalid_grant"} == ErrorResponse("invalid_grant").as_dict()


@pytest.mark.parametrize("code", CredentialErrorCode)
def test_every_credential_error_has_a_body(code: CredentialErrorCode) -> None:
    """
    VCI-45, VCI-47: the code of the standard and a sentence, as plain JSON.
    """
    error = CredentialRequestError(code, "why")
    assert {"error": code.value, "error_description": "why"} == error.response().as_dict()
    assert f"{code.value}: why" == str(error)


def test_an_error_from_a_stranger_is_made_printable() -> None:
    """
    H66: whatever another issuer writes, people see short plain text.
    """
    read = ErrorResponse.parse({"error": "x\n", "error_description": "<b>\x1b[31m"})
    assert ErrorResponse("x?", "<b>?[31m") == read
    assert ErrorResponse("x") == ErrorResponse.parse({"error": "x", "error_description": 1})
    with pytest.raises(OAuthError):
        ErrorResponse.parse({"message": "no"})


def test_the_grant_has_its_registered_name() -> None:
    """
    Section 4.1.1 registers this very text.
    """
    assert "urn:ietf:params:oauth:grant-type:pre-authorized_code" == PRE_AUTHORIZED_GRANT
