"""ATT: the challenge of an authorization server to attested clients (draft 07 section 8)."""

from tests.conformance.bundles import words
from tests.conformance.exchanges import Exchange


def check_challenge(answer: Exchange) -> None:
    """CallClientAttestationChallengeEndpoint, ValidateClientAttestationChallengeResponse."""
    assert "POST" == answer.method
    assert not answer.content
    assert 200 == answer.status
    assert "application/json" == answer.media_type
    assert "no-store" in answer.headers["cache-control"]
    assert {"attestation_challenge"} == set(answer.json())
    words.check_entropy(answer.json()["attestation_challenge"])


def check_used(asked: Exchange) -> None:
    """CreateClientAttestationJwt: the two headers went along, once each, and were accepted."""
    for name in ("oauth-client-attestation", "oauth-client-attestation-pop"):
        assert 3 == len(asked.sent[name].split("."))
    assert asked.status in {200, 201}, asked.body
