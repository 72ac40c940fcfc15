"""Forms count only from this site's own pages."""

import pytest

from web.errors import ForbiddenError
from web.forgery import check_form_token, check_same_origin, form_token

ORIGIN = "https://rp.example"


def test_a_form_with_the_sessions_token_passes() -> None:
    """
    The token that was put into the page is the one that is accepted.
    """
    token = form_token(b"secret", "session")
    check_form_token(form_token(b"secret", "session"), token)

    with pytest.raises(ForbiddenError):
        check_form_token(form_token(b"secret", "session"), token[:-1])


@pytest.mark.parametrize(
    "token",
    [
        "",
        form_token(b"secret", "another"),
        form_token(b"another", "session"),
        "예",
        "\ud800",
    ],
    ids=["none", "another-session", "another-secret", "words", "surrogate"],
)
def test_a_form_without_the_sessions_token_is_refused(token: str) -> None:
    """
    H89: no token, another session's token, one made with another secret.
    """
    with pytest.raises(ForbiddenError):
        check_form_token(form_token(b"secret", "session"), token)


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "same-origin"},
        {"origin": ORIGIN},
        {"sec-fetch-site": "same-origin", "origin": ORIGIN},
    ],
)
def test_a_form_of_our_own_page_passes(headers: dict[str, str]) -> None:
    """
    Either header of the browser is enough when both agree; neither says so for another site.
    """
    check_same_origin(headers, expected_origin=ORIGIN)

    elsewhere = dict.fromkeys(headers, "https://evil.example")
    with pytest.raises(ForbiddenError):
        check_same_origin(elsewhere, expected_origin=ORIGIN)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site", "origin": ORIGIN},
        {"sec-fetch-site": "none"},
        {"origin": "null"},
        {"origin": "http://rp.example"},
        {"origin": "https://rp.example.evil"},
        {"sec-fetch-site": "same-origin", "origin": "https://evil.example"},
    ],
    ids=str,
)
def test_a_form_from_elsewhere_is_refused(headers: dict[str, str]) -> None:
    """
    H84, H89: another origin, a look-alike, null, plain http, or a browser that says nothing.
    """
    with pytest.raises(ForbiddenError):
        check_same_origin(headers, expected_origin=ORIGIN)
