"""Origins of pages, as platforms write them (RFC 6454, OpenID4VP 1.0 appendix A)."""

import pytest

from standards.openid4vp.errors import AuthorizationErrorCode, RequestError, RequestFailure
from standards.openid4vp.origin import Origin


@pytest.mark.parametrize(
    "text",
    [
        "https://rp.example",
        "https://rp.example:8443",
        "https://rp.example.",
        "https://xn--bcher-kva.example",
        "https://192.0.2.1",
        "https://[2001:db8::1]:8443",
        "http://localhost:8000",
        "http://127.0.0.1",
        "http://[::1]:8000",
    ],
)
def test_an_origin_is_kept_as_it_is_written(text: str) -> None:
    """
    H84: two origins are the same when their texts are; the audience is that very text (VP-70).
    """
    origin = Origin.parse(text)
    assert text == str(origin)
    assert f"origin:{text}" == origin.audience


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "http://rp.example",
        "http://localhost.evil.example",
        "HTTPS://rp.example",
        "https://RP.example",
        "https://rp.example:443",
        "https://rp.example:0",
        "https://rp.example/",
        "https://rp.example?",
        "https://user@rp.example",
        "https://b\u00fccher.example",
        "android:apk-key-hash:AAAA",
        "origin:https://rp.example",
        f"https://{'a' * 300}.example",
        "https://rp.example\n",
    ],
)
def test_what_no_browser_writes_for_a_safe_page_is_no_origin(text: str) -> None:
    """
    H84: null, pages without TLS, other spellings, and anything with more in it.
    """
    with pytest.raises(RequestError) as refused:
        Origin.parse(text)
    assert RequestFailure.ORIGIN is refused.value.failure
    assert AuthorizationErrorCode.INVALID_REQUEST is refused.value.code


def test_an_origin_is_expected_letter_for_letter() -> None:
    """
    VP-67, errata 1: plain texts are compared; what only looks alike is another.
    """
    origin = Origin.parse("https://rp.example")
    origin.check_expected(["https://a.example", "https://rp.example"])
    for other in ("https://rp.example.", "https://rp.example:443", "HTTPS://rp.example"):
        with pytest.raises(RequestError):
            origin.check_expected([other])
