"""A counter, played in a real browser with a camera: both ways, then with the network cut."""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path

from playwright.async_api import FilePayload

from tests.app.conftest import Service
from tests.app.film import browser_filming, frame_of, write_film
from tests.app.test_walk import send_button, take_by_oneself, verdict
from tests.app.walking import Somebody, Walk, axe_source
from web.qr import qr_png
from web.static_files import address_of

TEXTS: dict[str, str] = json.loads(
    (Path(__file__).parents[2] / "verifiers/pages/texts/ko.json").read_text("utf-8")
)
KIT: dict[str, str] = json.loads(
    (Path(__file__).parents[2] / "web/texts/ko.json").read_text("utf-8")
)
OFFLINE = "/verifiers/offline/ko"
Film = Callable[[Somebody], Awaitable[None]]


async def shows_a_code(citizen: Somebody) -> str:
    """The citizen puts one yes or no into a code; return it as text."""
    await citizen.go("/wallet/show", "show")
    await citizen.press("a[href^='/wallet/show/code/']", "choose claims")
    await citizen.page.locator("main input[name=show][value$='age_over_19']").check()
    await citizen.press("main form button", "one-step code")
    return await citizen.page.locator("code.address").last.text_content() or ""


async def reads_with_the_camera(somebody: Somebody, expected: str) -> None:
    """Press the one button of the camera; the page goes on by itself."""
    await somebody.look("camera")
    await somebody.page.locator("[data-open]").click()
    await somebody.page.wait_for_url(expected)
    await somebody.page.wait_for_load_state()


async def citizen_shows(citizen: Somebody, desk: Somebody, film: Film) -> str | None:
    await desk.go("/verifiers/scan", "scan")
    await shows_a_code(citizen)
    await film(citizen)
    await reads_with_the_camera(desk, "**/verifiers/checks/*")
    return await verdict(desk)


async def desk_shows(citizen: Somebody, desk: Somebody, film: Film) -> str | None:
    await desk.go("/verifiers", "choose check")
    await desk.press("main form button", "waiting")
    await film(desk)
    await citizen.go("/wallet/scan", "scan of a citizen")
    await reads_with_the_camera(citizen, "**/verifiers/open/*")
    await citizen.press("main a[href^='/wallet/ask']", "ask")
    await citizen.press("main button[form=choose]", "check")
    await citizen.press(await send_button(desk), "sent")
    await desk.page.locator("main .verdict.yes").wait_for()
    return await verdict(desk)


async def printed_code_shows(citizen: Somebody, desk: Somebody, film: Film) -> str | None:
    """What hangs at the counter is the same for everybody; the number is the desk's screen's."""
    await desk.go("/verifiers/desks", "desks")
    await desk.page.locator("input[name=name]").fill("3")
    await desk.press("form[action='/verifiers/desks'] button[type=submit]", "a printed code")
    counter = desk.path
    await film(desk)
    await citizen.go("/wallet/scan", "scan of a citizen")
    await reads_with_the_camera(citizen, "**/verifiers/desk/*")
    await citizen.press("form[action^='/verifiers/desk/'] button", "question")
    await desk.go(counter, "somebody waits")
    number = await desk.page.locator(".waiting .match").inner_text()
    check = await desk.page.locator(".waiting a").get_attribute("href") or ""
    await citizen.press("main a[href^='/wallet/ask']", "ask")
    await citizen.press("main button[form=choose]", "check")
    await citizen.press(f"form[action='/wallet/ask/send'] button[value='{number}']", "sent")
    await desk.go(check, "verdict of the printed code")
    return await verdict(desk)


async def cut_off_shows(citizen: Somebody, desk: Somebody, film: Film) -> None:
    """Neither has a network; what the citizen's screen shows was made just before it went."""
    await desk.context.set_offline(True)
    await desk.page.reload()
    text = await shows_a_code(citizen)
    await citizen.context.set_offline(True)
    await film(citizen)
    await desk.page.locator("[data-open]").click()
    await desk.page.locator("#outcome .verdict.wait").wait_for()
    await desk.look("verdict without network")
    assert "예" in await desk.page.locator("#outcome dd").first.inner_text()
    await desk.page.locator("[data-close]").click()
    await desk.page.locator("#code").fill(text)
    await desk.page.keyboard.press("Enter")
    await desk.page.locator("#outcome .verdict.no").wait_for()
    assert TEXTS["problem_code_used"] in await desk.page.locator("#outcome").inner_text()


_REFUSED = """() => { navigator.mediaDevices.getUserMedia = async () => {
  throw new DOMException("no", "NotAllowedError"); }; }"""
# A script of ours that is not on the list of the counter's page.
_ANOTHER = """(address) => new Promise((resolve) => {
  const script = Object.assign(document.createElement("script"), { src: address });
  script.onload = () => resolve("loaded"), script.onerror = () => resolve("refused");
  document.head.append(script);
})"""


async def without_a_camera(desk: Somebody, picture: bytes) -> list[str]:
    """No permission, then a picture, a link and another's script; return what the page says."""
    page = desk.page
    await page.evaluate(_REFUSED)
    await page.locator("[data-open]").click()
    said = [await page.locator(".camera [role=status]").inner_text()]
    await page.locator("#picture").set_input_files(
        FilePayload(name="code.png", mimeType="image/png", buffer=picture)
    )
    await page.locator("#outcome code", has_text="code_foreign").wait_for()
    await page.locator("#code").focus()
    await page.keyboard.type(f"https://phone.example/wallet/desk/{'A' * 24}\n")
    await page.locator("#outcome code", has_text="needs_network").wait_for()
    said.append(await page.evaluate(_ANOTHER, address_of("wallet.js")))
    return said


async def test_a_counter_reads_with_its_camera_with_and_without_network(
    service: Service, tmp_path: Path
) -> None:
    """
    The citizen shows; the desk shows, on its screen and printed; the citizen shows once more, both
    cut off. Back again, the use is recorded late.
    """
    file = tmp_path / "camera.y4m"

    async def film(somebody: Somebody) -> None:
        write_film(file, frame_of(await somebody.picture()))

    async with browser_filming(file) as browser:
        walk = Walk(browser, service.base, "ko", "phone", axe_source())
        citizen, desk = await walk.somebody("second"), await walk.somebody("corner-store")
        for each in (citizen, desk):
            await each.context.grant_permissions(["camera"])
        await take_by_oneself(citizen, "resident-register")
        scenes = (citizen_shows, desk_shows, printed_code_shows)
        seen = [await shows(citizen, desk, film) for shows in scenes]

        await desk.go(OFFLINE, "counter")
        await desk.page.locator("#network.yes").wait_for()
        await desk.page.evaluate("navigator.serviceWorker.ready")
        await cut_off_shows(citizen, desk, film)
        waiting = await desk.page.locator("#waiting").inner_text()
        await desk.context.set_offline(False)
        # The button is there for whoever does not wait; the page may be quicker than the press.
        await desk.page.locator("#settle").evaluate("button => button.click()")
        await desk.page.locator("#settled li").wait_for()
        settled = await desk.page.locator("#settled").inner_text()
        said = await without_a_camera(desk, qr_png("https://example.com/menu"))
        after = await desk.page.locator("#waiting").inner_text()

    assert ["verdict yes"] * 3 == seen
    assert [KIT["camera_refused"], "refused"] == said
    assert TEXTS["offline_waiting"].format(count=1) == waiting
    assert TEXTS["offline_none_waiting"] == after
    assert TEXTS["offline_settled"] in settled
    # What was cut off, and what was refused on purpose, the browser says in its console.
    expected = ("ERR_INTERNET_DISCONNECTED", "ERR_FAILED")
    assert [] == [fault for fault in walk.faults if not any(each in fault for each in expected)]
