"""TOKEN: the answer of the token endpoint (RFC 6749 section 5, OpenID4VCI section 6.2)."""

from typing import Any

from tests.conformance.bundles import words
from tests.conformance.exchanges import Exchange

_MEMBERS = {
    *("access_token", "token_type", "expires_in", "refresh_token"),
    *("scope", "authorization_details"),
}


def check(answer: Exchange) -> None:
    """What every token response keeps to."""
    # CheckTokenEndpointHttpStatus200, CheckForAccessTokenValue
    assert 200 == answer.status, answer.body
    assert "application/json" == answer.media_type
    assert "no-store" in answer.headers["cache-control"]
    found = answer.json()
    # EnsureMinimumAccessTokenLength, …Entropy
    words.check_entropy(found["access_token"])
    assert found["token_type"].lower() in {"bearer", "dpop"}
    # ExtractExpiresIn…, ValidateExpiresIn
    assert type(found["expires_in"]) is int
    assert found["expires_in"] > 0
    # CheckForRefreshTokenValue, …Length, …Entropy
    if "refresh_token" in found:
        words.check_entropy(found["refresh_token"])
    # ExpectNoIdTokenInTokenResponse, and nothing else that nobody knows
    assert _MEMBERS >= set(found)
    # ValidateClientAttestationChallengeResponseHeader
    challenge = answer.headers.get("oauth-client-attestation-challenge")
    assert challenge is None or words.SCOPE_TOKEN.fullmatch(challenge)


def check_details(answer: Exchange, configuration: str) -> dict[str, list[str]]:
    """What comes back when details were asked for; the identifiers by configuration."""
    found = answer.json()["authorization_details"]
    # CheckForAuthorizationDetailsInTokenResponse
    assert isinstance(found, list)
    # VCIValidateOpenidCredentialAuthorizationDetailsInTokenEndpointResponse
    given: dict[str, list[str]] = {}
    for entry in found:
        assert "openid_credential" == entry["type"]
        named, identifiers = entry["credential_configuration_id"], entry["credential_identifiers"]
        assert named not in given
        assert identifiers
        assert all(isinstance(each, str) and each for each in identifiers)
        # VCIWarnOnAuthorizationDetailsInTokenEndpointResponseConventions
        assert len(identifiers) == len(set(identifiers))
        assert {"type", "credential_configuration_id", "credential_identifiers"} == set(entry)
        given[named] = identifiers
    assert {configuration} == set(given)
    return given


def check_error(answer: Exchange, *codes: str) -> None:
    """An error of the token or PAR endpoint: 400 or 401, JSON, legal characters only."""
    assert answer.status in {400, 401}, answer.body
    assert "application/json" == answer.media_type
    found = answer.json()
    check_form(found)
    assert found["error"] in codes, found


def check_form(found: dict[str, Any]) -> None:
    """RFC 6749 section 5.2: which members, and which characters in them."""
    assert {"error", "error_description", "error_uri"} >= set(found)
    assert all(map(words.DESCRIPTION.fullmatch, found.values()))
