"""Redirect URIs are compared letter for letter (FAPI 2.0 section 5.3.2.2)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standards.oauth.error_response import OAuthErrorCode, OAuthRequestError
from standards.oauth.redirect_uri import check_redirect_uri

REGISTERED = ("https://wallet.example/authorized", "https://wallet.example/other?from=us")


@pytest.mark.parametrize("uri", REGISTERED)
def test_a_registered_address_is_taken(uri: str) -> None:
    """
    H59: the very address, with its query when it has one; taken off the list it is none.
    """
    check_redirect_uri(uri, REGISTERED)

    with pytest.raises(OAuthRequestError):
        check_redirect_uri(uri, [other for other in REGISTERED if other != uri])


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "https://wallet.example/authorized/",
        "https://wallet.example/authorized/evil",
        "https://wallet.example/authorizedevil",
        "https://wallet.example/authorized?x=1",
        "https://wallet.example/authorized#",
        "https://wallet.example/x/../authorized",
        "https://wallet.example/%61uthorized",
        "https://wallet.example:443/authorized",
        "https://wallet.example:8443/authorized",
        "https://WALLET.example/authorized",
        "https://wallet.example@evil.example/authorized",
        "https://wallet.example.evil.example/authorized",
        "https://walle\u0442.example/authorized",
        "http://wallet.example/authorized",
        "https://wallet.example/other",
        "https://wallet.example/authorized ",
        "javascript:alert(1)",
    ],
    ids=ascii,
)
def test_every_other_spelling_is_another_address(uri: str) -> None:
    """
    H59: prefix, path, dots, user, fragment, port, look-alike and escapes are refused.
    """
    with pytest.raises(OAuthRequestError) as caught:
        check_redirect_uri(uri, REGISTERED)
    assert OAuthErrorCode.INVALID_REQUEST == caught.value.code
    assert "evil" not in caught.value.detail


@given(uri=st.text(max_size=60))
def test_nothing_is_taken_but_what_is_registered(uri: str) -> None:
    """
    H59: whatever else comes, there is no redirect to it; and without registration none at all.
    """
    with pytest.raises(OAuthRequestError):
        check_redirect_uri(uri, ())
    with pytest.raises(OAuthRequestError):
        check_redirect_uri(f"{REGISTERED[0]}{uri or '/'}", REGISTERED)
