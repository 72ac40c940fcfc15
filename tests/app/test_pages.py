"""The pages of demo mode, driven as a browser does, on both kinds of database."""

import html
import re
from collections.abc import Iterator

import httpx2
import pytest

from tests.app.conftest import Service
from web.qr import qr_svg

HIDDEN = re.compile(r'name="(form_token|request_uri)" value="([^"]*)"')


class Browser:
    """Follows links and sends forms like a browser at the service's own address."""

    def __init__(self, service: Service) -> None:
        self.client = httpx2.Client(base_url=service.base, follow_redirects=True, timeout=30)
        self.own = {"origin": service.base, "sec-fetch-site": "same-origin"}
        self.page = self.get("/")

    def get(self, path: str) -> str:
        self.page = self.client.get(path).text
        return self.page

    def send(self, action: str, **fields: str | list[str]) -> httpx2.Response:
        """Send a form of the present page, with what is hidden in it."""
        hidden = {name: html.unescape(value) for name, value in HIDDEN.findall(self.page)}
        answer = self.client.post(action, data={**hidden, **fields}, headers=self.own)
        self.page = answer.text
        return answer


@pytest.fixture
def browser(inside: Service) -> Iterator[Browser]:
    opened = Browser(inside)
    yield opened
    opened.client.close()


def ask(browser: Browser, profile: str = "address-check") -> str:
    """Start a check and open the wallet's question; return the check's own address."""
    browser.get("/verifiers")
    check = browser.send("/pages/check", profile=profile)
    assert 200 == check.status_code
    link = re.search(r'href="(/wallet/ask[^"]+)"', browser.page)
    assert link is not None
    browser.get(html.unescape(link[1]))
    return check.url.path


def test_a_certificate_is_taken_shown_and_verified_on_the_pages(browser: Browser) -> None:
    """
    The verdict stands before the data, and only what was agreed to is there.
    """
    browser.get("/issuers")
    wallet = browser.send("/pages/receive", kind="resident-register")
    assert ("/wallet", True) == (wallet.url.path, "주민등록표 등본" in browser.page)

    check = ask(browser)
    assert "한걸음 택배" in browser.page
    assert "checked" not in browser.page, "optional claims start unticked"
    sent = browser.send("/pages/present", **{"with": ["household.head_name"]})
    assert (200, True) == (sent.status_code, "보냈습니다" in browser.page)
    assert "세대주 성명" in browser.page

    browser.get(check)
    assert 0 < browser.page.index("확인됨") < browser.page.index("신청인")
    assert "전입일" not in browser.page

    browser.get("/consent")
    assert re.search(r"<dd>[2-9]\d*</dd>", browser.page)
    assert "한걸음 택배" in browser.page or "Hangeoreum" in browser.page


def test_a_request_is_shown_as_a_code_and_a_link(browser: Browser) -> None:
    """
    Another wallet scans the code; while nobody answers, the check waits.
    """
    browser.get("/verifiers")
    browser.send("/pages/check", profile="adult-check")

    assert '<svg xmlns="http://www.w3.org/2000/svg"' in browser.page
    assert "기다리는 중" in browser.page
    assert "openid4vp://" in browser.page


def test_an_offer_is_shown_as_a_code_for_another_wallet(browser: Browser) -> None:
    """
    The page of the offer carries code and address.
    """
    browser.get("/issuers")
    browser.send("/pages/offer", kind="tax-payment")

    assert "<svg" in browser.page
    assert "openid-credential-offer://" in browser.page


def test_who_says_no_sends_nothing(browser: Browser) -> None:
    """
    "Do not send" is a button of the same size; the institution sees a refusal and no data.
    """
    browser.get("/issuers")
    browser.send("/pages/receive", kind="resident-register")
    check = ask(browser)
    browser.send("/pages/refuse")
    assert "보내지 않았습니다" in browser.page

    browser.get(check)
    assert "거절함" in browser.page
    assert "신청인" not in browser.page


@pytest.mark.parametrize(
    ("headers", "token"),
    [
        ({"origin": "https://evil.example"}, None),
        ({"sec-fetch-site": "cross-site"}, None),
        ({}, None),
        ({"host": "evil.example", "origin": "http://evil.example"}, None),
        ({"host": "localhost:no-port"}, None),
        (None, "forged"),
        (None, ""),
    ],
    ids=str,
)
def test_a_form_from_elsewhere_changes_nothing(
    browser: Browser, headers: dict[str, str] | None, token: str | None
) -> None:
    """
    H89: another origin, another host, no origin at all, a forged token or none: 403.
    """
    browser.get("/wallet")
    before = browser.page.count('class="card"')
    browser.get("/issuers")
    if headers is not None:
        browser.own = headers
    fields = {"kind": "resident-register"} | ({} if token is None else {"form_token": token})

    assert 403 == browser.send("/pages/receive", **fields).status_code
    browser.get("/wallet")
    assert before == browser.page.count('class="card"')


def test_a_session_is_out_of_reach_of_scripts_and_other_sites(inside: Service) -> None:
    """
    HttpOnly, SameSite=Strict; and the form token of one session is none in another.
    """
    cookie = httpx2.get(f"{inside.base}/").headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie

    one, other = Browser(inside), Browser(inside)
    one.get("/issuers")
    other.page = one.page
    assert 403 == other.send("/pages/receive", kind="tax-payment").status_code
    one.client.close()
    other.client.close()


@pytest.mark.parametrize(
    ("tag", "word"),
    [("ko", "증명서를 받고"), ("en", "Take a certificate"), ("ja", "証明書を受け取り")],
)
def test_the_pages_speak_three_languages(browser: Browser, tag: str, word: str) -> None:
    """
    Korean first; the switch remembers, and leads back to the same page.
    """
    assert "증명서를 받고" in browser.page
    browser.get(f"/language/{tag}?back=/")

    assert word in browser.page
    assert f'<html lang="{tag}">' in browser.get("/wallet")


@pytest.mark.parametrize("back", ["https://evil.example", "//evil.example", "/\\evil.example"])
def test_the_language_switch_leads_nowhere_else(inside: Service, back: str) -> None:
    """
    An address in a link cannot send the visitor to another site.
    """
    answer = httpx2.get(f"{inside.base}/language/en", params={"back": back})

    assert (303, "/") == (answer.status_code, answer.headers["location"])


@pytest.mark.parametrize("path", ["/", "/issuers", "/wallet", "/verifiers", "/consent"])
def test_a_page_needs_nothing_that_the_policy_forbids(browser: Browser, path: str) -> None:
    """
    No inline style or script, no address of another host, one h1, a language, a title.
    """
    page = browser.get(path)

    assert not re.search(r"<script|<style|\sstyle=|\son\w+=", page)
    assert not re.search(r'(?:src|href|action)="https?://', page)
    assert 1 == page.count("<h1")
    assert '<meta name="viewport"' in page


def test_a_problem_on_a_page_is_told_as_a_page(browser: Browser) -> None:
    """
    A person gets a sentence and a way back; a program gets JSON at its own addresses.
    """
    browser.get("/issuers")
    answer = browser.send("/pages/receive", kind="dog-licence")
    assert (400, True) == (answer.status_code, "하지 못했습니다" in answer.text)
    assert "unknown_kind" in answer.text

    forged = browser.client.post("/pages/receive", data={"kind": "tax-payment"})
    assert (403, True) == (forged.status_code, "<html" in forged.text)
    unknown = browser.client.get("/wallet/holders/demo/credentials")
    assert (401, "unauthorised") == (unknown.status_code, unknown.json()["error"])


def test_styles_are_served_for_long_and_nothing_else_is(inside: Service) -> None:
    """
    The style sheet's address names its content; no other file can be named.
    """
    style = httpx2.get(f"{inside.base}/static/style.css")
    assert "immutable" in style.headers["cache-control"]

    for name in ("other.css", "..%2ftemplates%2fbase.html"):
        assert 404 == httpx2.get(f"{inside.base}/static/{name}").status_code


def test_the_picture_holds_a_short_link_that_opens_the_question(
    browser: Browser, inside: Service
) -> None:
    """
    The code stays coarse enough for an old camera; the request stands behind the link.
    """
    browser.get("/verifiers")
    check = browser.send("/pages/check", profile="adult-check")
    link = f"/wallet/open/{check.url.path.rpartition('/')[2]}"

    assert qr_svg(f"{inside.base}{link}", "확인을 요청하는 코드") in browser.page
    assert "/wallet/ask" == browser.client.get(link).url.path


def test_a_link_nobody_began_says_whom_to_ask(browser: Browser) -> None:
    """
    Old, foreign or mistyped: one answer, and the next step in words.
    """
    answer = browser.client.get("/wallet/open/AAAAAAAAAAAAAAAAAAAAAA")

    assert 400 == answer.status_code
    assert "link_unknown" in answer.text
