"""PKCE with S256 and nothing else (RFC 7636)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standards.oauth.error_response import OAuthErrorCode, OAuthRequestError
from standards.oauth.pkce import challenge_of, check_challenge, check_verifier, new_verifier

# RFC 7636 appendix B.
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
OCTETS = bytes.fromhex("7418dfb49799e025 4ffa607dd8adbbba16d4254d69d6bff0 5b58055853848d79")


def test_the_example_of_the_standard() -> None:
    """
    RFC 7636 appendix B: octets, verifier and challenge belong together.
    """
    assert VERIFIER == new_verifier(lambda count: OCTETS[:count])
    assert CHALLENGE == challenge_of(VERIFIER)
    assert CHALLENGE == check_challenge(CHALLENGE, "S256")
    check_verifier(VERIFIER, CHALLENGE)


@given(octets=st.binary(min_size=32, max_size=32))
def test_every_new_verifier_opens_its_own_challenge_only(octets: bytes) -> None:
    """
    Section 4.1: 43 characters, which another challenge does not know.
    """
    verifier = new_verifier(lambda _: octets)
    assert 43 == len(verifier)
    check_verifier(verifier, challenge_of(verifier))
    other = new_verifier(lambda _: bytes(255 - octet for octet in octets))
    with pytest.raises(OAuthRequestError):
        check_verifier(other, challenge_of(verifier))


@pytest.mark.parametrize(
    "verifier",
    [None, "", VERIFIER[:-1], CHALLENGE, VERIFIER + "=", "é" * 43, "x" * 129, VERIFIER + "\n"],
    ids=str,
)
def test_a_wrong_verifier_is_an_invalid_grant(verifier: str | None) -> None:
    """
    H60, ensure-pkce-code-verifier-required, incorrect-pkce-code-verifier-rejected.
    """
    with pytest.raises(OAuthRequestError) as caught:
        check_verifier(verifier, CHALLENGE)
    assert OAuthErrorCode.INVALID_GRANT == caught.value.code


@pytest.mark.parametrize(
    ("challenge", "method"),
    [
        (None, "S256"),
        (None, None),
        (CHALLENGE, None),
        (CHALLENGE, "plain"),
        (CHALLENGE, "s256"),
        (CHALLENGE + "=", "S256"),
        (CHALLENGE[:-1], "S256"),
        ("~" * 43, "S256"),
    ],
)
def test_a_challenge_is_needed_and_hashed(challenge: str | None, method: str | None) -> None:
    """
    H60, par-ensure-pkce-required, par-plain-pkce-rejected: absent means plain (section 4.3).
    """
    with pytest.raises(OAuthRequestError) as caught:
        check_challenge(challenge, method)
    assert OAuthErrorCode.INVALID_REQUEST == caught.value.code
