"""A citizen applies by everyday words and takes the certificate; and is told of every issue."""

import re

import pytest

from issuers.clerks import OPERATOR
from issuers.population.census import population
from tests.issuers.pages.browser import Browser, Desks
from tests.issuers.world import AS_OF, BASE, GRANT, REGISTRY, World
from web.qr import qr_svg

UNKNOWN = "AAAAAAAAAAAAAAAAAAAAAA"
APPLY = "/issuers/apply/resident-register"


async def applied(browser: Browser, **fields: str) -> str:
    """Apply for a copy of the register and return the offer's id."""
    await browser.get(APPLY)
    answer = await browser.send(APPLY, **{"purpose": "본인 확인용", **fields})
    assert 303 == answer.status_code, answer.text
    return answer.headers["location"].rpartition("/")[2]


@pytest.mark.parametrize(
    ("language", "words", "first"),
    [
        ("ko", "세금 낸 증명", "납세증명서(국세) 받기"),
        ("ko", "가족", "주민등록표 등본 받기"),
        ("ko", "옛날 주소", "주민등록표 초본 받기"),
        ("en", "tax", "National Tax Payment Certificate"),
        ("ja", "家族", "住民登録票謄本"),
    ],
)
async def test_a_certificate_is_found_by_everyday_words(
    desks: Desks, language: str, words: str, first: str
) -> None:
    """
    "세금 낸 증명" is enough; nobody has to know what the form is called.
    """
    citizen = await desks.enter("demo", language)
    await citizen.get("/issuers")
    every = citizen.page.count("/issuers/apply/")
    await citizen.get(f"/issuers?words={words}")

    assert first in citizen.words
    assert citizen.page.count("/issuers/apply/") < every


async def test_words_that_fit_nothing_leave_everything_to_choose_from(desks: Desks) -> None:
    """
    No dead end: the page says so and shows all there is.
    """
    citizen = await desks.enter("demo")
    await citizen.get("/issuers?words=zzzz")

    assert "모두 보여 드립니다" in citizen.words
    assert citizen.page.count("/issuers/apply/") == (await citizen.get("/issuers")).count(
        "/issuers/apply/"
    )


async def test_the_picture_holds_the_short_link_and_the_page_a_tab_for_other_wallets(
    desks: Desks,
) -> None:
    """
    Our https link in the picture, the standard's own address beside it (DESIGN 6).
    """
    citizen = await desks.enter("demo")
    offer = await applied(citizen)

    assert qr_svg(f"{BASE}/issuers/open/{offer}", "증명서를 받는 코드") in citizen.page
    assert "openid-credential-offer://?credential_offer_uri=" in citizen.page
    assert 'href="/wallet/receive?credential_offer_uri=' in citizen.page


async def test_two_tabs_and_a_double_click_make_one_offer(desks: Desks) -> None:
    """
    The same form leads to the same offer; a second form is a second wish.
    """
    citizen = await desks.enter("demo")
    await citizen.get(APPLY)
    fields = {**citizen.fields(APPLY), "purpose": "본인 확인용"}
    first, second = [await citizen.resend(APPLY, fields) for _ in range(2)]

    assert first.headers["location"] == second.headers["location"]
    assert await applied(citizen) not in first.headers["location"]


async def test_the_link_is_good_once_and_for_ten_minutes(desks: Desks, world: World) -> None:
    """
    Open to whoever holds it; used, expired and never made are told alike.
    """
    citizen, anybody = await desks.enter("demo"), desks.stranger()
    offer = await applied(citizen)
    await anybody.get(f"/issuers/open/{offer}")
    assert "주민등록표 등본" in anybody.words

    told = await citizen.client.get(f"{REGISTRY}/offers/{offer}")
    code = told.json()["grants"][GRANT]["pre-authorized_code"]
    assert 200 == (await world.redeem(code)).status_code
    used = await anybody.get(f"/issuers/open/{offer}", 410)

    other = await applied(citizen)
    world.clock.move(minutes=10)
    expired = await anybody.get(f"/issuers/open/{other}", 410)
    unknown = await anybody.get(f"/issuers/open/{UNKNOWN}", 410)
    pages = ((offer, used), (other, expired), (UNKNOWN, unknown))
    assert 1 == len({page.replace(each, "") for each, page in pages})
    assert "이미 지갑에 넣었거나" in anybody.words


async def test_the_own_page_of_an_ended_offer_says_what_to_do(desks: Desks, world: World) -> None:
    """
    Going back after taking it: look into the wallet, else apply again.
    """
    citizen = await desks.enter("demo")
    offer = await applied(citizen)
    world.clock.move(minutes=10)
    await citizen.get(f"/issuers/offers/{offer}", 404)

    assert "지갑에 있는지 먼저 보고" in citizen.words


async def test_options_and_purposes_are_the_kinds_own(desks: Desks) -> None:
    """
    Free text for the register, a choice for the tax office; what is not on the form is refused.
    """
    citizen = await desks.enter("demo")
    await citizen.get("/issuers/apply/tax-payment")
    choices = re.findall(r'name="purpose" value="([^"]+)"', citizen.page)
    assert ["기타", "대금 수령", "해외이주"] == choices
    answer = await citizen.send("/issuers/apply/tax-payment", purpose="아무거나")
    assert (400, True) == (answer.status_code, "이 증명서에 없는 쓸 곳" in citizen.words)

    await citizen.get("/issuers/apply/resident-abstract")
    for name in ("option-address_range", "option-service_record"):
        assert f'name="{name}"' in citizen.page
    action, option = "/issuers/apply/resident-abstract", "option-address_range"
    answer = await citizen.send(action, purpose="학교 제출용", **{option: "none"})
    assert 303 == answer.status_code
    await citizen.get(action)
    answer = await citizen.send(action, purpose="학교 제출용", **{option: "all-of-it"})
    assert (400, True) == (answer.status_code, "고를 수 없는 것" in citizen.words)


async def test_a_kind_that_does_not_exist_is_told_as_a_page(desks: Desks) -> None:
    """
    A sentence and a way back.
    """
    citizen = await desks.enter("demo")
    await citizen.get("/issuers/apply/dog-licence", 404)

    assert "이곳에서 내주지 않는 증명서입니다" in citizen.words
    assert 'href="/issuers"' in citizen.page


async def test_who_was_issued_what_about_me_is_told(desks: Desks, world: World) -> None:
    """
    Date, applicant, purpose, authority (시행규칙 §13⑩); another citizen sees none of it.
    """
    citizen, other = await desks.enter("demo"), await desks.enter("second")
    await citizen.get("/issuers/notices")
    assert "아직 없습니다" in citizen.words

    await world.issue(purpose="법원 제출용")
    await citizen.get("/issuers/notices")
    for word in ("주민등록표 등본", "법원 제출용", "나", "2026. 11. 22."):
        assert word in citizen.words
    await other.get("/issuers/notices")
    assert "법원 제출용" not in other.words


@pytest.mark.parametrize("path", ["/issuers", APPLY, "/issuers/notices", "/issuers/offers/x"])
async def test_applying_is_for_citizens(desks: Desks, path: str) -> None:
    """
    An officer has the desk; whoever is not signed in is led to sign-in.
    """
    officer = await desks.enter("officer")
    await officer.get(path, 403)

    assert 303 == (await desks.stranger().client.get(path)).status_code


async def test_a_paper_about_the_household_or_a_child_is_applied_for_at_home(
    desks: Desks, world: World
) -> None:
    """
    법 제29조제2항, 민법 제911조: one chooses by name; a place that is not there is nobody's, and
    refused as a stranger is.
    """
    citizen = await desks.enter("demo")
    abstract, taxes = "/issuers/apply/resident-abstract", "/issuers/apply/tax-payment"
    home = next(population(households=1, as_of=AS_OF)).household
    child = home.members[2].person
    await citizen.get(abstract)
    for member in home.members[1:]:
        assert member.person.name in citizen.words
        assert member.person.citizen not in citizen.page
    answer = await citizen.send(abstract, purpose="학교 제출용", whose="1")
    assert 303 == answer.status_code
    await citizen.get(taxes)
    assert child.name in citizen.words
    assert home.members[1].person.name not in citizen.words
    answer = await citizen.send(taxes, purpose="기타", whose="0")
    assert 303 == answer.status_code

    for kind, whose in ((abstract, "7"), (taxes, "한글")):
        await citizen.get(kind)
        answer = await citizen.send(kind, purpose="기타", whose=whose)
        assert 409 == answer.status_code
    await world.issuers.desk.registry.restrict(child.citizen, "demo", OPERATOR)
    await citizen.get(taxes)
    assert child.name in citizen.words
    answer = await citizen.send(taxes, purpose="기타", whose="0")
    assert 409 == answer.status_code
