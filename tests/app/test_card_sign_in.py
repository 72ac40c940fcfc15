"""Signing in with a mobile identity card of one's own wallet: every room of a running service."""

import re

import httpx2
import pytest

from app.authorisation import holder_token_file, read_token
from tests.app.conftest import Commands, Service
from tests.app.visiting import forms

KINDS = {"resident-card": "resident-card-sign-in", "driving-licence": "driving-licence-sign-in"}
_LINK = re.compile(r'href="(openid4vp://[^"]*)"')


def answered(service: Service, link: str) -> str:
    """Let the demo citizen's wallet answer; return the way back."""
    token = read_token(holder_token_file(service.home, "demo"))
    presented = httpx2.post(
        f"{service.base}/wallet/holders/demo/present",
        json={"request_uri": link.replace("&amp;", "&")},
        headers={"Authorization": f"Bearer {token}"},
        timeout=30,
    )
    assert 200 == presented.status_code, presented.text
    return str(presented.json()["redirect_uri"])


@pytest.mark.parametrize("kind", KINDS)
def test_a_citizen_signs_in_with_a_card(service: Service, mydata: Commands, kind: str) -> None:
    """
    From the sign-in page to the citizen's own, by the card that says who they are.
    """
    offer = mydata.json("issuers", "offer", kind, "--to", "demo")
    mydata.json("wallet", "accept", offer["credential_offer_uri"], "--holder", "demo")
    own = {"origin": service.base, "sec-fetch-site": "same-origin"}
    page = f"/verifiers/online/{KINDS[kind]}"
    with httpx2.Client(base_url=service.base, timeout=30) as browser:
        assert 'href="/verifiers/sign-in"' in browser.get("/sign-in").text
        assert f'href="{page}"' in browser.get("/verifiers/sign-in").text
        asking = browser.get(page).text
        assert "성명" in asking
        assert not re.search(r"kr\.mydata|org\.iso", asking)
        (fields,) = forms(asking, page)
        begun = browser.post(page, data={**fields, "way": "link"}, headers=own)
        (link,) = _LINK.findall(browser.get(begun.headers["location"]).text)

        back = browser.get(answered(service, link), headers={"accept": "text/html"})
        led = browser.get(back.headers["location"])

        assert (303, "/wallet") == (led.status_code, led.headers["location"]), led.text
        assert "김예원" in browser.get("/wallet").text
