"""A counter's pages, one by one: printed codes, challenges, spoken letters, without network."""

from urllib.parse import quote

import httpx2
import pytest
from playwright.async_api import Browser

from app.authorisation import holder_token_file, read_token
from app.test_wallet.case import PLACE
from tests.app.conftest import Commands, Service
from tests.app.test_walk import send_button, take_by_oneself, verdict
from tests.app.walking import Somebody, Walk, axe_source

SCAN = "form[action='/verifiers/scan'] button[type=submit]"
CHALLENGE = "form[action='/verifiers/challenges'] button"
# What the walk of the main job looks at on its way.
ELSEWHERE = ("start", "corner-store", "demo", "choose kind", "apply", "ready", "offer", "received")
# Korean at the width of a phone: the counter's scene looks at these pages by the way.
VISITS = [("en", "desktop"), ("ja", "phone")]


async def prints_a_code(desk: Somebody, citizen: Somebody) -> None:
    """The desk names a counter; somebody opens what hangs there, and stands in its list."""
    await desk.go("/verifiers/desks", "desks")
    await desk.page.locator("input[name=name]").fill("3")
    await desk.press(
        "form[action='/verifiers/desks'] button[type=submit]", "counter, nobody there"
    )
    counter = desk.path
    await citizen.go(counter.replace("/desks/", "/desk/"), "printed code")
    await citizen.press("form[action^='/verifiers/desk/'] button", "printed code opened")
    await desk.go(counter, "counter, somebody there")
    assert 1 == await desk.page.locator(".waiting .match").count()
    await desk.go("/verifiers/desks", "desks, one there")
    await desk.go(counter, "counter, somebody there")
    await desk.page.locator("main summary").last.click()
    await desk.press("form[action$='/close'] button", "counter closed")
    await citizen.go(counter.replace("/desks/", "/desk/"), "printed code closed")


async def answers_a_challenge(desk: Somebody, citizen: Somebody) -> str | None:
    """The desk shows first, the citizen's code answers that and nothing else."""
    await desk.go("/verifiers/scan", "scan")
    await desk.press(CHALLENGE, "challenge")
    await citizen.go("/wallet/scan", "citizen's scan")
    await citizen.hold_up(await desk.picture())
    await citizen.press("form:has(input[type=file]) button[type=submit]", "challenge read")
    if "/wallet/show" not in citizen.path:
        await citizen.press("main a[href^='/wallet/show']", "answer a challenge")
    await citizen.press("a[href^='/wallet/show/code/']", "choose for a challenge")
    await citizen.page.locator("main input[name=show][value$='age_over_19']").check()
    await citizen.press("main form button", "answering code")
    await desk.hold_up(await citizen.picture())
    await desk.press(SCAN, "challenge answered")
    return await verdict(desk)


async def reads_letters_out(desk: Somebody, citizen: Somebody) -> str | None:
    """Eight letters, misread first and then right; the question comes to the citizen's screen."""
    await citizen.go("/wallet/show", "show")
    await citizen.press("form[action='/wallet/show/spoken'] button", "spoken code")
    spoken = await citizen.page.locator("#spoken").inner_text()
    for letters, name in (("0000-0001", "letters misheard"), (spoken, "letters entered")):
        await desk.go("/verifiers/scan", "scan")
        await desk.page.locator("#field-code").fill(letters)
        await desk.press(SCAN, name)
    if "/wallet/ask" not in citizen.path:
        async with citizen.page.expect_navigation(url="**/wallet/ask*"):
            await citizen.page.locator("main a[data-look]").click()
    await citizen.look("asked by letters")
    await citizen.press("main button[form=choose]", "check by letters")
    await citizen.press(await send_button(desk), "sent by letters")
    await desk.page.reload()
    return await verdict(desk)


@pytest.fixture
def handed(service: Service, mydata: Commands) -> str:
    """A request that the holder's own platform handed to the wallet: the name it has there."""
    asked = mydata.json("verifiers", "request", "adult-check", "--mode", "dc_api.jwt")
    (request,) = asked["digital"]["requests"]
    token = read_token(holder_token_file(service.home, "demo"))
    answer = httpx2.post(
        f"{service.base}/wallet/holders/demo/handed-requests",
        json=request | {"origin": service.base},
        headers={"Authorization": f"Bearer {token}"},
    )
    return str(answer.json()["request_uri"])


async def is_asked_by_the_platform(citizen: Somebody, handed: str) -> None:
    """What the holder's own platform handed over is asked on the wallet's page."""
    await citizen.go(f"/wallet/ask?request_uri={quote(handed, safe='')}", "asked by the platform")
    await citizen.press("main button[form=choose]", "check for the platform")


@pytest.mark.parametrize(("language", "size"), VISITS, ids=[" ".join(each) for each in VISITS])
async def test_the_pages_of_a_counter_are_whole(
    service: Service, handed: str, browser: Browser, language: str, size: str
) -> None:
    """
    No finding of the accessibility checker, nothing cut, 48 px to press, and green at the end.
    """
    walk = Walk(browser, service.base, language, size, axe_source(), looked_at=[*ELSEWHERE])
    desk, citizen = await walk.somebody("corner-store"), await walk.somebody("demo")
    await take_by_oneself(citizen, "resident-register")
    await prints_a_code(desk, citizen)
    verdicts = [await answers_a_challenge(desk, citizen), await reads_letters_out(desk, citizen)]
    await is_asked_by_the_platform(citizen, handed)
    await desk.page.goto(f"{service.base}/verifiers/offline/{language}")
    await desk.page.locator("#network.yes").wait_for()
    await desk.look("counter without network")
    await citizen.go(PLACE, "test wallet")

    assert ["verdict yes"] * 2 == verdicts
    assert [] == walk.faults


@pytest.mark.parametrize("size", ["phone", "desktop"])
async def test_a_counter_is_served_by_keyboard_alone(
    service: Service, browser: Browser, size: str
) -> None:
    """
    A counter named, a challenge shown, letters typed, the page without network: no pointer.
    """
    walk = Walk(browser, service.base, "ko", size, axe_source())
    desk = await walk.somebody("corner-store")
    await desk.page.goto(f"{service.base}/verifiers/desks")
    await desk.reach("input[name=name]")
    await desk.page.keyboard.type("2")
    await desk.key("form[action='/verifiers/desks'] button[type=submit]", "counter")
    await desk.key("main a[href^='/verifiers/desks/']", "looked again")
    assert await desk.page.locator("main svg.qr").is_visible()
    await desk.key("main details:not([open]) summary")
    await desk.key("form[action$='/close'] button", "closed")

    await desk.page.goto(f"{service.base}/verifiers/scan")
    await desk.key(CHALLENGE, "challenge")
    await desk.reach("#field-code")
    await desk.page.keyboard.type("0000-0001")
    await desk.key(SCAN, "misheard")
    assert await desk.page.locator("main details").count() == 1

    await desk.page.goto(f"{service.base}/verifiers/offline/ko")
    await desk.reach("[data-open]")
    await desk.reach("#code")
    await desk.page.keyboard.type("0000-0001\n")
    await desk.page.locator("#outcome code", has_text="needs_network").wait_for()
    assert [] == walk.faults
