"""A question in a frame: for the sites its institution registered, and never its result."""

import pytest

from standards.openid4vp.request import ResponseMode
from tests.issuers.pages.browser import Browser, Desks
from tests.verifiers.pages.test_checks import begun, link
from tests.verifiers.test_registering import library
from tests.verifiers.world import World
from verifiers.asking.enquiry import Wish
from verifiers.errors import VerifierError
from verifiers.transaction import Flow
from web.security_headers import CONTENT_SECURITY_POLICY, framed_by

LIBRARY = "https://library.example"
READERS = "https://readers.example:8443"


@pytest.fixture
async def asked(world: World) -> str:
    """A question of a library that has two sites."""
    definition = library(lambda made: made.update(origins=[LIBRARY, READERS]))
    await world.verifiers.registering.register(definition)
    return (await world.ask("library-card")).transaction_id


async def framed(browser: Browser, number: str, query: str = "") -> dict[str, str]:
    """Look at the frame; return the headers it came with."""
    answer = await browser.client.get(f"/verifiers/embed/{number}{query}")
    assert 200 == answer.status_code
    browser.page = answer.text
    return dict(answer.headers)


async def test_only_the_partys_own_sites_may_hold_its_frame(desks: Desks, asked: str) -> None:
    """
    Exactly the registered origins, and the rest of the policy as everywhere.
    """
    headers = await framed(desks.stranger(), asked)

    ours = CONTENT_SECURITY_POLICY.removesuffix("'none'")
    assert f"{ours}{LIBRARY} {READERS}" == headers["content-security-policy"]
    assert "x-frame-options" not in headers
    assert "set-cookie" not in headers
    assert "no-store" in headers["cache-control"]


async def test_every_other_page_stays_out_of_every_frame(desks: Desks, asked: str) -> None:
    """
    The page the frame's link opens, a refusal, and all else of the same institution.
    """
    browser = desks.stranger()
    for path in (f"/verifiers/open/{asked}", "/verifiers/embed/unknown", "/sign-in"):
        answer = await browser.client.get(path)
        assert CONTENT_SECURITY_POLICY == answer.headers["content-security-policy"]
        assert "DENY" == answer.headers["x-frame-options"]


async def test_a_party_without_sites_has_no_frame(desks: Desks, world: World) -> None:
    """
    Not registered is not allowed.
    """
    desk = await desks.enter("corner-store")
    await desk.get(f"/verifiers/embed/{await begun(desk)}", 404)


async def test_the_frame_tells_that_an_answer_came_and_never_which(
    desks: Desks, world: World, asked: str
) -> None:
    """
    Waiting with code and link; then the same page whether it was verified or failed.
    """
    browser = desks.stranger()
    waiting = await framed(browser, asked)
    assert "3" == waiting["refresh"]
    assert f'href="https://desk.example/verifiers/open/{asked}" target="_blank"' in browser.page
    assert "<script" not in browser.page

    question = await link(world, asked)
    request = (await world.wallet.open(question)).request
    held = world.issuer.issue()
    shown = world.wallet.bound(held.show("age_over_14"), request, held.key)
    await world.post(question, world.wallet.body(request, {"certificate": [shown]}))

    answered = await framed(browser, asked)
    assert "refresh" not in answered
    assert "답이 왔습니다" in browser.words
    assert "verified" == (await world.state(question))["state"]
    told = browser.page
    failed = await world.ask("library-card")
    with pytest.raises(VerifierError):
        await world.post(failed, b"nonsense")
    await framed(browser, failed.transaction_id)
    assert "failed" == (await world.state(failed))["state"]
    assert told == browser.page


async def test_the_frame_speaks_the_language_of_the_site(desks: Desks, asked: str) -> None:
    """
    In a frame no cookie says it, so the address may; another word changes nothing.
    """
    browser = desks.stranger()
    for language, words in (("en", "Scan this code"), ("ja", "読み取り"), ("ko", "찍고")):
        await framed(browser, asked, f"?language={language}")
        assert f'lang="{language}"' in browser.page
        assert words in browser.words
    await framed(browser, asked, "?language=xx")


async def test_a_frame_whose_time_is_over_stands_still(
    desks: Desks, world: World, asked: str
) -> None:
    """
    After five minutes nothing is asked any more, and no browser comes back for it.
    """
    world.clock.move(minutes=5)
    browser = desks.stranger()
    assert "refresh" not in await framed(browser, asked)
    assert "시간이 지났습니다" in browser.words


@pytest.mark.parametrize(
    "origin",
    [
        *("https://*", "https://*.example", "http://a.example", "https://a.example/x", "*"),
        *("https://a.example;script-src *", "https://a.example https://b.example", "", "data:"),
        *("https://a.example\n", "'self'"),
    ],
)
def test_what_is_no_origin_adds_nothing_to_the_policy(origin: str) -> None:
    """
    No wildcard, no second directive: a policy is never made longer by what somebody registered.
    """
    assert CONTENT_SECURITY_POLICY == framed_by([origin])
    assert f"frame-ancestors {LIBRARY}" in framed_by([origin, LIBRARY])


async def test_what_has_no_link_has_no_frame(desks: Desks, world: World, asked: str) -> None:
    """
    What the browser itself carries is asked on the institution's own page.
    """
    wish = Wish(Flow.SAME_DEVICE, ResponseMode.DC_API_JWT)
    number = (await world.ask("library-card", wish)).transaction_id
    await desks.stranger().get(f"/verifiers/embed/{number}", 404)
