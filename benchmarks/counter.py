"""How long a counter waits: from the first frame a camera gives to the verdict on the screen.

``python -m benchmarks.counter [ROUNDS]``: a service in demo mode, Chromium with a fake camera that
sees one yes-or-no fact of the register copy (640 x 480, the code 420 pixels wide). Timed in the
browser: from the video's first frame to the verdict, at the desk's service and on the page that
needs no network. Median, least and most are printed; nothing is asserted.
"""

import asyncio
import json
import statistics
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final

from playwright.async_api import Error, Page

from tests.app.conftest import Service, free_port, process_of, wait_until_ready
from tests.app.film import browser_filming, frame_of, write_film
from tests.app.test_counter_scene import shows_a_code
from tests.app.test_walk import take_by_oneself
from tests.app.walking import Somebody, Walk, axe_source

ROUNDS: Final = 7
_EVERY_SECONDS: Final = 0.05
_LOOKS: Final = 400
ONLINE: Final = "/verifiers/scan"
OFFLINE: Final = "/verifiers/offline/ko"
# One clock for two pages of a browser: the video has a frame; a verdict stands on the screen.
_TIMED: Final = """
  const now = () => performance.timeOrigin + performance.now();
  document.addEventListener("playing", () => sessionStorage.setItem("begun", now()), true);
  const verdict = "main .verdict.yes, #outcome .verdict.wait";
  const stop = () => {
    if (sessionStorage.getItem("begun") && document.querySelector(verdict))
      sessionStorage.setItem("ended", sessionStorage.getItem("ended") ?? now());
  };
  new MutationObserver(stop).observe(document, { childList: true, subtree: true });
"""


async def once(citizen: Somebody, desk: Somebody, film: Path, path: str) -> float:
    """Return the milliseconds of one code held to one page."""
    page = desk.page
    await page.goto(desk.walk.base + path)
    if path == OFFLINE:
        await page.locator("#network.yes").wait_for()
    await page.evaluate("sessionStorage.clear()")
    await shows_a_code(citizen)
    write_film(film, frame_of(await citizen.picture()))
    await page.locator("[data-open]").click()
    await _ended(page)
    return float(await page.evaluate("sessionStorage.ended - sessionStorage.begun"))


async def _ended(page: Page) -> None:
    for _ in range(_LOOKS):
        # The page may change under the question.
        with suppress(Error):
            if await page.evaluate("sessionStorage.ended"):
                return
        await asyncio.sleep(_EVERY_SECONDS)
    raise TimeoutError("no verdict came")


async def measured(service: Service, film: Path, rounds: int) -> dict[str, list[float]]:
    """Return the times of both pages, the first round of each left out: it fills the caches."""
    async with browser_filming(film) as browser:
        walk = Walk(browser, service.base, "ko", "phone", axe_source())
        citizen, desk = await walk.somebody("second"), await walk.somebody("corner-store")
        await desk.context.grant_permissions(["camera"])
        await desk.context.add_init_script(_TIMED)
        await take_by_oneself(citizen, "resident-register")
        times: dict[str, list[float]] = {ONLINE: [], OFFLINE: []}
        for _ in range(rounds + 1):
            for path, found in times.items():
                found.append(await once(citizen, desk, film, path))
    return {path: found[1:] for path, found in times.items()}


def main() -> None:
    """Run it, and print one line of JSON a page."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        service = Service(f"http://localhost:{port}", Path(folder) / "var", port)
        with process_of(service, ["--demo"], Path(folder) / "log") as process:
            wait_until_ready(service, process)
            times = asyncio.run(measured(service, Path(folder) / "camera.y4m", rounds))
    for path, found in times.items():
        line = {
            "page": path,
            "median_ms": round(statistics.median(found)),
            "least_ms": round(min(found)),
            "most_ms": round(max(found)),
        }
        sys.stdout.write(json.dumps(line) + "\n")


if __name__ == "__main__":
    main()
