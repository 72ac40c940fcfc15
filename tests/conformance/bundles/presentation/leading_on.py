"""REDIR: the browser is led to the address a verifier returned (OpenID4VP 1.0 section 8.2)."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from tests.conformance.exchanges import Exchange


def check(visited: Iterable[Exchange], redirect_uri: str) -> Exchange:
    """The browser itself asked there, once, by GET, with nothing added; returns the visit."""
    parts = urlsplit(redirect_uri)
    bare = parts._replace(fragment="").geturl()
    [visit] = [each for each in visited if urlsplit(each.url).path == parts.path]
    # CheckCallbackHttpMethodIsGet, CheckUrlQueryIsEmpty: nothing but what the verifier wrote
    assert "GET" == visit.method
    assert not visit.content
    assert bare == urlsplit(visit.url)._replace(fragment="").geturl()
    # CheckUrlFragmentContainsCodeVerifier
    assert parts.fragment == urlsplit(visit.url).fragment
    # a call by the wallet's own service does not count: only browsers take pages
    assert "text/html" in visit.sent.get("accept", "")
    return visit
