"""An officer at the desk: find, preview, offer, change; and nothing of another authority's."""

import re

import pytest

from issuers.clerks import OPERATOR
from tests.issuers.pages.browser import Browser, Desks
from tests.issuers.world import World

CITIZEN = "/issuers/desk/citizens/demo"
ISSUE = f"{CITIZEN}/issue/resident-register"


async def issued(world: World) -> str:
    """Return the issue number of a certificate a wallet has taken."""
    await world.issue()
    return (await world.issuers.desk.certificates_of("demo"))[0].certificate.number


async def refused(browser: Browser, path: str) -> str:
    return re.sub(r"\s+|form_token\S+ value=\S+|back=\S+", " ", await browser.get(path, 404))


async def test_a_citizen_is_found_by_name_and_no_name_stands_in_an_address(desks: Desks) -> None:
    """
    Several of one name are told apart by birth date; the address holds handles alone.
    """
    officer = await desks.enter("officer")
    await officer.get("/issuers/desk")
    answer = await officer.send("/issuers/desk/find", query="김예원")
    assert "%" not in answer.headers["location"]

    await officer.get(CITIZEN)
    assert officer.words.startswith("김예원")
    await officer.get("/issuers/desk")
    found = await officer.send("/issuers/desk/find", query="demo")
    assert CITIZEN == found.headers["location"]


async def test_who_is_not_found_is_told_so_with_what_to_do(desks: Desks) -> None:
    """
    No bare error: look at name and number again.
    """
    officer = await desks.enter("officer")
    for query in ("없는사람", "9999-9999-9999-9999", ""):
        await officer.get("/issuers/desk")
        await officer.send("/issuers/desk/find", query=query)
        assert "이름과 번호를 다시 살펴보세요" in officer.words


async def test_the_same_search_form_finds_again(desks: Desks) -> None:
    """
    Looking is no act done once: back, another name, and the other one is found.
    """
    officer = await desks.enter("officer")
    await officer.get("/issuers/desk")
    fields = officer.fields("/issuers/desk/find")
    first = await officer.resend("/issuers/desk/find", {**fields, "query": "demo"})
    second = await officer.resend("/issuers/desk/find", {**fields, "query": "c0000001-0"})

    assert first.headers["location"] != second.headers["location"]


async def test_what_is_previewed_is_in_the_forms_order_and_is_what_is_signed(
    desks: Desks, world: World
) -> None:
    """
    Header, household, address, members, as on paper; nothing is written by looking.
    """
    officer = await desks.enter("officer")
    await officer.get(ISSUE)
    await officer.send(f"{ISSUE}/preview", purpose="법원 제출용")
    labels = ("담당자", "신청인", "용도 및 목적", "세대주 성명", "현주소", "세대원 1")
    places = [officer.words.index(label) for label in labels]

    assert sorted(places) == places
    assert "법원 제출용" in officer.words
    assert () == await world.issuers.desk.certificates_of("demo")

    await officer.send(ISSUE)
    assert "신청한 사람에게 이 코드를 보여 주세요" in officer.words
    assert "openid-credential-offer://" in officer.page


async def test_an_offer_is_made_once_however_often_the_button_is_pressed(
    desks: Desks, world: World
) -> None:
    """
    Double click, back button, second tab: the same offer, and its code on every screen.
    """
    officer = await desks.enter("officer")
    await officer.get(ISSUE)
    await officer.send(f"{ISSUE}/preview", purpose="본인 확인용", tx_code="yes")
    fields = officer.fields(ISSUE)
    preview = str(officer.page)
    first = await officer.resend(ISSUE, fields)
    code = re.search(r'class="verdict">(\d{3} \d{3})<', officer.page)
    second = await officer.resend(ISSUE, fields)
    officer.page = preview
    came_back = await officer.send(ISSUE)

    assert first.headers["location"] == second.headers["location"]
    assert first.headers["location"] == came_back.headers["location"]
    assert code is not None
    assert code[1] in officer.page


async def test_a_preview_has_an_address_to_come_back_to_and_nothing_typed_in_it(
    desks: Desks,
) -> None:
    """
    Back and reload show it again; sealed for this session, so nobody else's browser opens it.
    """
    officer, colleague = await desks.enter("officer"), await desks.enter("officer")
    await officer.get(ISSUE)
    led = await officer.send(f"{ISSUE}/preview", purpose="CANARY-PURPOSE")
    address = led.headers["location"]
    assert "CANARY" not in address
    for _ in range(2):
        await officer.get(address)
        assert "CANARY-PURPOSE" in officer.words

    assert ISSUE == (await colleague.client.get(address)).headers["location"]
    assert ISSUE == (await officer.client.get(f"{ISSUE}/preview")).headers["location"]
    await officer.get(address)
    forged = await officer.send(ISSUE, order="AAAA")
    assert ISSUE == forged.headers["location"]


async def test_the_same_form_with_another_purpose_is_another_offer(desks: Desks) -> None:
    """
    Back to the form, another purpose, forward: what was typed last is what is offered.
    """
    officer = await desks.enter("officer")
    await officer.get(ISSUE)
    fields = officer.fields(f"{ISSUE}/preview")
    made = []
    for purpose in ("법원 제출용", "학교 제출용"):
        await officer.resend(f"{ISSUE}/preview", {**fields, "purpose": purpose})
        assert purpose in officer.words
        made.append((await officer.send(ISSUE)).headers["location"])

    assert made[0] != made[1]


async def test_the_digits_told_apart_are_in_no_address_and_on_no_other_screen(
    desks: Desks,
) -> None:
    """
    Only the session that ordered sees them; another officer of the desk is told to issue anew.
    """
    officer, colleague = await desks.enter("officer"), await desks.enter("officer")
    await officer.get(ISSUE)
    await officer.send(f"{ISSUE}/preview", purpose="본인 확인용", tx_code="yes")
    made = await officer.send(ISSUE)
    digits = re.search(r'class="verdict">(\d{3}) (\d{3})<', officer.page)
    assert digits is not None
    assert digits[1] + digits[2] not in made.headers["location"]

    await colleague.get(made.headers["location"])
    assert digits[1] + " " + digits[2] not in colleague.page
    assert "새로 내주세요" in colleague.words
    for changed in ("AAAA", "x", "", "\uff19"):
        await officer.get(made.headers["location"].partition("&")[0] + f"&apart={changed}")
        assert "새로 내주세요" in officer.words


async def test_a_certificate_is_suspended_reinstated_and_revoked_with_reasons(
    desks: Desks, world: World
) -> None:
    """
    Each change has a page that says its effect before; reason and officer stay in the history.
    """
    page = f"/issuers/desk/certificates/{await issued(world)}"
    officer = await desks.enter("officer")
    for action, reason, state in (
        ("suspend", "분실 신고", "잠시 멈춤"),
        ("reinstate", "다시 찾음", "쓸 수 있음"),
        ("revoke", "잘못 내줌", "거두어들임"),
    ):
        await officer.get(page)
        assert f"{page}/{action}" in officer.page
        await officer.get(f"{page}/{action}")
        assert "30초 안에" in officer.words
        await officer.send(f"{page}/{action}", reason=reason)
        assert state in officer.words
        assert reason in officer.words
    assert f"{page}/revoke" not in officer.page, "what is revoked stays revoked"


async def test_a_change_is_done_once_and_says_when_it_was_done_before(
    desks: Desks, world: World
) -> None:
    """
    The same form twice changes once; a second form of another tab is told the state.
    """
    page = f"/issuers/desk/certificates/{await issued(world)}"
    officer = await desks.enter("officer")
    await officer.get(f"{page}/suspend")
    one = {**officer.fields(f"{page}/suspend"), "reason": "분실"}
    await officer.get(f"{page}/suspend")
    other = {**officer.fields(f"{page}/suspend"), "reason": "분실"}
    for _ in range(2):
        assert 303 == (await officer.resend(f"{page}/suspend", one)).status_code
    assert 409 == (await officer.resend(f"{page}/suspend", other)).status_code
    assert "이미 그 상태입니다" in officer.words
    kept = await world.issuers.desk.certificate(page.rpartition("/")[2], OPERATOR)
    assert 1 == len(kept.history)


@pytest.mark.parametrize("reason", ["", " ", "두\n줄", "x" * 101], ids=range(4))
async def test_a_reason_is_one_line(desks: Desks, world: World, reason: str) -> None:
    """
    Without a reason nothing is changed.
    """
    page = f"/issuers/desk/certificates/{await issued(world)}"
    officer = await desks.enter("officer")
    await officer.get(f"{page}/revoke")

    assert 400 == (await officer.send(f"{page}/revoke", reason=reason)).status_code
    assert "한 줄로 짧게" in officer.words
    assert f'href="{page}"' in officer.page, "back to where it stands"
    await officer.get(page)
    assert "쓸 수 있음" in officer.words


async def test_another_authoritys_things_are_as_absent(desks: Desks, world: World) -> None:
    """
    H90: certificate, kind, offer and register answer an officer of another authority with the
    very page that what does not exist gets.
    """
    number = await issued(world)
    registry = await desks.enter("officer")
    await registry.get(ISSUE)
    await registry.send(f"{ISSUE}/preview", purpose="본인 확인용")
    offer = (await registry.send(ISSUE)).headers["location"].partition("?")[0]
    stranger = await desks.enter("tax-officer")
    certificates = "/issuers/desk/certificates"
    for mine, absent in (
        (f"{certificates}/{number}", f"{certificates}/1111-1111-1111-1111"),
        (f"{certificates}/{number}/revoke", f"{certificates}/1111-1111-1111-1111/revoke"),
        (ISSUE, f"{CITIZEN}/issue/dog-licence"),
        (offer, "/issuers/desk/offers/AAAAAAAAAAAAAAAAAAAAAA"),
        (f"{CITIZEN}/move", "/issuers/desk/citizens/nobody/move"),
        (f"{CITIZEN}/protection", "/issuers/desk/citizens/nobody/protection"),
    ):
        assert await refused(stranger, absent) == await refused(stranger, mine)
    await stranger.get(CITIZEN)
    assert number not in stranger.page
    await stranger.get("/issuers/desk/book")
    assert number not in stranger.page


async def test_an_action_nobody_knows_is_nowhere(desks: Desks, world: World) -> None:
    """
    What the register does by itself is no clerk's to do.
    """
    page = f"/issuers/desk/certificates/{await issued(world)}"
    officer = await desks.enter("officer")

    for action in ("outdate", "delete"):
        assert 404 == (await officer.client.get(f"{page}/{action}")).status_code


@pytest.mark.parametrize("name", ["demo", "corner-store"])
async def test_the_desk_is_for_officers(desks: Desks, name: str) -> None:
    """
    Somebody else is told whose page it is; nobody is led to sign-in.
    """
    other = await desks.enter(name)
    for path in ("/issuers/desk", "/issuers/desk/book", CITIZEN, ISSUE):
        await other.get(path, 403)
    answer = await desks.stranger().client.get("/issuers/desk")
    assert (303, "/sign-in?next=%2Fissuers%2Fdesk") == (
        answer.status_code,
        answer.headers["location"],
    )


async def test_a_certificate_is_found_by_its_number_and_nobody_by_a_wrong_handle(
    desks: Desks, world: World
) -> None:
    """
    The number printed on the paper leads to its page; a handle nobody has is told as absent.
    """
    number = await issued(world)
    officer = await desks.enter("officer")
    await officer.get("/issuers/desk")
    answer = await officer.send("/issuers/desk/find", query=f" {number} ")
    assert f"/issuers/desk/certificates/{number}" == answer.headers["location"]

    for handle in ("nobody", "%EA%B9%80%EC%98%88%EC%9B%90", "a b"):
        await officer.get(f"/issuers/desk/citizens/{handle}", 404)
        assert "찾는 사람이 없습니다" in officer.words


async def test_an_application_is_refused_on_a_ground_and_its_applicant_reads_why(
    desks: Desks,
) -> None:
    """
    The officer chooses from the list; the citizen reads the reason, what to do, and the article.
    """
    officer, citizen = await desks.enter("officer"), await desks.enter("demo")
    page = "/issuers/desk/citizens/demo/issue/resident-register"
    await officer.get(page)
    assert f'href="{page}/refuse"' in officer.page
    await officer.get(f"{page}/refuse")
    assert 16 == officer.page.count('name="ground"')
    answer = await officer.send(f"{page}/refuse", ground="papers_missing")
    assert (303, True) == (answer.status_code, "거절을 적었습니다" in officer.words)

    await officer.get("/issuers/desk/refusals")
    assert "신청에 필요한 증명 서류가 빠졌습니다." in officer.words
    await citizen.get("/issuers/notices")
    for words in ("증명 서류가 빠졌습니다", "다시 신청하세요", "주민등록법 시행규칙 제13조"):
        assert words in citizen.words
    other = await desks.enter("second")
    await other.get("/issuers/notices")
    assert "서류가 빠졌습니다" not in other.words


async def test_a_ground_of_ones_own_words_is_refused(desks: Desks) -> None:
    """
    What is not on the list says so and leads back; another authority's kinds are not there (H90).
    """
    officer, taxes = await desks.enter("officer"), await desks.enter("tax-officer")
    page = "/issuers/desk/citizens/demo/issue/resident-register/refuse"
    await officer.get(page)
    answer = await officer.send(page, ground="빚이 있어서")

    assert 400 == answer.status_code
    assert f'href="{page}"' in officer.page
    await taxes.get(page, 404)
    await taxes.get("/issuers/desk/refusals")
    assert "거절한 것이 없습니다" in taxes.words


QUEUE = "/issuers/desk/queue"


async def waits(world: World) -> str:
    """Let an order wait for a decision; return its number."""
    access = await world.access(decision=True)
    nonce = await world.nonce()
    assert 202 == (await world.ask(access, await world.request(world.prove(nonce)))).status_code
    (order,) = await world.issuers.desk.decisions.queue(OPERATOR)
    return order.number


async def test_an_officer_approves_what_waits(desks: Desks, world: World) -> None:
    """
    The queue says who asks for what since when; one press decides, and what is decided is gone.
    """
    number = await waits(world)
    officer = await desks.enter("officer")
    await officer.get(QUEUE)
    assert f'href="{QUEUE}/{number}"' in officer.page
    await officer.get(f"{QUEUE}/{number}")
    for words in ("김예원", "본인", "승인하기"):
        assert words in officer.words
    answer = await officer.send(f"{QUEUE}/{number}/approve")

    assert (303, f"{QUEUE}?decided=approved") == (answer.status_code, answer.headers["location"])
    assert "승인했습니다" in officer.words
    assert "기다리는 신청이 없습니다" in officer.words
    await officer.get(f"{QUEUE}/{number}", 404)


async def test_an_officer_refuses_what_waits_on_a_ground(desks: Desks, world: World) -> None:
    """
    제42조의8제2항: the citizen reads the ground among the notices.
    """
    number = await waits(world)
    officer, citizen = await desks.enter("officer"), await desks.enter("demo")
    await officer.get(f"{QUEUE}/{number}/deny")
    assert 16 == officer.page.count('name="ground"')
    await officer.send(f"{QUEUE}/{number}/deny", ground="papers_missing")

    assert "거절을 적었습니다" in officer.words
    await citizen.get("/issuers/notices")
    assert "증명 서류가 빠졌습니다" in citizen.words


async def test_another_authoritys_queue_is_not_there(desks: Desks, world: World) -> None:
    """
    H90: what waits at one authority is as unknown at another as what does not exist.
    """
    number = await waits(world)
    taxes = await desks.enter("tax-officer")
    await taxes.get(QUEUE)
    assert number not in taxes.page
    await taxes.get(f"{QUEUE}/{number}", 404)
    await taxes.get(f"{QUEUE}/{number}/deny", 404)
    for what in ("approve", "deny"):
        await taxes.get("/issuers/desk")
        sent = {**taxes.fields("/issuers/desk/find"), "ground": "papers_missing"}
        assert 404 == (await taxes.resend(f"{QUEUE}/{number}/{what}", sent)).status_code
    assert 1 == len(await world.issuers.desk.decisions.queue(OPERATOR))


async def test_a_preview_is_shown_as_a_view_without_a_paper(desks: Desks) -> None:
    """
    열람: the fee is said first; the citizen reads of it among the notices, and no offer is made.
    """
    officer, citizen = await desks.enter("officer"), await desks.enter("demo")
    page = "/issuers/desk/citizens/demo/issue/resident-abstract"
    await officer.get(page)
    await officer.send(f"{page}/preview", purpose="전입 확인")
    assert "수수료는 300원" in officer.words
    answer = await officer.send(f"{page}/show")
    assert (303, True) == (answer.status_code, "열람을 적었습니다" in officer.words)
    await citizen.get("/issuers/notices")
    assert "열람" in citizen.words
    assert "전입 확인" in citizen.words
    await officer.get("/issuers/desk/day")
    assert "300원" in officer.words
    taxes = await desks.enter("tax-officer")
    page = "/issuers/desk/citizens/demo/issue/tax-payment"
    await taxes.get(page)
    await taxes.send(f"{page}/preview", purpose="기타")
    assert "열람" not in taxes.words
