"""Browsers of a running service, signed in by one press of the start page as people do."""

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager

import httpx2

from tests.app.conftest import Service

_FORM = re.compile(r'<form method="post" action="([^"]*)".*?</form>', re.DOTALL)
_HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')


@contextmanager
def signed_in(service: Service, name: str) -> Iterator[httpx2.Client]:
    """A client at the service's own address with the session of one demo person."""
    own = {"origin": service.base, "sec-fetch-site": "same-origin"}
    with httpx2.Client(base_url=service.base, timeout=30) as client:
        page = client.get("/").text
        fields = next(each for each in forms(page, "/sign-in/demo") if each["name"] == name)
        answer = client.post("/sign-in/demo", data=fields, headers=own)
        assert 303 == answer.status_code, answer.text
        yield client


def forms(page: str, action: str) -> list[dict[str, str]]:
    """What is hidden in each form of a page that goes to one address."""
    return [
        {name: html.unescape(value) for name, value in _HIDDEN.findall(found[0])}
        for found in _FORM.finditer(page)
        if found[1] == action
    ]
