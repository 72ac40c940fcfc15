"""Where a page may send a visitor: to this service's own pages and nowhere else (H59)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.web.site import Site
from web.own_path import own_path

ELSEWHERE = (
    "https://evil.example",
    "http:/evil.example",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/%5cevil.example",
    "/%2f/evil.example",
    "/%2F%2Fevil.example",
    "/%252f%252fevil.example",
    "user@evil.example",
    "//localhost:8000@evil.example",
    "http://localhost:8000.evil.example/",
    "http://localhost:80001/",
    "javascript:alert(1)",
    "/wallet#fragment",
    "/wallet/../../evil",
    "/wallet/%2e%2e/evil",
    "/wallet//evil.example",
    "/wallet\r\nSet-Cookie: a=b",
    "/wallet%0d%0aSet-Cookie:a=b",
    "/wallet%00",
    "/w\u0430llet",
    "/\u2215evil.example",
    "wallet",
    "",
    " /wallet",
    "/wallet ",
    "/%",
    "/%zz",
    "/" + "a" * 5000,
)
OWN = (
    "/",
    "/wallet",
    "/wallet/ask?request_uri=openid4vp%3A%2F%2F%3Fclient_id%3Da%26request_uri%3Dhttps%3A%2F%2Fb",
    "/consent?label=a-b_c.d~e&first=1",
    "/wallet/a%20b",
)


@pytest.mark.parametrize("wish", ELSEWHERE)
def test_an_address_elsewhere_becomes_the_start_page(wish: str) -> None:
    """
    H59: prefix match, extra path, dots, user information, fragment, port, look-alike: ``/``.
    """
    assert "/" == own_path(wish)


@pytest.mark.parametrize("wish", OWN)
def test_a_page_of_ours_is_kept(wish: str) -> None:
    """
    A path, with or without a query, comes back as it was.
    """
    assert wish == own_path(wish)


@given(st.text())
def test_whatever_comes_back_is_a_path_of_ours(wish: str) -> None:
    """
    One slash, then no second one, no backslash, no fragment, nothing unprintable.
    """
    path = own_path(wish)

    assert path.startswith("/")
    assert not path.startswith("//")
    assert all("!" <= each <= "~" and each not in '\\#"<>' for each in path)


@pytest.mark.parametrize("wish", ELSEWHERE)
async def test_neither_sign_in_nor_the_language_leads_elsewhere(site: Site, wish: str) -> None:
    """
    H59 through the pages: ``next`` in the address, ``next`` in the form, ``back`` of the switch.
    """
    browser = site.browser()
    answer = await browser.client.get("/language/en", params={"back": wish})
    await browser.client.get("/sign-in", params={"next": wish})
    await browser.get("/sign-in")
    entered = await browser.send("/sign-in/demo", 0, next=wish)

    assert "/" == answer.headers["location"]
    assert "/wallet" == entered.headers["location"]
