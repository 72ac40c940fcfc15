"""A room's pages made with the kit: who sees them, what forms count, how refusals read."""

import html
import json
import re
from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest

from tests.web.site import BASE, Browser, RoomError, Site
from web.form import Form
from web.language import Language
from web.navigation import EVERY_ROOM, home_of, stops_of
from web.people import PersonRole

ROLES = ("demo", "officer", "corner-store", "auditor")
INLINE = re.compile(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=|javascript:")


async def test_nobody_is_led_to_sign_in(site: Site) -> None:
    """
    A page of a room asks first who is there, and comes back to itself afterwards.
    """
    answer = await site.browser().get("/room?a=b")

    assert (303, "/sign-in?next=%2Froom%3Fa%3Db") == (
        answer.status_code,
        answer.headers["location"],
    )


@pytest.mark.parametrize("site_of_link", ["cross-site", "same-site"])
async def test_a_link_on_another_site_opens_the_page(site: Site, site_of_link: str) -> None:
    """
    Such a step brings no session; the page that answers leads on to itself, and then it does.
    """
    browser = await site.browser().enter("demo")
    stranger = site.browser()
    arrived = await stranger.client.get(
        '/room?a="b"&c', headers={"sec-fetch-site": site_of_link, "accept": "text/html"}
    )
    assert 200 == arrived.status_code
    (goal,) = re.findall(r'http-equiv="refresh" content="0; url=([^"]+)"', arrived.text)
    goal = html.unescape(goal)
    assert goal.startswith("/room?a=")
    assert "ko room" not in arrived.text

    answer = await browser.client.get(goal, headers={"sec-fetch-site": "same-origin"})
    assert 200 == answer.status_code


@pytest.mark.parametrize("name", ROLES)
async def test_a_page_is_one_roles(site: Site, name: str) -> None:
    """
    H90: whoever acts as something else is told whose page it is, 403, and sees nothing of it.
    """
    browser = await site.browser().enter(name)
    answer = await browser.get("/room")

    if name == "demo":
        assert (200, True) == (answer.status_code, "ko room" in answer.text)
    else:
        assert (403, True) == (answer.status_code, "시민이 쓰는 화면" in answer.text)
        assert "ko room" not in answer.text


def _other_origin(browser: Browser) -> None:
    browser.own = {"origin": "https://evil.example"}


def _cross_site(browser: Browser) -> None:
    browser.own = {"sec-fetch-site": "cross-site"}


def _same_site(browser: Browser) -> None:
    browser.own = {"sec-fetch-site": "same-site", "origin": BASE}


def _says_nothing(browser: Browser) -> None:
    browser.own = {}


def _other_host(browser: Browser) -> None:
    browser.own = {"host": "evil.example", "origin": "http://evil.example"}


def _no_host(browser: Browser) -> None:
    browser.own = {"host": "localhost:no-port", "origin": BASE}


def _forged(browser: Browser) -> None:
    browser.page = re.sub(r'(form_token" value=")[^"]*', r"\1forged", browser.page)


def _none(browser: Browser) -> None:
    browser.page = re.sub(r'(form_token" value=")[^"]*', r"\1", browser.page)


@pytest.mark.parametrize(
    "spoil",
    [
        _other_origin,
        _cross_site,
        _same_site,
        _says_nothing,
        _other_host,
        _no_host,
        _forged,
        _none,
    ],
    ids=lambda spoil: spoil.__name__,
)
async def test_a_form_from_elsewhere_changes_nothing(
    site: Site, spoil: Callable[[Browser], None]
) -> None:
    """
    H89: other origin, other site, other host, no origin, a forged token or none: 403, no act.
    """
    browser = await site.browser().enter("demo")
    await browser.get("/room")
    spoil(browser)
    answer = await browser.send("/room", what="harm")

    assert 403 == answer.status_code
    assert "이 화면에서 보낸 것이 아니어서" in answer.text or "party" in answer.text
    assert [] == site.done


async def test_one_persons_form_is_not_anothers(site: Site) -> None:
    """
    The token of one session is none in another, of the same person or not.
    """
    one, two = await site.browser().enter("demo"), await site.browser().enter("demo")
    await one.get("/room")
    two.page = one.page

    assert 403 == (await two.send("/room", what="harm")).status_code
    assert [] == site.done


async def test_a_rooms_own_error_is_told_in_its_own_words(site: Site) -> None:
    """
    What happened, what to do next, the way back, and the code small.
    """

    def fail(_what: str) -> str:
        raise RoomError

    browser = await site.browser().enter("demo")
    await browser.get("/room")
    site.act = fail
    answer = await browser.send("/room")

    assert 502 == answer.status_code
    for words in ("ko broke", "ko wait", "<code>room_broke</code>", 'href="/room"'):
        assert words in answer.text
    assert "the room&#39;s own detail" in answer.text


async def test_a_bug_is_not_told_as_a_refusal(site: Site) -> None:
    """
    What the room did not foresee goes on to the application.
    """
    with pytest.raises(RuntimeError, match="the room has a bug"):
        await site.browser().get("/room/bug")


@pytest.mark.parametrize(
    ("body", "media_type", "status"),
    [
        (b"x" * (64 * 1024 + 1), "application/x-www-form-urlencoded", 413),
        (b"{}", "application/json", 415),
        (b"a=%ff", "application/x-www-form-urlencoded", 400),
        (b"a=%00", "application/x-www-form-urlencoded", 400),
        ("a=\u00e9".encode(), "application/x-www-form-urlencoded", 400),
        (b"&a=b" * 1001, "application/x-www-form-urlencoded", 400),
        (b"no parts", "multipart/form-data; boundary=b", 400),
        (b"no parts", "multipart/form-data", 400),
    ],
    ids=["large", "json", "not-utf-8", "nul", "not-ascii", "fields", "no-parts", "no-boundary"],
)
async def test_a_form_that_cannot_be_read_is_refused(
    site: Site, body: bytes, media_type: str, status: int
) -> None:
    """
    H48: bounded and strict, told as a page; nothing is done.
    """
    browser = await site.browser().enter("demo")
    answer = await browser.client.post(
        "/room", content=body, headers={**browser.own, "content-type": media_type}
    )

    assert (status, True) == (answer.status_code, "<html" in answer.text)
    assert [] == site.done


async def test_a_form_for_everybody_needs_the_browser_that_saw_it(site: Site) -> None:
    """
    H89: signing a stranger in with one's own name needs a token of that stranger's browser.
    """
    attacker, victim = site.browser(), site.browser()
    await attacker.get("/sign-in")
    victim.page = attacker.page
    assert 403 == (await victim.send("/sign-in/demo", 0)).status_code
    await victim.get("/")
    victim.page = attacker.page

    assert 403 == (await victim.send("/sign-in/demo", 0)).status_code


def test_a_field_may_come_several_times() -> None:
    """
    In the order it was sent; what was not sent is empty, and a file not chosen is none.
    """
    form = Form((("a", "1"), ("b", "2"), ("a", "3")), (("p", b""), ("p", b"x"), ("q", b"")))

    assert ("1", "", ["1", "3"], []) == (
        form.one("a"),
        form.one("c"),
        form.all("a"),
        form.all("c"),
    )
    assert (b"x", None, None) == (form.file("p"), form.file("q"), form.file("r"))


async def test_a_form_may_bring_a_picture(site: Site) -> None:
    """
    A multipart form has the same locks, and its fields arrive the same.
    """
    browser = await site.browser().enter("demo")
    await browser.get("/room")
    fields = {**browser.fields("/room"), "what": "사진"}
    answer = await browser.client.post(
        "/room", data=fields, files={"picture": ("p.png", b"\x89PNG")}, headers=browser.own
    )

    assert 303 == answer.status_code
    assert ["사진"] == site.done


@pytest.mark.parametrize("tag", Language, ids=str)
async def test_a_page_speaks_its_visitors_language(site: Site, tag: Language) -> None:
    """
    The switch leads back to the same page; a person finds the language again elsewhere.
    """
    browser = await site.browser().enter("demo")
    answer = await browser.get(f"/language/{tag}?back=/room%3Fa%3Db")
    assert "/room?a=b" == answer.headers["location"]
    elsewhere = await site.browser().enter("demo")
    for each in (browser, elsewhere):
        page = (await each.get("/room")).text
        assert f'<html lang="{tag}">' in page
        assert f"{tag} room" in page


async def test_a_language_we_do_not_have_is_korean(site: Site) -> None:
    """
    Whatever the address or the cookie says.
    """
    browser = site.browser()
    browser.client.cookies.set("mydata-language", "xx")

    assert '<html lang="ko">' in (await browser.get("/?lang=zz")).text


@pytest.mark.parametrize("path", ["/", "/sign-in", "/invitation/x", "/sessions", "/room"])
async def test_a_page_needs_nothing_that_the_policy_forbids(site: Site, path: str) -> None:
    """
    No inline style or script, nothing from another host, one h1, a title, our files only.
    """
    browser = site.browser()
    if path in {"/sessions", "/room"}:
        await browser.enter("demo")
    answer = await browser.get(path)

    assert not INLINE.search(answer.text)
    assert not re.search(r'(?:src|href|action)="https?://', answer.text)
    assert 1 == answer.text.count("<h1")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "no-store" == answer.headers["cache-control"]
    for file in re.findall(r'(?:src|href)="(/static/[^"]+)"', answer.text):
        assert 200 == (await browser.client.get(file)).status_code


async def test_what_a_role_can_do_stands_at_the_top(site: Site) -> None:
    """
    The places of the role and no other's; where one is, is marked.
    """
    for name, place in zip(
        ROLES, ("/wallet", "/issuers/desk", "/verifiers", "/consent"), strict=True
    ):
        browser = await site.browser().enter(name)
        page = (await browser.get("/sessions")).text
        places = re.findall(r'<a href="(/[a-z/]+)"', page.split('class="places"')[1])
        assert place == places[0]
        others = {"/wallet", "/issuers/desk", "/verifiers", "/consent"} - {place}
        assert not others & set(places)


async def test_the_start_page_has_a_button_per_person(site: Site) -> None:
    """
    Demo mode: one press each; whoever is in already is led on instead.
    """
    browser = site.browser()
    page = (await browser.get("/")).text
    assert 4 == page.count('action="/sign-in/demo"')
    assert "실제 정부 서비스가 아니며" in page
    inside = await browser.enter("auditor")
    page = (await inside.get("/")).text
    assert 0 == page.count('action="/sign-in/demo"')
    assert 'href="/consent"' in page


@pytest.mark.parametrize("role", PersonRole, ids=str)
def test_a_role_has_a_page_to_begin_at(role: PersonRole) -> None:
    """
    No role is forgotten; where one room is served alone, nobody is led to another.
    """
    assert home_of(role) == stops_of(role)[0].href
    for room in EVERY_ROOM:
        stops = stops_of(role, frozenset({room}))
        assert all(stop.href.startswith(f"/{room}") for stop in stops)
        assert home_of(role, frozenset({room})) == (stops[0].href if stops else "/")


async def test_only_listed_files_are_served(site: Site) -> None:
    """
    An address names a file's content; another name, content or path is nowhere.
    """
    browser = site.browser()
    page = (await browser.get("/")).text
    (style,) = re.findall(r'href="(/static/[0-9a-f]{16}/style\.css)"', page)
    answer: httpx2.Response = await browser.client.get(style)
    assert "immutable" in answer.headers["cache-control"]
    assert "text/css" in answer.headers["content-type"]
    digest = style.split("/")[2]
    for path in (
        "/static/0000000000000000/style.css",
        f"/static/{digest}/icon.svg",
        f"/static/{digest}/..%2ftemplates%2fbase.html",
        f"/static/{digest}/other.css",
        "/static/style.css",
    ):
        assert 404 == (await browser.client.get(path)).status_code


async def test_texts_may_be_read_by_name(site: Site) -> None:
    """
    ``words`` are the room's texts over the kit's.
    """
    room = site.kit.room(Path(__file__).parent / "pages")
    words = room.words(Language.ENGLISH)

    assert ("en room", "yes") == (words["room_title"], words["yes"].lower())
    assert json.loads(json.dumps(dict(words)))
