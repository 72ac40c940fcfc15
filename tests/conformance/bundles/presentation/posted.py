"""RESP and NEG of the verifier's table: what a wallet is answered to its post (section 8.2)."""

from tests.conformance.bundles import words
from tests.conformance.exchanges import Exchange


def check(answer: Exchange, *, haip: bool) -> str | None:
    """An answer that accepts; returns where the person is led, which HAIP 5.1 always wants."""
    # EnsureHttpStatusCodeIs200, EnsureContentTypeJson
    assert 200 == answer.status, answer.body
    assert "application/json" == answer.media_type
    found = answer.json()
    # ValidateDirectPostResponse
    assert {"redirect_uri"} >= set(found)
    # ValidateDirectPostResponseRedirectUriWhenPresent
    if "redirect_uri" in found:
        assert isinstance(found["redirect_uri"], str)
        words.check_https(found["redirect_uri"])
    # VP1FinalEnsureDirectPostResponseHasRedirectUriForHaip
    assert not haip or "redirect_uri" in found
    return found.get("redirect_uri")


def check_refused(answer: Exchange) -> None:
    """NEG: a 4xx at once; a success that is told to be none later is not enough for us."""
    assert 4 == answer.status // 100, answer.body
    assert "application/json" == answer.media_type
    assert "redirect_uri" not in answer.json()
    assert answer.json()["error"]
