"""The slowest page of all: every page that a person of any role reaches by a link, looked at.

A service in demo mode runs in a process of its own, with certificates issued, shown and refused
before. Each role's pages are followed from the first one; the slowest by its median becomes the
work. What is timed is one look over a connection that stays open: session, data, rendering.
"""

import asyncio
import http.client
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

from app.service_client import ServiceClient
from benchmarks.measure import Clock, Item, Race
from benchmarks.verify_http import free_port

GOAL_SECONDS = 0.020
READY_WITHIN = 60.0
LOOKS = 9
# Pages of one kind (one certificate after the other) cost alike.
PAGES_PER_ROLE = 30
PEOPLE = ("demo", "officer", "parcel-service", "auditor")
KINDS = ("resident-register", "resident-abstract", "tax-payment")
SHOWN = 3
_LINK = re.compile(r'<a [^>]*href="(/[^"]*)"')
_FORM = re.compile(r'<form method="post" action="/sign-in/demo".*?</form>', re.DOTALL)
_HIDDEN = re.compile(r'name="(\w+)" value="([^"]*)"')
_ELSEWHERE = re.compile(r"/(?:language|static|docs|openapi|style)|.*(?:download|proof$)")


def items() -> list[Item]:
    """Return the one item of this module; as fast as the limit is a page in 20 milliseconds."""
    return [Item("page_render", Clock.WALL, _prepare, "a page in 20 milliseconds", goal=1.0)]


@dataclass
class Visitor:
    """Somebody signed in, over one connection."""

    connection: http.client.HTTPConnection
    cookies: dict[str, str]

    def look(self, path: str) -> tuple[int, str]:
        """Return a page's status and text."""
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"Cookie": cookie, "Accept": "text/html"}
        try:
            self.connection.request("GET", path, headers=headers)
            return self._answer()
        except (http.client.RemoteDisconnected, ConnectionError):
            # The service closes what nobody uses for five seconds.
            self.connection.close()
            self.connection.request("GET", path, headers=headers)
            return self._answer()

    def sign_in(self, name: str, base: str) -> str:
        """Press the button of one person; return that person's first page."""
        _status, page = self.look("/")
        forms = [dict(_HIDDEN.findall(form)) for form in _FORM.findall(page)]
        fields = next(form for form in forms if form["name"] == name)
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {
            "Cookie": cookie,
            "Origin": base,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        self.connection.request("POST", "/sign-in/demo", urlencode(fields), headers)
        self._answer()
        _status, start = self.look("/")
        return unescape(re.findall(r'class="button" href="([^"]+)"', start)[0])

    def _answer(self) -> tuple[int, str]:
        answer = self.connection.getresponse()
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.split(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, answer.read().decode()

    def seconds(self, path: str) -> float:
        """Return the median time of one look."""
        taken = []
        for _ in range(LOOKS):
            begun = time.perf_counter()
            self.look(path)
            taken.append(time.perf_counter() - begun)
        return statistics.median(taken)


@contextmanager
def _prepare() -> Iterator[Race]:
    with tempfile.TemporaryDirectory() as folder, _service(Path(folder)) as (base, home, port):
        asyncio.run(_live(base, home))
        slowest, visitor, path, count = 0.0, None, "", 0
        for name in PEOPLE:
            one = Visitor(http.client.HTTPConnection("localhost", port), {})
            for page in _reached(one, one.sign_in(name, base)):
                count += 1
                seconds = one.seconds(page)
                if seconds > slowest:
                    slowest, visitor, path = seconds, one, page
        assert visitor is not None
        shown = re.sub(r"[A-Za-z0-9_-]{20,}", "…", path)
        print(f"{count} pages; the slowest is {shown}: {slowest * 1000:.1f} ms")

        def look() -> int:
            visitor.look(path)
            return 1

        yield Race(look, _wait)
        visitor.connection.close()


def _wait() -> int:
    time.sleep(GOAL_SECONDS)
    return 1


def _reached(visitor: Visitor, first: str) -> Sequence[str]:
    """Return every page that links lead to from a first one, the nearest before the others."""
    found = [first, "/sessions"]
    for path in found:
        status, page = visitor.look(path)
        if status != http.client.OK or len(found) > PAGES_PER_ROLE:
            continue
        for link in map(unescape, _LINK.findall(page)):
            if link not in found and not _ELSEWHERE.match(link):
                found.append(link)
    return found[:PAGES_PER_ROLE]


async def _live(base: str, home: Path) -> None:
    """Issue certificates to the citizen, and show the first of them a few times."""
    async with ServiceClient(base, home) as client:
        for kind in KINDS:
            order = {"kind": kind, "to": "demo", "tx_code": False, "by": "value"}
            offer = await client.operator_post("/issuers/operator/offers", dict(order))
            await client.holder_post("demo", "/accept", offer)
        for _ in range(SHOWN):
            asked = await client.operator_post(
                "/verifiers/operator/transactions", {"profile": "address-check"}
            )
            wish = {"request_uri": asked["request_uri"], "with": [], "drop": []}
            await client.holder_post("demo", "/present", dict(wish))


@contextmanager
def _service(folder: Path) -> Iterator[tuple[str, Path, int]]:
    """Serve in demo mode; yield base address, data directory and port."""
    port, home = free_port(), folder / "var"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MYDATA_")}
    command = [sys.executable, "-m", "app", "serve", "--demo", "--port", str(port)]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603  # our own program
            command, env={**kept, "MYDATA_HOME": str(home)}, stdout=log, stderr=log
        )
    try:
        _wait_until_ready(port)
        yield f"http://localhost:{port}", home, port
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(20)


def _wait_until_ready(port: int) -> None:
    until = time.monotonic() + READY_WITHIN
    while time.monotonic() < until:
        try:
            with closing(http.client.HTTPConnection("localhost", port)) as connection:
                connection.request("GET", "/readyz")
                if connection.getresponse().status == http.client.OK:
                    return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError("the service did not become ready")
