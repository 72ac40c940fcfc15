"""AUTHZ: pushing a request, and what the browser brings back (RFC 9126, RFC 9207, FAPI 2.0)."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.conformance.bundles import words
from tests.conformance.exchanges import Exchange

_PAGE_SECONDS = 600


def check_pushed(answer: Exchange) -> str:
    """PAR answers; returns the name of the request."""
    # CheckPAREndpointResponse201WithNoError, EnsureContentTypeJson
    assert 201 == answer.status, answer.body
    assert "application/json" == answer.media_type
    assert "no-store" in answer.headers["cache-control"]
    found = answer.json()
    assert {"request_uri", "expires_in"} == set(found)
    # CheckForPARResponseExpiresIn
    assert type(found["expires_in"]) is int
    assert 0 < found["expires_in"] <= _PAGE_SECONDS
    # CheckForRequestUriValue, EnsureMinimumRequestUriEntropy
    assert found["request_uri"].startswith("urn:ietf:params:oauth:request_uri:")
    words.check_entropy(found["request_uri"].rpartition(":")[2])
    return str(found["request_uri"])


def check_returned(location: str, redirect_uri: str, issuer: str, state: str | None) -> str:
    """A successful answer of the authorization endpoint; returns the code."""
    found = parameters(location, redirect_uri)
    check_sender(found, issuer, state)
    # ValidateSuccessfulAuthCodeFlowResponseFromAuthorizationEndpoint
    assert {"code", "state", "iss"} >= set(found)
    # EnsureMinimumAuthorizationCodeLength, …Entropy
    words.check_entropy(found["code"])
    return found["code"]


def check_error(location: str, redirect_uri: str, issuer: str, state: str, code: str) -> None:
    """An error that goes back to the client (RFC 6749 section 4.1.2.1)."""
    found = parameters(location, redirect_uri)
    check_sender(found, issuer, state)
    assert {"error", "error_description", "error_uri", "state", "iss"} >= set(found)
    assert code == found["error"]
    assert words.DESCRIPTION.fullmatch(found.get("error_description", ""))


def check_sender(found: dict[str, Any], issuer: str, state: str | None) -> None:
    """CheckStateInAuthorizationResponse, RequireIssInAuthorizationResponse."""
    assert state == found.get("state")
    assert issuer == found["iss"]


def parameters(location: str, redirect_uri: str) -> dict[str, str]:
    """What the redirect brings; RejectErrorInUrlFragment, RejectAuthCodeInUrlFragment, …State….

    The client's own query stays as it was, and in front.
    """
    assert location.startswith(redirect_uri)
    assert not urlsplit(location).fragment
    added = location.removeprefix(redirect_uri).lstrip("?&")
    pairs = parse_qsl(added, strict_parsing=True)
    assert len(pairs) == len(dict(pairs))
    return dict(pairs)


def check_refused_page(answer: Exchange) -> None:
    """An authorization request that leads nowhere: told to the person, and to nobody else."""
    assert 4 == answer.status // 100, answer.body
    assert "location" not in answer.headers
    assert "text/html" == answer.media_type
