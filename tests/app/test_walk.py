"""The main job through the pages of all four kinds of people, in a real browser."""

import io
import json
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import Browser

from tests.app.conftest import Service
from tests.app.walking import SIZES, Somebody, Walk, axe_source
from web.qr import qr_png

LANGUAGES = ("ko", "en", "ja")
ROOT = Path(__file__).parents[2]
HISTORY = "보낸 기록"
WORDS = {
    language: json.loads((ROOT / f"issuers/pages/texts/{language}.json").read_text("utf-8"))
    for language in LANGUAGES
}


async def hand_over_abstract(officer: Somebody) -> bytes:
    """An officer finds the citizen, sees what would be signed, and hands the abstract over."""
    await officer.page.locator("input[name=query]").fill("demo")
    await officer.press("form[action='/issuers/desk/find'] button", "found")
    await officer.press("a[href$='/issue/resident-abstract']", "order")
    await officer.press("form[action$='/preview'] button", "preview")
    await officer.press("main form button", "handed")
    return await officer.picture()


async def take_by_picture(citizen: Somebody, picture: bytes) -> None:
    """The citizen holds a picture of the officer's code against the wallet."""
    await citizen.go("/wallet/receive", "take")
    await citizen.hold_up(picture)
    await citizen.press("form:has(input[type=file]) button[type=submit]", "offer's link")
    await citizen.press("main a[href^='/wallet/receive']", "offer")
    await citizen.press("form[action='/wallet/receive'] button", "received")


async def take_by_oneself(citizen: Somebody, kind: str) -> None:
    """The citizen applies for a certificate and puts it into the wallet."""
    await citizen.go("/issuers", "choose kind")
    await citizen.press(f"a[href='/issuers/apply/{kind}']", "apply")
    await citizen.press(f"form[action='/issuers/apply/{kind}'] button", "ready")
    await citizen.press("a[href^='/wallet/receive']", "offer")
    await citizen.press("form[action='/wallet/receive'] button", "received")


async def answer(citizen: Somebody, desk: Somebody) -> None:
    """The citizen ticks nothing more, reads what goes out, and sends it by the desk's number."""
    assert 0 == await citizen.page.locator("main input[type=checkbox]:checked").count()
    await citizen.press("main button[form=choose]", "check")
    await citizen.press(await send_button(desk), "sent")


async def send_button(desk: Somebody) -> str:
    """Return what to press on the citizen's screen for the number on the desk's."""
    number = await desk.page.locator("#match").inner_text()
    return f"form[action='/wallet/ask/send'] button[value='{number}']"


async def shows_by_scanning(citizen: Somebody, desk: Somebody) -> None:
    """The desk shows a picture, and the citizen's wallet reads it."""
    await desk.go("/verifiers", "choose check")
    await desk.press("main form button", "waiting")
    check = desk.path
    await citizen.go("/wallet/scan", "scan")
    await citizen.hold_up(await desk.picture())
    await citizen.press("form:has(input[type=file]) button[type=submit]", "request's link")
    await citizen.press("main a[href^='/wallet/ask']", "ask")
    await answer(citizen, desk)
    await desk.go(check, "result")


async def shows_by_link(citizen: Somebody, desk: Somebody) -> None:
    """The citizen shows a picture, the desk reads it, and the question comes to the citizen."""
    await citizen.go("/wallet/show", "show")
    await citizen.press("form[action='/wallet/show/desk'] button", "desk link")
    await desk.go("/verifiers/scan", "scan")
    await desk.hold_up(await citizen.picture())
    await desk.press("main form button[type=submit]", "scanned")
    # The page may have noticed by itself that the question came.
    if "/wallet/ask" not in citizen.path:
        async with citizen.page.expect_navigation(url="**/wallet/ask*"):
            await citizen.page.locator("main a[data-look]").click()
    await answer(citizen, desk)
    await desk.go(desk.path.split("?")[0], "result")


async def shows_by_code(citizen: Somebody, desk: Somebody) -> None:
    """The citizen puts two facts into a picture that the desk reads without asking back."""
    await citizen.go("/wallet/show", "show")
    await citizen.press("a[href^='/wallet/show/code/']", "choose claims")
    for claim in ("applicant", "current_address.address"):
        await citizen.page.locator(f"main input[name=show][value$='{claim}']").check()
    await citizen.press("main form button", "one-step code")
    picture = await citizen.picture()
    await desk.go("/verifiers/scan", "scan")
    await desk.hold_up(picture)
    await desk.press("main form button[type=submit]", "code read")


async def every_other_page(citizen: Somebody, officer: Somebody, desk: Somebody) -> None:
    """What the main job does not lead past."""
    for path, name in (
        ("/wallet/history", "history"),
        ("/issuers/notices", "notices"),
        ("/wallet/desk/unknown", "one-time link"),
        ("/wallet/certificates/unknown", "absent certificate"),
        ("/sessions", "sessions"),
        ("/nowhere", "absent page"),
    ):
        await citizen.go(path, name)
    await citizen.go("/wallet/history", "history")
    await citizen.press("a[href^='/wallet/receipts/']", "receipt")
    await officer.go("/issuers/desk/queue", "queue")
    await officer.go("/issuers/desk/book", "book")
    await officer.go("/issuers/desk/accesses", "accesses")
    await officer.go("/issuers/desk/readiness", "readiness")
    await officer.go("/issuers/desk/citizens/demo/move", "move")
    await officer.go("/issuers/desk/citizens/demo/protection", "protection")
    await desk.go("/verifiers/checks", "checks")
    await desk.go("/verifiers/owed", "owed")
    await desk.go("/wallet", "not yours")


async def takes_back_and_proves(citizen: Somebody) -> list[str | None]:
    """Erasure asked for one sharing, another taken back, and the whole history proven."""
    verdicts = []
    links = "main a[href^='/wallet/sharings/']"
    # The newest first: the code, then what was sent; asking for erasure is a line of its own.
    for verb, place in (("erase", 2), ("withdraw", 4)):
        await citizen.go("/wallet/history", "history")
        await citizen.press(f":nth-match({links}, {place})", "sharing")
        await citizen.press(f"main a[href$='/{verb}']", verb)
        await citizen.press("main form[action^='/wallet/sharings/'] button", f"{verb} done")
        verdicts.append(await verdict(citizen))
    await citizen.go("/wallet/history", "history")
    await citizen.press("form[action='/wallet/history/proof'] button", "proof")
    return [*verdicts, await verdict(citizen)]


async def revokes(officer: Somebody, citizen: Somebody) -> str:
    """The officer revokes the citizen's latest certificate; return what the wallet says then."""
    await officer.go("/issuers/desk/citizens/demo", "citizen")
    await officer.press("a[href^='/issuers/desk/certificates/']", "certificate")
    await officer.press("a[href$='/revoke']", "revoke")
    await officer.page.locator("[name=reason]").fill("잘못 내줌")
    await officer.press("form[action$='/revoke'] button", "revoked")
    return await officer.text()


async def verdict(somebody: Somebody) -> str | None:
    """Which of the three colours the page's verdict has."""
    return await somebody.page.locator("main .verdict").first.get_attribute("class")


def bad_pictures() -> dict[str, bytes]:
    """What people hold up by mistake: no code, two codes, somebody else's code, no picture."""
    code = Image.open(io.BytesIO(qr_png("https://shop.example/menu"))).convert("RGB")
    blank = Image.new("RGB", (400, 300), "white")
    pair = Image.new("RGB", (code.width * 2, code.height), "white")
    pair.paste(code, (0, 0))
    other = Image.open(io.BytesIO(qr_png("https://another.example/"))).convert("RGB")
    pair.paste(other.resize(code.size), (code.width, 0))
    pictures = {"no code": blank, "two codes": pair, "foreign code": code}
    return {name: octets_of(picture) for name, picture in pictures.items()} | {
        "no picture": b"%PDF-1.7 not a picture"
    }


def octets_of(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


async def reads_bad_pictures(desk: Somebody) -> list[str]:
    """The desk holds up what is no code of ours; return what each attempt is told."""
    told = []
    for name, picture in bad_pictures().items():
        await desk.go("/verifiers/scan", "scan")
        await desk.hold_up(picture)
        await desk.press("main form button[type=submit]", name)
        told.append(await desk.text())
    return told


async def audits(auditor: Somebody) -> str | None:
    """The auditor reads the log and one entry, and has the whole of it verified."""
    await auditor.go("/consent", "log")
    await auditor.press("main table a[href^='/consent/entries/']", "entry")
    await auditor.go("/consent?type=consent", "log")
    await auditor.press("main table a[href^='/consent/entries/']", "entry")
    await auditor.press("a[href^='/consent/look-ups?entry=']", "look up")
    await auditor.page.locator("input[name=case]").fill("2026-A-17")
    await auditor.press("form[action='/consent/look-ups'] button", "looked up")
    await auditor.go("/consent/institutions", "institutions")
    await auditor.go("/consent/verify", "verify")
    await auditor.press("form[action='/consent/verify'] button", "verifying")
    while await auditor.page.locator("main progress").count():
        await auditor.go("/consent/verify", "verifying")
    return await verdict(auditor)


# Every language at the width of a phone, where room is scarce; two at the width of a desk.
VISITS = [*((language, "phone") for language in LANGUAGES), ("ko", "desktop"), ("en", "desktop")]


@pytest.mark.parametrize(("language", "size"), VISITS)
async def test_the_main_job_goes_through_the_pages_of_all_four(
    service: Service, browser: Browser, language: str, size: str
) -> None:
    """
    Every press is a real one, and no page on the way is cut, too small to press or inaccessible.
    """
    walk = Walk(browser, service.base, language, size, axe_source())
    officer = await walk.somebody("officer")
    citizen = await walk.somebody("demo")
    desk = await walk.somebody("parcel-service")
    auditor = await walk.somebody("auditor")

    await take_by_picture(citizen, await hand_over_abstract(officer))
    await take_by_oneself(citizen, "resident-register")
    await citizen.go("/wallet", "wallet")
    await citizen.press("main h2 a[href^='/wallet/certificates/']", "certificate")
    verdicts = []
    for shows in (shows_by_scanning, shows_by_link, shows_by_code):
        await shows(citizen, desk)
        verdicts.append(await verdict(desk))
    told = await reads_bad_pictures(desk)
    await every_other_page(citizen, officer, desk)
    verdicts += await takes_back_and_proves(citizen)
    revoked = await revokes(officer, citizen)
    verdicts.append(await audits(auditor))

    assert [] == walk.faults
    assert ["verdict yes"] * 7 == verdicts
    assert len(told) == len(set(told))
    assert WORDS[language]["state_revoked"] in revoked


async def times_sent(citizen: Somebody) -> int:
    """How often the history says that something was sent."""
    await citizen.page.goto(f"{citizen.walk.base}/wallet/history")
    sent = citizen.page.locator("main a[href^='/wallet/receipts/']")
    return await sent.count()


async def test_what_is_pressed_twice_is_sent_once(service: Service, browser: Browser) -> None:
    """
    A double click, the way back, and a second tab with the same page: one sharing, one receipt.
    """
    walk = Walk(browser, service.base, "ko", "phone", axe_source())
    citizen, desk = await walk.somebody("second"), await walk.somebody("corner-store")
    await take_by_oneself(citizen, "resident-register")
    before = await times_sent(citizen)
    await desk.go("/verifiers", "choose check")
    await desk.press("main form button", "waiting")
    await citizen.go("/wallet/scan", "scan")
    await citizen.hold_up(await desk.picture())
    await citizen.press("form:has(input[type=file]) button[type=submit]", "request's link")
    await citizen.press("main a[href^='/wallet/ask']", "ask")
    await citizen.press("main button[form=choose]", "check")
    second_tab = await citizen.context.new_page()
    await second_tab.goto(citizen.page.url)

    send = await send_button(desk)
    await citizen.page.locator(send).dblclick()
    await citizen.page.wait_for_url("**/wallet/sent/*")
    await citizen.page.go_back()
    back = await citizen.text()
    await second_tab.locator(send).click()
    await second_tab.wait_for_load_state()
    told = await second_tab.locator("main").inner_text()

    assert HISTORY in back
    assert back == told
    assert before + 1 == await times_sent(citizen)
    assert [] == walk.faults


@pytest.mark.parametrize("size", SIZES)
async def test_the_main_job_is_done_by_keyboard_alone(
    service: Service, browser: Browser, size: str
) -> None:
    """
    From the start page to "sent" and to the verdict without a pointer, the focus always in sight.
    """
    walk = Walk(browser, service.base, "ko", size, axe_source())
    citizen, desk = await walk.somebody(), await walk.somebody()
    await citizen.key("form:has(input[value='second']) button", "wallet")
    await citizen.key("nav a[href='/issuers']", "choose kind")
    await citizen.key("a[href='/issuers/apply/resident-register']", "apply")
    await citizen.key("form[action='/issuers/apply/resident-register'] button", "ready")
    await citizen.key("main a[href^='/wallet/receive']", "offer")
    await citizen.key("form[action='/wallet/receive'] button", "received")

    await desk.key("form:has(input[value='parcel-service']) button", "choose check")
    await desk.key("main form button", "waiting")
    await citizen.key("nav a[href='/wallet']", "wallet")
    await citizen.key("a[href='/wallet/scan']", "scan")
    await citizen.reach("main input[type=file]")
    await citizen.hold_up(await desk.picture())
    await citizen.key("form:has(input[type=file]) button[type=submit]", "request's link")
    await citizen.key("main a[href^='/wallet/ask']", "ask")
    await citizen.key("main input[type=checkbox]", by="Space")
    ticked = await citizen.page.locator("main input[type=checkbox]:checked").count()
    await citizen.key("main button[form=choose]", "check")
    await citizen.key(await send_button(desk), "sent")
    await desk.page.reload()

    officer, auditor = await walk.somebody(), await walk.somebody()
    await officer.key("form:has(input[value='officer']) button", "desk")
    await officer.reach("input[name=query]")
    await officer.page.keyboard.type("demo")
    await officer.key("form[action='/issuers/desk/find'] button", "found")
    await officer.key("a[href$='/issue/resident-abstract']", "order")
    await officer.key("form[action$='/preview'] button", "preview")
    await officer.key("main form button", "handed")
    await auditor.key("form:has(input[value='auditor']) button", "log")
    await auditor.key("nav a[href='/consent/verify']", "verify")
    await auditor.key("form[action='/consent/verify'] button", "verifying")

    assert 1 == ticked
    assert "verdict yes" == await verdict(desk)
    assert await officer.page.locator("main svg.qr").first.is_visible()
    assert [] == walk.faults
