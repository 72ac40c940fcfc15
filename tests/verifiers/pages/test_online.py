"""An institution's question on the web, answered on the device where it was asked."""

import pytest

from standards.openid4vp.dc_api import DcApiRequest
from tests.issuers.pages.browser import Browser, Desks
from tests.verifiers.browsing import Page
from tests.verifiers.world import BASE, World
from verifiers.asking.questions import Asked
from verifiers.endpoints.wallets import SESSION_COOKIE

START = "/verifiers/online/adult-check"


async def begun(anybody: Browser, way: str = "browser") -> str:
    """Begin on the page and return where the question stands."""
    await anybody.get(START)
    action = anybody.fields(START)
    answer = await anybody.client.post(START, data={**action, "way": way}, headers=anybody.own)
    assert 303 == answer.status_code
    await anybody.get(answer.headers["location"])
    return str(answer.headers["location"])


async def page_of(anybody: Browser, world: World, check: str) -> Page:
    """Return what the page's script fetches for the browser."""
    options = (await anybody.client.get(f"{check}/request")).json()
    (handed,) = options["digital"]["requests"]
    return Page(world, check.rpartition("/")[2], DcApiRequest.parse(handed))


async def test_a_person_answers_through_the_browser_and_reads_the_verdict(
    desks: Desks, world: World
) -> None:
    """
    HAIP-23: begin, hand over, bring back; the claims are for this browser.
    """
    anybody = desks.stranger()
    check = await begun(anybody)
    assert "모퉁이 편의점" in anybody.words
    page = await page_of(anybody, world, check)
    brought = {"protocol": page.handed.protocol.value, "data": page.answer(page.presented())}

    answered = await anybody.client.post(f"{check}/response", json=brought, headers=anybody.own)
    await anybody.get(check)

    assert (200, {"state": "verified"}) == (answered.status_code, answered.json())
    assert "확인됨" in anybody.words
    assert "확인을 마쳤습니다" in anybody.words


async def test_another_browser_sees_nothing_of_a_question_it_did_not_begin(
    desks: Desks, world: World
) -> None:
    """
    T9, H90: page, state, request and answer are as unknown as those of no question.
    """
    anybody, other = desks.stranger(), desks.stranger()
    check = await begun(anybody)
    page = await page_of(anybody, world, check)
    await other.get(START)
    for rest in ("", "/state", "/request"):
        await other.get(f"{check}{rest}", 404)
    brought = {"protocol": page.handed.protocol.value, "data": page.answer(page.presented())}

    answered = await other.client.post(f"{check}/response", json=brought, headers=other.own)
    await anybody.get(check)

    assert 404 == answered.status_code
    assert "확인됨" not in anybody.words


async def test_an_answer_is_taken_from_our_own_page_alone(desks: Desks, world: World) -> None:
    """
    H84, H89: another page, and no page at all, is refused before anything is read.
    """
    anybody = desks.stranger()
    check = await begun(anybody)
    page = await page_of(anybody, world, check)
    brought = {"protocol": page.handed.protocol.value, "data": page.answer(page.presented())}
    for head in (
        {},
        {"origin": "https://desk.example.evil.example"},
        {"origin": "http://desk.example"},
        {"origin": "null"},
        {"origin": BASE, "sec-fetch-site": "cross-site"},
    ):
        answered = await anybody.client.post(f"{check}/response", json=brought, headers=head)
        assert 403 == answered.status_code

    await anybody.get(f"{check}/state")
    assert '"pending"' in anybody.page


async def test_what_is_no_answer_of_a_browser_is_refused(desks: Desks, world: World) -> None:
    """
    H48: the question stays open for the answer that comes.
    """
    anybody = desks.stranger()
    check = await begun(anybody)

    for body in ({}, {"protocol": "openid4vp-v1-signed"}, {"protocol": 1, "data": {}}):
        answered = await anybody.client.post(f"{check}/response", json=body, headers=anybody.own)
        assert 400 == answered.status_code
    await anybody.get(f"{check}/state")
    assert '"pending"' in anybody.page


@pytest.mark.parametrize("is_signed_in", [False, True])
async def test_a_browser_that_cannot_leads_to_the_wallet_and_back(
    desks: Desks, world: World, *, is_signed_in: bool
) -> None:
    """
    HAIP-22: the same page without the API; the result is for the browser that comes back.

    Whoever is signed in to this service brings a session along that began no question.
    """
    anybody = desks.stranger()
    check = await begun(anybody, "link")
    assert 'href="openid4vp://' in anybody.page
    number = check.rpartition("/")[2]
    answer = await world.answer(Asked(number, await world.verifiers.link_of(number)))
    assert answer.redirect_uri is not None
    await anybody.get(f"{check}/state")
    assert '"pending"' in anybody.page

    session = {"cookie": f"{SESSION_COOKIE}=of-the-wallet"} if is_signed_in else {}
    led = await anybody.client.get(answer.redirect_uri, headers={"accept": "text/html", **session})
    assert f"{check}/back" == led.headers["location"].partition("?")[0]
    assert 303 == (await anybody.client.get(led.headers["location"])).status_code
    await anybody.get(check)
    assert "확인됨" in anybody.words


async def test_a_redirect_that_is_opened_in_another_browser_destroys_the_result(
    desks: Desks, world: World
) -> None:
    """
    H86: whoever was led there by somebody else has given nothing away.
    """
    anybody, other = desks.stranger(), desks.stranger()
    check = await begun(anybody, "link")
    number = check.rpartition("/")[2]
    answer = await world.answer(Asked(number, await world.verifiers.link_of(number)))
    await other.get(START)
    query = (answer.redirect_uri or "").partition("?")[2]
    await other.get(f"{check}/back?{query}", 404)

    await anybody.get(check)
    assert "확인됨" not in anybody.words


async def test_only_what_may_be_asked_on_the_web_has_a_page(desks: Desks) -> None:
    """
    A profile nobody knows, and a way nobody offers, are refused with words.
    """
    anybody = desks.stranger()
    await anybody.get("/verifiers/online/unknown", 400)
    await anybody.get(START)
    fields = {**anybody.fields(START), "way": "pigeon"}
    answered = await anybody.client.post(START, data=fields, headers=anybody.own)
    assert 400 == answered.status_code


async def test_every_page_is_in_three_languages(desks: Desks) -> None:
    """
    Korean, English, Japanese: the words of the page, not the claims.
    """
    anybody = desks.stranger()
    for language, words in (
        ("ko", "브라우저에서 증명서 고르기"),
        ("en", "Choose in this browser"),
        ("ja", "このブラウザで証明書を選ぶ"),
    ):
        await anybody.get(f"{START}?lang={language}")
        assert words in anybody.words
