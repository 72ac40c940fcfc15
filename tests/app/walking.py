"""People at their screens: real browsers, and what is wrong with each page they see."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, BrowserContext, FilePayload, Page, Response

from tests.conftest import absent

SIZES = {"phone": (390, 844), "desktop": (1280, 900)}
ENOUGH = 48  # CSS pixels a finger needs, each way
TABS = 150  # more controls than any page has

_AXE = Path(__file__).parents[1] / "interop" / "node" / "node_modules" / "axe-core" / "axe.min.js"

# What a designer would see at once: something beyond the edge, or too small to press.
_CUT = """() => {
  const wide = document.documentElement.scrollWidth - window.innerWidth;
  const beyond = [...document.querySelectorAll('main *')].filter(each => {
    const box = each.getBoundingClientRect();
    const scrolls = each.closest('pre, .table, table, details:not([open])');
    return box.width > 0 && box.right > window.innerWidth + 1 && !scrolls;
  }).map(each => each.tagName + '.' + each.className);
  return (wide > 1 ? ['page is ' + wide + ' px too wide'] : []).concat(beyond.slice(0, 3));
}"""
_SMALL = """(enough) => [...document.querySelectorAll(
    'button, a.button, nav a, summary, select, input:not([type=hidden]):not([type=checkbox])' +
    ':not([type=radio]), label.choice')]
  .map(each => [each, each.getBoundingClientRect()])
  .filter(([_, box]) => box.width > 0 && (box.height < enough - 0.5 || box.width < enough - 0.5))
  .map(([each, box]) => each.tagName + ' ' + each.innerText.trim().slice(0, 20) + ' '
       + Math.round(box.width) + 'x' + Math.round(box.height))"""
_FOCUS_IS_SEEN = """() => {
  const at = document.activeElement, box = at.getBoundingClientRect();
  if (at === document.body) return true;
  const ring = getComputedStyle(at);
  return ring.outlineStyle !== 'none' && parseFloat(ring.outlineWidth) >= 2
    && box.bottom > 0 && box.top < window.innerHeight;
}"""
# Markup that was escaped once too often.
_TAGS = re.compile(r"</?[a-z]{1,8}>|&(?:amp|lt|gt|#\d+);")
_VIOLATIONS = """async () => (await axe.run(document)).violations
  .map(found => found.id + ': ' + found.nodes.map(node => node.target.join(' ')).join(', '))"""


def axe_source() -> str:
    """The accessibility checker, as npm installed it for the interop tests."""
    if not _AXE.is_file():
        absent("no axe-core: npm installs it with the interop packages")
    return _AXE.read_text("utf-8")


_CONTROLS = frozenset({"button", "link", "checkbox", "radio", "combobox", "textbox"})


def _role(node: dict[str, Any]) -> str:
    return "" if node["ignored"] else str(node["role"]["value"])


def _read_aloud(node: dict[str, Any], by_id: dict[str, dict[str, Any]]) -> Iterator[str]:
    """Yield what a node and those below it say, by the browser's accessibility tree."""
    role, name = _role(node), str(node.get("name", {}).get("value", "")).strip()
    if role in _CONTROLS:
        yield f"{role}: {name}"
    elif role == "StaticText":
        yield name
    else:
        for child in node.get("childIds", ()):
            yield from _read_aloud(by_id[child], by_id)


@dataclass
class Walk:
    """One walk through the pages in one language at one size; ``faults`` is what was wrong."""

    browser: Browser
    base: str
    language: str
    size: str
    axe: str
    faults: list[str] = field(default_factory=list)
    looked_at: list[str] = field(default_factory=list)

    async def somebody(self, who: str | None = None) -> "Somebody":
        """A fresh visitor, signed in by one press on the start page when ``who`` is given."""
        width, height = SIZES[self.size]
        context = await self.browser.new_context(
            viewport={"width": width, "height": height}, accept_downloads=True
        )
        context.set_default_timeout(20_000)
        page = await context.new_page()
        visitor = Somebody(self, context, page, who or "nobody")
        page.on("console", visitor.hear)
        page.on("response", visitor.meet)
        await page.goto(f"{self.base}/language/{self.language}?back=/")
        await visitor.look("start")
        if who is not None:
            await visitor.press(f"form:has(input[name=name][value='{who}']) button")
        return visitor


@dataclass
class Somebody:
    """One person with a browser of their own."""

    walk: Walk
    context: BrowserContext
    page: Page
    who: str

    def hear(self, line: object) -> None:
        """Note what the browser complains about (a refused script, a broken address)."""
        kind, text = getattr(line, "type", ""), getattr(line, "text", "")
        if kind == "error" and "status of 4" not in text:
            self.walk.faults.append(f"{self.who} {self.path}: console: {text}")

    def meet(self, response: Response) -> None:
        """Note an answer that is a fault of the service."""
        if response.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            self.walk.faults.append(f"{self.who} {response.url}: answered {response.status}")

    @property
    def path(self) -> str:
        return self.page.url.removeprefix(self.walk.base)

    async def go(self, path: str, name: str) -> None:
        """Open an address and look at the page."""
        await self.page.goto(self.walk.base + path)
        await self.look(name)

    async def press(self, selector: str, name: str | None = None) -> None:
        """Press a button or link by what it does, and look at where it leads."""
        async with self.page.expect_navigation():
            await self.page.locator(selector).first.click()
        await self.look(name or self.who)

    async def key(self, selector: str, name: str | None = None, *, by: str = "Enter") -> None:
        """Go to a control by the Tab key alone, see that it is seen, and press it."""
        await self.reach(selector)
        if name is None:
            await self.page.keyboard.press(by)
            return
        async with self.page.expect_navigation():
            await self.page.keyboard.press(by)
        await self.page.wait_for_load_state()

    async def reach(self, selector: str) -> None:
        """Tab forward to the first control that fits; each step on the way must be visible."""
        for _ in range(TABS):
            await self.page.keyboard.press("Tab")
            if not await self.page.evaluate(_FOCUS_IS_SEEN):
                self.walk.faults.append(f"{self.who} {self.path}: the focus is not seen")
            if await self.page.evaluate("(s) => document.activeElement.matches(s)", selector):
                return
        self.walk.faults.append(f"{self.who} {self.path}: no key leads to {selector}")

    async def look(self, name: str) -> None:
        """Look at a page as designer and as accessibility checker, the first time it is seen."""
        page, where = self.page, f"{self.who} {name}"
        await page.wait_for_load_state()
        if name in self.walk.looked_at:
            return
        faults = await page.evaluate(_CUT)
        faults += await page.evaluate(_SMALL, ENOUGH)
        await page.evaluate(self.walk.axe)
        faults += await page.evaluate(_VIOLATIONS)
        language = await page.locator("html").get_attribute("lang")
        if language != self.walk.language:
            faults.append(f"is in {language}")
        if tags := _TAGS.findall(await self.text()):
            faults.append(f"says {tags[0]}")
        if await page.locator("h1").count() != 1:
            faults.append("has not one heading of its own")
        self.walk.faults += [f"{where} {self.path}: {fault}" for fault in faults]
        self.walk.looked_at.append(name)
        await self._keep_picture(name)

    async def _keep_picture(self, name: str) -> None:
        """Keep what was seen, for people to look at, when WALK_PICTURES names a folder."""
        folder = os.environ.get("WALK_PICTURES")
        if folder is not None:
            plain = re.sub(r"[^a-z0-9]+", "-", f"{len(self.walk.looked_at):02d}-{self.who}-{name}")
            file = Path(folder) / f"{self.walk.size}-{self.walk.language}" / f"{plain}.png"
            await self.page.screenshot(path=file, full_page=True)

    async def picture(self, selector: str = "main svg.qr") -> bytes:
        """Take a picture of the code on the screen, as another person's telephone would."""
        return await self.page.locator(selector).first.screenshot()

    async def hold_up(self, picture: bytes) -> None:
        """Choose a picture of a code in the form on this page."""
        file = FilePayload(name="code.png", mimeType="image/png", buffer=picture)
        await self.page.locator("input[type=file]").first.set_input_files(file)

    async def heard(self) -> list[str]:
        """Return what a screen reader is given of the main part, in its order.

        Words as they stand, controls as ``role: name`` with what they contain left out.
        """
        session = await self.context.new_cdp_session(self.page)
        nodes = (await session.send("Accessibility.getFullAXTree"))["nodes"]
        by_id = {node["nodeId"]: node for node in nodes}
        main = next(node for node in nodes if _role(node) == "main")
        return list(_read_aloud(main, by_id))

    async def text(self) -> str:
        """What the main part of the page says."""
        return await self.page.locator("main").inner_text()
