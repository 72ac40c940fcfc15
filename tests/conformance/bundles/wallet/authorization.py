"""AUTHZ: a pushed request, and the address a wallet sends a browser to (RFC 9126, FAPI 2.0)."""

import json
import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.conformance.bundles.wallet import reading
from tests.conformance.exchanges import Exchange

_STATE = re.compile(r"[A-Za-z0-9._~-]{1,128}")
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")


def check_pushed(asked: Exchange, redirect_uri: str, issuer_state: str | None) -> dict[str, str]:
    """What is pushed; returns the parameters."""
    assert "POST" == asked.method
    sent = reading.form(asked)
    # EnsurePAREndpointRequestDoesNotContainRequestUriParameter, and no request object
    assert not {"request_uri", "request"} & set(sent)
    # PKCE, EnsureResponseTypeIsCode
    assert _CHALLENGE.fullmatch(sent["code_challenge"])
    assert "S256" == sent["code_challenge_method"]
    assert "code" == sent["response_type"]
    # redirect_uri: the registered one
    assert redirect_uri == sent["redirect_uri"]
    # VCIVerifyIssuerStateInAuthorizationRequest
    assert issuer_state == sent.get("issuer_state")
    # CheckForInvalidCharsInState, CheckStateLength
    assert _STATE.fullmatch(sent["state"])
    return sent


def check_details(sent: dict[str, str], configuration: str, locations: list[str]) -> None:
    """EnsureEffective…ContainsValidRAR to VCIWarnOn…ConventionsInIncomingRequest.

    ``locations`` are the issuer where its metadata name authorization servers, else none.
    """
    assert "scope" not in sent
    [entry] = json.loads(sent["authorization_details"])
    # VCIValidateOpenidCredentialAuthorizationDetailsInIncomingRequest
    assert "openid_credential" == entry["type"]
    assert configuration == entry["credential_configuration_id"]
    assert {"type", "credential_configuration_id", "locations"} >= set(entry)
    # VCIEnsureLocationsMatchesCredentialIssuerWhenAuthorizationServersAdvertised
    assert locations == entry.get("locations", [])


def check_key(asked: Exchange, sent: dict[str, str], thumbprint: str) -> None:
    """ExtractParAuthorizationCodeDpopBindingKey: what is pushed names the key of the token."""
    assert thumbprint == sent.get("dpop_jkt", thumbprint)
    if "dpop" in asked.sent:
        assert thumbprint == reading.thumbprint(reading.header(asked.sent["dpop"])["jwk"])
    assert "dpop_jkt" in sent or "dpop" in asked.sent


def check_front(address: str, endpoint: str, sent: dict[str, str], request_uri: str) -> None:
    """EnsureAuthorizationRequestContainsOnlyExpectedParamsWhenUsingPAR."""
    assert endpoint == urlsplit(address)._replace(query="").geturl()
    pairs: list[Any] = parse_qsl(urlsplit(address).query, strict_parsing=True)
    assert sorted(pairs) == [("client_id", sent["client_id"]), ("request_uri", request_uri)]
