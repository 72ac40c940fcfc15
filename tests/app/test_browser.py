"""The pages in a real browser, at the width of a phone and of a desk."""

import os
import shutil

import pytest
from playwright.async_api import Browser, Page, async_playwright

from tests.app.conftest import Service
from tests.conftest import absent

SIZES = {"phone": (390, 844), "desktop": (1280, 900)}
SETTLED = "document.documentElement.scrollWidth <= window.innerWidth"


async def opened(browser: Browser, service: Service, size: str) -> tuple[Page, list[str]]:
    """A fresh visit at the start page, and the list its console's errors go to."""
    width, height = SIZES[size]
    context = await browser.new_context(viewport={"width": width, "height": height})
    page = await context.new_page()
    errors: list[str] = []
    page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
    await page.goto(service.base)
    return page, errors


@pytest.fixture
def chromium() -> str:
    """The browser of the machine."""
    found = shutil.which("chromium") or shutil.which("google-chrome")
    if found is None:
        absent("no Chromium on this machine: the pages were not seen in a real browser")
    return str(found)


@pytest.mark.parametrize("size", SIZES)
async def test_a_person_takes_a_certificate_shows_it_and_sees_it_verified(
    service: Service, chromium: str, size: str
) -> None:
    """
    Every press of a button on the way is a real one: cookies, forms and their origin included.
    """
    # As root, as in a container, Chromium's own sandbox cannot start.
    flags = ["--no-sandbox"] if os.geteuid() == 0 else []
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=chromium, args=flags)
        page, errors = await opened(browser, service, size)
        seen = [await page.evaluate(SETTLED)]
        await page.goto(f"{service.base}/issuers")
        await page.locator("main button").first.click()
        await page.wait_for_url("**/wallet")
        seen.append(await page.evaluate(SETTLED))

        await page.goto(f"{service.base}/verifiers")
        await page.locator("main button").nth(1).click()
        await page.wait_for_url("**/verifiers/checks/*")
        check = page.url
        seen.append(await page.locator("main svg, main img").first.is_visible())
        await page.locator("main a[href^='/wallet/ask']").first.click()
        unticked = await page.locator("main input[type=checkbox]:checked").count()
        seen.append(await page.evaluate(SETTLED))
        await page.locator("main button").first.click()
        await page.wait_for_url("**/pages/present")

        await page.goto(check)
        verdict = await page.locator("main").inner_text()
        seen.append(await page.evaluate(SETTLED))
        await browser.close()

    assert "확인됨" in verdict
    assert "현주소" in verdict
    assert 0 == unticked
    assert [True] * len(seen) == seen
    assert [] == errors
