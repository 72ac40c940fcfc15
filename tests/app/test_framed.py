"""The page to embed, seen in a frame of another origin by a real browser."""

from pathlib import Path
from typing import Final

import pytest
from playwright.async_api import Browser, BrowserContext, Frame, Page, Request, Route

from tests.app.conftest import Commands, Service
from tests.app.walking import Somebody, Walk, axe_source

READERS: Final = "https://readers.example"
STRANGER: Final = "https://readers.example.evil.test"
CLUB: Final = f"""
id = "readers"
name = {{ ko = "독서회", en = "Readers", ja = "読書会" }}
address = "하늘시 3"
contact = "readers@example.org"
origins = ["{READERS}"]

[[purposes]]
code = "entry"
text = {{ ko = "나이를 확인합니다.", en = "To check your age.", ja = "年齢を確認します。" }}
legal_basis = "kr-pipa-15-1-1"

[purposes.retention]
period = "P0D"
text = {{ ko = "지웁니다.", en = "Erased.", ja = "消去します。" }}

[purposes.profile]
name = "readers-entry"
title = {{ ko = "가입", en = "Joining", ja = "入会" }}
sender = "resident-registry"

[[purposes.certificates]]
query = "readers"
type = "resident-registry/resident-register"
claims = ["age_over_14"]
"""


@pytest.fixture
def asked(service: Service, mydata: Commands, tmp_path: Path) -> str:
    """A question of an institution with a site of its own."""
    file = tmp_path / "readers.toml"
    file.write_text(CLUB, encoding="utf-8")
    mydata.json("verifiers", "register", str(file))
    return str(mydata.json("verifiers", "request", "readers-entry")["transaction_id"])


async def framed_on(site: str, address: str, context: BrowserContext) -> tuple[Page, Frame]:
    """Open a page of ``site`` that holds ``address`` in a frame; return both."""

    async def answer(route: Route) -> None:
        body = f'<!doctype html><title>{site}</title><iframe width=400 height=900 src="{address}">'
        await route.fulfill(content_type="text/html", body=body)

    # The other sites are of the internet and our service of this machine; elsewhere both are.
    await context.grant_permissions(["local-network-access"])
    await context.route(f"{site}/**", answer)
    page = await context.new_page()
    await page.goto(f"{site}/join")
    (frame,) = page.main_frame.child_frames
    return page, frame


async def is_refused(frame: Frame) -> bool:
    """Whether the browser shows a page of its own in place of ours."""
    ours = await frame.locator("main, svg.qr").count()
    return frame.url.startswith("chrome-error:") and not ours


@pytest.mark.parametrize("site", [READERS, STRANGER], ids=["its own site", "another's site"])
async def test_only_the_institutions_own_site_shows_the_frame(
    service: Service, browser: Browser, asked: str, site: str
) -> None:
    """
    Its own site shows the code; a site whose name only begins like it is shown nothing at all.
    """
    walk = Walk(browser, service.base, "en", "desktop", axe_source())
    visitor = await walk.somebody()
    address = f"{service.base}/verifiers/embed/{asked}?language=en"
    page, frame = await framed_on(site, address, visitor.context)

    if site == READERS:
        await frame.locator("svg.qr").wait_for()
        assert "Readers" in await frame.locator("h1").inner_text()
        assert [] == walk.faults
    else:
        assert await is_refused(frame)
    await page.close()


async def test_a_frame_sees_nobody_and_leads_out_of_itself(
    service: Service, browser: Browser, asked: str
) -> None:
    """
    Somebody signed in is a stranger in it: no cookie goes there and none comes back. Its one link
    opens a page of its own, which knows who is signed in and which no frame may hold.
    """
    walk = Walk(browser, service.base, "ko", "phone", axe_source())
    citizen = await walk.somebody("demo")
    sent: list[Request] = []

    def note(request: Request) -> None:
        sent.append(request)

    citizen.context.on("request", note)
    address = f"{service.base}/verifiers/embed/{asked}?language=ko"
    _, frame = await framed_on(READERS, address, citizen.context)
    async with citizen.context.expect_page() as opening:
        await frame.locator("main a[target=_blank]").click()
    opened = await opening.value
    await opened.wait_for_load_state()

    (embedding,) = [each for each in sent if "/verifiers/embed/" in each.url]
    assert "cookie" not in await embedding.all_headers()
    answer = await embedding.response()
    assert answer is not None
    assert "set-cookie" not in await answer.all_headers()
    assert "김예원" not in await frame.locator("body").inner_text()
    assert await opened.evaluate("window.opener") is None
    assert "김예원" in await opened.locator("body").inner_text()
    _, held = await framed_on(READERS, opened.url, citizen.context)
    assert await is_refused(held)


async def test_the_page_to_embed_is_whole(service: Service, browser: Browser, asked: str) -> None:
    """
    No finding of the accessibility checker at the width of a phone, in each language.
    """
    for language in ("ko", "en", "ja"):
        walk = Walk(browser, service.base, language, "phone", axe_source())
        visitor = Somebody(walk, *await _plain(browser), "visitor")
        await visitor.go(f"/verifiers/embed/{asked}?language={language}", "embedded")
        assert [] == walk.faults


async def _plain(browser: Browser) -> tuple[BrowserContext, Page]:
    context = await browser.new_context(viewport={"width": 390, "height": 844})
    return context, await context.new_page()
