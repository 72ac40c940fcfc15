"""Every component in every state, as people with different eyes and screens set it up."""

from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Browser, Page

from tests.app.conftest import Service
from tests.app.walking import Walk, axe_source
from web.page import TEMPLATES, _environment_of


async def _as_usual(_page: Page) -> None:
    """Nothing set up."""


async def _own_colours(page: Page) -> None:
    await page.emulate_media(forced_colors="active")


async def _more_contrast(page: Page) -> None:
    await page.emulate_media(contrast="more", reduced_motion="reduce")


async def _twice_the_text(page: Page) -> None:
    await page.evaluate("document.documentElement.style.fontSize = '38px'")


@pytest.mark.parametrize(
    ("size", "set_up"),
    [
        ("phone", _as_usual),
        ("desktop", _as_usual),
        ("phone", _own_colours),
        ("phone", _more_contrast),
        ("desktop", _twice_the_text),
    ],
    ids=lambda part: part if isinstance(part, str) else part.__name__.strip("_"),
)
async def test_every_component_is_whole(
    service: Service, browser: Browser, size: str, set_up: Callable[[Page], Awaitable[None]]
) -> None:
    """
    H70, UX 1.6: nothing cut, 48 px to press, no finding of the checker; long names wrap.
    """
    walk = Walk(browser, service.base, "ko", size, axe_source())
    visitor = await walk.somebody()
    await visitor.page.goto(f"{service.base}/style")
    await set_up(visitor.page)
    await visitor.look("style")

    assert [] == walk.faults


_BROKEN = """() => [...document.querySelectorAll('td, th')].flatMap(cell => {
  const found = [], walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    for (const word of walker.currentNode.data.matchAll(/[A-Za-z가-힣0-9:.]{2,20}(?![^ ])/g)) {
      if (word.index > 0 && walker.currentNode.data[word.index - 1] !== ' ') continue;
      const range = document.createRange();
      range.setStart(walker.currentNode, word.index);
      range.setEnd(walker.currentNode, word.index + word[0].length);
      const lines = new Set([...range.getClientRects()].map(line => Math.round(line.top)));
      if (lines.size > 1) found.push(word[0]);
    }
  }
  return found;
})"""
_HEADERS = ("When", "Operator", "Application or matter", "Certificate", "What was done")
_ROW = (
    "22 November 2026 at 21:04",
    "operator",
    "application of a household member",
    "resident register",
    "c0000000-0" * 12,
)


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
async def test_a_table_breaks_no_word_that_has_room(browser: Browser, width: int) -> None:
    """
    An officer reads "operator" and not "operato r"; a token without an end breaks, and nothing
    stands out of the page.
    """
    kit = _environment_of(TEMPLATES).get_template("kit.html").make_module({"text": {}})
    style = (TEMPLATES.parent / "static" / "style.css").read_text("utf-8")
    table = kit.table(_HEADERS, [_ROW] * 2)  # type: ignore[attr-defined]  # a macro
    page = await browser.new_page(viewport={"width": width, "height": 800})
    await page.set_content(
        f"<!doctype html><html lang=en><style>{style}</style><main>{table}</main>"
    )

    assert [] == await page.evaluate(_BROKEN)
    assert width >= await page.evaluate("document.documentElement.scrollWidth")


async def test_a_page_is_walked_by_keyboard(service: Service, browser: Browser) -> None:
    """
    The first key leads past the top; what has the focus is seen, and Enter presses it.
    """
    page = await browser.new_page()
    await page.goto(service.base)
    await page.keyboard.press("Tab")
    assert "#main" == await page.evaluate("document.activeElement.getAttribute('href')")
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    ring = await page.evaluate(
        "(each => [each.tagName, getComputedStyle(each).outlineStyle,"
        " each.getBoundingClientRect().top >= 0])(document.activeElement)"
    )
    assert ["BUTTON", "solid", True] == ring
    async with page.expect_navigation():
        await page.keyboard.press("Enter")

    assert f"{service.base}/wallet" == page.url
