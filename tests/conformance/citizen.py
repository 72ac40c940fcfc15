"""A citizen in front of the issuer's page, with a browser that keeps cookies and sends forms."""

import html
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import httpx2

from tests.conformance.exchanges import Exchange
from tests.conformance.service import UnderTest

_FORM = re.compile(r'<form method="post" action="([^"]*)".*?</form>', re.DOTALL)
_INPUT = re.compile(r"<input\b[^>]*>")
_ATTRIBUTE = re.compile(r'([\w-]+)(?:="([^"]*)")?')


@dataclass
class Citizen:
    """One signed-in person; ``page`` is what they look at."""

    service: UnderTest
    http: httpx2.Client
    name: str = "demo"
    page: str = ""

    def __post_init__(self) -> None:
        self.page = self.http.get(f"{self.service.base}/").text
        fields = next(each for each in self._forms("/sign-in/demo") if each["name"] == self.name)
        answer = self._send("/sign-in/demo", fields)
        assert 303 == answer.status, answer.body

    def visit(self, address: str) -> Exchange:
        """Open an address as a link leads to it."""
        answer = Exchange.of(self.http.get(address))
        self.page = answer.body
        return answer

    def decide(self, decision: str, **changed: Any) -> Exchange:
        """Press one of the two buttons of the page that asks."""
        [action] = [
            one for one in re.findall(r'action="([^"]*)"', self.page) if "authorize" in one
        ]
        [fields] = self._forms(action)
        return self._send(action, fields | {"decision": decision} | changed)

    def answer(self, link: str) -> Exchange:
        """Answer a request on the wallet's pages; the page that says what was sent."""
        asked = urlencode({"request_uri": link})
        self.visit(f"{self.service.base}/wallet/ask/check?{asked}")
        [fields] = self._forms("/wallet/ask/send")
        answer = self._send("/wallet/ask/send", fields)
        assert 303 == answer.status, answer.body
        return self.visit(f"{self.service.base}{answer.headers['location']}")

    def led_on(self, page: Exchange) -> tuple[float, str]:
        """Wait as a browser does, and open what a page leads on to; after how long, and where."""
        seconds, _, address = page.headers["refresh"].partition("; url=")
        self.http.get(address, headers={"accept": "text/html"})
        return float(seconds), address

    def _send(self, action: str, fields: dict[str, str]) -> Exchange:
        own = {"origin": self.service.base, "sec-fetch-site": "same-origin"}
        address = f"{self.service.base}{action}"
        return Exchange.of(self.http.post(address, data=fields, headers=own))

    def _forms(self, action: str) -> list[dict[str, str]]:
        """What each form to an address would send if nothing in it were changed."""
        found = [each[0] for each in _FORM.finditer(self.page) if each[1] == action]
        return [dict(filter(None, map(_field, _INPUT.findall(form)))) for form in found]


def _field(tag: str) -> tuple[str, str] | None:
    """What one field sends, if it sends anything."""
    said = {name: html.unescape(value) for name, value in _ATTRIBUTE.findall(tag)}
    chosen = said.get("type") not in {"radio", "checkbox"} or "checked" in said
    return (said["name"], said.get("value", "")) if chosen and "name" in said else None
