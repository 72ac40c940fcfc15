"""A certificate's life on the pages: renewed, kept fresh, lost, and got again; at the desk too."""

import asyncio
import re
from urllib.parse import quote

import pytest
from playwright.async_api import Browser

from tests.app.conftest import Commands, Service
from tests.app.walking import Somebody, Walk, axe_source

WHO, CITIZEN = "second", "c0000001-0"


async def taken(citizen: Somebody, mydata: Commands) -> None:
    """Take a certificate that the authority offers, by the pages."""
    ordered = ("issuers", "offer", "resident-register", "--to", CITIZEN)
    offer = await asyncio.to_thread(mydata.json, *ordered)
    link = quote(str(offer["credential_offer_uri"]), safe="")
    await citizen.go(f"/wallet/receive?credential_offer_uri={link}", "offer")
    await citizen.press("main form[action='/wallet/receive'] button", "received")


@pytest.mark.parametrize(("size", "language"), [("phone", "ko"), ("desktop", "en")], ids=str)
async def test_a_certificate_lives_on_and_is_taken_back(
    service: Service, mydata: Commands, browser: Browser, size: str, language: str
) -> None:
    """
    One tap renews it and tells so; a switch keeps it fresh; a lost phone takes everything back,
    signs out elsewhere, and leads to a new certificate; an officer can do the same at the desk.
    """
    walk = Walk(browser, service.base, language, size, axe_source())
    citizen = await walk.somebody(WHO)
    elsewhere = await walk.somebody(WHO)
    await taken(citizen, mydata)
    await citizen.go("/wallet", "list")
    await citizen.press("main section.card h2 a", "card")
    await citizen.press("form[action$='/renew'] button", "renewed")
    assert "done=renewed" in citizen.path
    await citizen.press("form[action$='/fresh'] button", "kept fresh")
    assert 1 == await citizen.page.locator("form[action$='/fresh'] input[value=off]").count()
    await citizen.go("/wallet/lost", "lost")
    await citizen.press("form[action='/wallet/lost'] button", "how far")
    assert 0 < await citizen.page.locator("main section.card .state.yes").count()
    assert 0 == await citizen.page.locator("main .state.wait").count()
    assert "signed_out=" in citizen.path
    assert 1 == await citizen.page.locator("main .note.good").count()
    await elsewhere.page.goto(f"{service.base}/wallet")
    assert "/sign-in" in elsewhere.path
    await citizen.page.locator("form[action$='/again'] button").first.click()
    await citizen.page.wait_for_url(re.compile("/issuers/resident-registry/authorize"))
    await citizen.look("the authority's page")

    await taken(citizen, mydata)
    await citizen.go("/wallet/lost", "lost again")
    before = await citizen.page.locator("form[action$='/hide']").count()
    await citizen.press("form[action$='/hide'] button", "hidden")
    assert before - 1 == await citizen.page.locator("form[action$='/hide']").count()
    officer = await walk.somebody("officer")
    await officer.go(f"/issuers/desk/citizens/{CITIZEN}", "citizen at the desk")
    await officer.press("main a[href$='/revoke']", "revoke everything")
    await officer.page.locator("input[name=reason], textarea[name=reason]").first.fill("분실")
    await officer.press("main form button.danger", "revoked")
    assert re.search(r"revoked=[1-9]", officer.path)
    assert [] == walk.faults
