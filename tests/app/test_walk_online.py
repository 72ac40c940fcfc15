"""An institution's page asks a wallet through the browser, in a real one.

No browser can be given our wallet, which is a web service: what stands behind
``navigator.credentials.get`` here is a double of the platform, which hands the request to the
holder's wallet and brings the answer back.
"""

import json
from collections.abc import Awaitable, Callable
from urllib.parse import quote

import httpx2
import pytest
from playwright.async_api import Browser

from app.authorisation import holder_token_file, read_token
from tests.app.conftest import Commands, Service
from tests.app.walking import Somebody, Walk, axe_source

ONLINE = "/verifiers/online/adult-check"
SHOW = "[data-request] button"
Answer = Callable[[str, str], Awaitable[str]]

# What a browser with the API has, as far as a page can tell.
_PLATFORM = """
  window.DigitalCredential = class {};
  CredentialsContainer.prototype.get = async (options) => {
    const [asked] = options.digital.requests;
    const answer = await window.platformAnswers(JSON.stringify(asked), location.origin);
    if (answer === "") throw new DOMException("closed", "NotAllowedError");
    return JSON.parse(answer);
  };
"""
# A browser that has never heard of it.
_NO_PLATFORM = "delete window.DigitalCredential;"


@pytest.fixture
def holder(service: Service, mydata: Commands) -> Service:
    """The demo citizen holds a register copy."""
    offer = mydata.json("issuers", "offer", "resident-register", "--to", "demo")
    mydata.json("wallet", "accept", offer["credential_offer_uri"], "--holder", "demo")
    return service


def answering(service: Service) -> Answer:
    """The holder's platform: hands over, lets the holder answer, and takes the answer back."""
    token = read_token(holder_token_file(service.home, "demo"))
    home = f"{service.base}/wallet/holders/demo"

    async def answer(asked: str, origin: str) -> str:
        head = {"Authorization": f"Bearer {token}"}
        async with httpx2.AsyncClient(headers=head, trust_env=False) as http:
            body = json.loads(asked) | {"origin": origin}
            handed = (await http.post(f"{home}/handed-requests", json=body)).json()
            named = {"request_uri": handed["request_uri"]}
            presented = await http.post(f"{home}/present", json=named)
            assert 200 == presented.status_code, presented.text
            address = f"{home}/handed-requests/{quote(handed['request_uri'], safe='')}"
            answered = (await http.get(address)).json()
        return json.dumps({"protocol": answered["protocol"], "data": answered["data"]})

    return answer


async def in_front_of(walk: Walk, script: str, answer: Answer | None = None) -> Somebody:
    """Somebody at the institution's page, in a browser that has the API or has not."""
    somebody = await walk.somebody()
    await somebody.context.add_init_script(script)
    if answer is not None:
        await somebody.page.expose_function("platformAnswers", answer)
    await somebody.go(ONLINE, "online")
    return somebody


@pytest.mark.parametrize(
    ("language", "size"),
    [("ko", "phone"), ("en", "desktop")],
    ids=["ko phone", "en desktop"],
)
async def test_a_page_asks_through_the_browser_and_tells_the_verdict(
    holder: Service, browser: Browser, language: str, size: str
) -> None:
    """
    HAIP-23: from the press to the verdict; then somebody who closes the platform's window.
    """
    walk = Walk(browser, holder.base, language, size, axe_source())
    person = await in_front_of(walk, _PLATFORM, answering(holder))
    await person.press("button[value=browser]", "online check")
    await person.page.locator(f"{SHOW}:enabled").wait_for()
    await person.press(SHOW, "online verdict")
    assert await person.page.locator(".verdict.yes").count() == 1

    async def closes(_asked: str, _origin: str) -> str:
        return ""

    other = await in_front_of(walk, _PLATFORM, closes)
    await other.press("button[value=browser]", "online check")
    await other.page.locator(f"{SHOW}:enabled").click()
    await other.page.locator("[role=status]:not(:empty)").last.wait_for()
    assert await other.page.locator(f"{SHOW}:enabled").count() == 1
    await other.look("online stopped")

    assert [] == walk.faults


async def test_a_browser_without_it_is_led_to_a_wallet_by_a_link(
    service: Service, browser: Browser
) -> None:
    """
    The page is whole without the API: one button, one link, and words for who comes all the same.
    """
    walk = Walk(browser, service.base, "ko", "phone", axe_source())
    person = await in_front_of(walk, _NO_PLATFORM)
    assert not await person.page.locator("button[value=browser]").is_visible()

    await person.press("[data-browser-asks=no] button[value=link]", "online link")

    assert await person.page.locator("a[href^='openid4vp://']").is_visible()
    assert [] == walk.faults


def test_what_a_page_hands_to_the_browser_is_printed(mydata: Commands) -> None:
    """
    ``request --mode dc_api.jwt``: no link, but what stands behind ``navigator.credentials.get``.
    """
    asked = mydata.json("verifiers", "request", "adult-check", "--mode", "dc_api.jwt")
    unsigned = ("--mode", "dc_api.jwt", "--protocol", "openid4vp-v1-unsigned")
    nameless = mydata.json("verifiers", "request", "adult-check", *unsigned)

    protocols = [each["digital"]["requests"][0]["protocol"] for each in (asked, nameless)]
    assert ["openid4vp-v1-signed", "openid4vp-v1-unsigned"] == protocols
    assert {"transaction_id", "digital"} == asked.keys()
