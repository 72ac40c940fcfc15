"""Getting a certificate by signing in with its issuer: both rooms of a running service."""

import re
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from playwright.async_api import Browser

from standards.openid4vci.offer import CredentialOffer
from standards.openid4vci.offer_uri import offer_uri
from tests.app.conftest import Commands, Service
from tests.app.visiting import forms, signed_in
from tests.app.walking import Walk, axe_source

AUTHORITY = "resident-registry"
KIND = "resident-register"


def issuer_of(service: Service) -> str:
    return f"{service.base}/issuers/{AUTHORITY}"


@pytest.mark.parametrize(("size", "language"), [("phone", "ko"), ("desktop", "ja")], ids=str)
async def test_a_citizen_signs_in_and_gets_the_certificate(
    service: Service, browser: Browser, size: str, language: str
) -> None:
    """
    Wallet-initiated, in a real browser: address, kind, who issues what, their page, and back.
    """
    walk = Walk(browser, service.base, language, size, axe_source())
    citizen = await walk.somebody("demo")
    await citizen.go("/wallet/receive", "take")
    await citizen.press("main a[href='/wallet/request']", "another issuer")
    await citizen.page.locator("input[name=issuer]").fill(issuer_of(service))
    await citizen.press("form[action='/wallet/request'] button", "what it issues")
    await citizen.press(f"main a[href*='{KIND}']", "who issues what")
    await citizen.page.locator("form[action='/wallet/receive/sign-in'] button").first.click()
    # The page in between leads on by itself.
    await citizen.page.wait_for_url(re.compile(f"/issuers/{AUTHORITY}/authorize"))
    await citizen.look("the authority's page")
    await citizen.page.go_back()
    assert "/wallet/receive?" in citizen.path  # no trap: back is where the person came from
    await citizen.page.go_forward()
    await citizen.page.locator("main form button[value=allow]").click()
    await citizen.page.wait_for_url(re.compile("/wallet/received"))
    await citizen.look("received")

    assert 1 == await citizen.page.locator("main section.card h2").count()
    assert "code=" not in citizen.path
    assert [] == walk.faults


def led_to(service: Service, url: str, decision: str) -> httpx2.Response:
    """Open the address a verb printed, signed in as its holder, and decide; follow to the end."""
    with signed_in(service, "demo") as client:
        path = url.removeprefix(service.base)
        (fields,) = forms(client.get(path).text, urlsplit(path).path)
        answer = client.post(
            urlsplit(path).path,
            data=fields | {"purpose": "제출용", "decision": decision},
            headers={"origin": service.base, "sec-fetch-site": "same-origin"},
        )
        assert 303 == answer.status_code, answer.text
        assert answer.headers["location"].startswith(f"{service.base}/wallet/authorized?")
        return client.get(answer.headers["location"])


def test_a_verb_says_where_to_sign_in(service: Service, mydata: Commands) -> None:
    """
    ``wallet request``: an address, then a browser; what comes back is in the wallet.
    """
    asked = mydata.json("wallet", "request", issuer_of(service), KIND)
    assert "authorization_needed" == asked["state"]
    came = led_to(service, asked["authorization_url"], "allow")

    assert 303 == came.status_code, came.text
    held = {each["credential_id"] for each in mydata.json("wallet", "list")["credentials"]}
    assert set(parse_qs(urlsplit(came.headers["location"]).query)["id"]) <= held


def test_a_desks_offer_is_signed_in_for_by_its_applicant(
    service: Service, mydata: Commands
) -> None:
    """
    Issuer-initiated (VCI-5, VCI-18): ``issuer_state`` names the desk's order, and nothing is
    typed again.
    """
    ordered = ("--grant", "authorization_code", "--to", "demo")
    offer = mydata.json("issuers", "offer", KIND, *ordered)["credential_offer_uri"]
    asked = mydata.json("wallet", "accept", offer)
    assert "authorization_needed" == asked["state"]
    came = led_to(service, asked["authorization_url"], "allow")

    assert 303 == came.status_code, came.text
    assert came.headers["location"].startswith("/wallet/received?id=")


def test_an_offer_without_a_code_is_told_in_words(service: Service, mydata: Commands) -> None:
    """
    ``wallet accept`` of such an offer: the address, and how it goes on.
    """
    offer = offer_uri(CredentialOffer(issuer_of(service), (KIND,)))
    told = mydata("wallet", "accept", offer)

    assert 0 == told.code
    assert "state: authorization_needed" in told.output
    assert f"authorization_url: {issuer_of(service)}/authorize?client_id=" in told.output
    assert "next: open this address" in told.output


def test_saying_no_at_the_authority_brings_nothing(service: Service, mydata: Commands) -> None:
    """
    user-rejects-authentication: the wallet tells what happened, and nothing was issued.
    """
    before = mydata.json("wallet", "list")["credentials"]
    asked = mydata.json("wallet", "request", issuer_of(service), KIND)
    told = led_to(service, asked["authorization_url"], "refuse")

    assert 422 == told.status_code
    assert "거절되어 증명서를 받지 않았습니다" in told.text
    assert before == mydata.json("wallet", "list")["credentials"]
