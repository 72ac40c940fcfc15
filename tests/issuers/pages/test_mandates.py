"""The pages of a mandate: given at home, used at home or at the counter, taken from paper."""

import re

from issuers.population.census import population
from tests.issuers.pages.browser import Browser, Desks
from tests.issuers.world import AS_OF

HOMES = [dossier.household for dossier in population(households=2, as_of=AS_OF)]
PROXY = HOMES[1].head
MANDATES = "/issuers/mandates"
DESK = "/issuers/desk/citizens"
WRITTEN = {
    "proxy": PROXY.name,
    "born_on": PROXY.born_on.isoformat(),
    "until": "2026-11-30",
    "uses": "1",
}


async def entrust(browser: Browser, kind: str, purpose: str) -> None:
    page = f"{MANDATES}/give/{kind}"
    await browser.get(page)
    answer = await browser.send(page, **WRITTEN, purpose=purpose)
    assert 303 == answer.status_code, answer.text


async def test_a_tax_paper_is_taken_for_somebody_without_a_counter(desks: Desks) -> None:
    """
    The principal writes who, what for, until when; the proxy presses one button and has an offer.
    """
    principal, proxy = await desks.enter("demo"), await desks.enter("second")
    await entrust(principal, "tax-payment", "기타")
    assert "맡겼습니다." in principal.words
    await proxy.get(MANDATES)
    assert HOMES[0].head.name in proxy.words
    (apply,) = re.findall(rf'action="({MANDATES}/[\w-]+/apply)"', proxy.page)
    answer = await proxy.send(apply)

    assert 303 == answer.status_code
    assert "증명서가 준비되었습니다" in proxy.words


async def test_a_register_paper_is_taken_at_the_counter(desks: Desks) -> None:
    """
    §29③: the page sends the proxy to the counter; the officer sees the mandate and issues by it.
    """
    principal, proxy = await desks.enter("demo"), await desks.enter("second")
    officer = await desks.enter("officer")
    await entrust(principal, "resident-register", "전세 계약")
    await proxy.get(MANDATES)
    assert "창구에서만 대신 받을 수 있습니다" in proxy.words
    assert "/apply" not in proxy.page

    await officer.get(f"{DESK}/{PROXY.citizen}/mandates")
    (link,) = re.findall(r'href="([^"]+/issue/resident-register\?mandate=[^"]+)"', officer.page)
    await officer.get(link)
    assert "전세 계약" in officer.words
    preview = f"{DESK}/{PROXY.citizen}/issue/resident-register/preview"
    assert 303 == (await officer.send(preview)).status_code
    for words in ("이대로 서명합니다", PROXY.name, HOMES[0].head.name):
        assert words in officer.words
    await officer.send(f"{DESK}/{PROXY.citizen}/issue/resident-register")
    assert "신청한 사람에게 이 코드를 보여 주세요" in officer.words


async def test_a_mandate_is_taken_back_in_one_press(desks: Desks) -> None:
    """
    The principal's list has the button; afterwards the proxy has none.
    """
    principal, proxy = await desks.enter("demo"), await desks.enter("second")
    await entrust(principal, "tax-payment", "기타")
    await principal.get(MANDATES)
    (withdraw,) = re.findall(rf'action="({MANDATES}/[\w-]+/withdraw)"', principal.page)
    stranger = await desks.enter("second")
    await stranger.get(MANDATES)
    fields = {"form_token": re.findall(r'name="form_token" value="([^"]+)"', stranger.page)[0]}
    foreign = await stranger.resend(withdraw, {**fields, "once": "x" * 22})
    assert 404 == foreign.status_code
    assert 303 == (await principal.send(withdraw)).status_code
    assert "이제 쓸 수 없습니다" in principal.words
    await proxy.get(MANDATES)
    assert "/apply" not in proxy.page
    assert "거둠" in proxy.words


async def test_who_has_no_phone_signs_on_paper(desks: Desks) -> None:
    """
    The officer writes the paper mandate down for the principal, and takes it back there too; a
    tax officer sees none of it (H90).
    """
    officer, taxes = await desks.enter("officer"), await desks.enter("tax-officer")
    page = f"{DESK}/demo/mandates/give/resident-abstract"
    await officer.get(page)
    assert "별지 제9호서식" in officer.words
    answer = await officer.send(page, **WRITTEN, purpose="학교 제출용")
    assert (303, True) == (answer.status_code, "맡겼습니다." in officer.words)

    await taxes.get(page, 404)
    await taxes.get(f"{DESK}/demo/mandates")
    assert "학교 제출용" not in taxes.words
    await officer.get(f"{DESK}/{PROXY.citizen}/mandates")
    (link,) = re.findall(r'href="([^"]+\?mandate=[^"]+)"', officer.page)
    await taxes.get(link.replace("resident-abstract", "tax-payment"), 404)
    await officer.get(f"{DESK}/demo/mandates")
    (withdraw,) = re.findall(r'action="([^"]+/withdraw)"', officer.page)
    await officer.send(withdraw)
    assert "이제 쓸 수 없습니다" in officer.words


async def test_a_mandate_written_wrongly_says_so(desks: Desks) -> None:
    """
    No name, no number, a day gone by: the same page again; a wrong name is no error.
    """
    principal = await desks.enter("demo")
    page = f"{MANDATES}/give/resident-register"
    for wrong in ({"proxy": ""}, {"uses": "many"}, {"uses": "0"}, {"until": "2026-11-21"}):
        await principal.get(page)
        answer = await principal.send(page, **{**WRITTEN, "purpose": "전세", **wrong})
        assert 400 == answer.status_code
        assert f'href="{page}"' in principal.page
    await principal.get(page)
    answer = await principal.send(page, **{**WRITTEN, "purpose": "전세", "proxy": "없는사람"})
    assert 303 == answer.status_code


async def test_mandates_are_read_in_three_languages(desks: Desks) -> None:
    """
    The words stand in the reader's language.
    """
    for language, words in (("en", "Applying for somebody"), ("ja", "代わりに受け取る")):
        citizen = await desks.enter("demo", language)
        await citizen.get(MANDATES)
        assert words in citizen.words
        await citizen.get(f"{MANDATES}/give/tax-payment")
