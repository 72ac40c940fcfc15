"""Signing in with a card: a session for the browser that began, once, for the person of record."""

import copy
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import httpx2
import pytest

from standards.openid4vp.dc_api import DcApiRequest
from tests.issuers.pages.browser import Browser, Desks, desks_on
from tests.verifiers.browsing import Page
from tests.verifiers.shown import supplies
from tests.verifiers.test_registering import three
from tests.verifiers.world import BASE, NAME, REGISTER_CLAIMS, TAX_SERVICE, Held, World
from verifiers.asking.questions import Asked
from verifiers.endpoints import routes
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.pages import pages
from verifiers.services.definition import read_definition
from verifiers.services.record_keys import RecordKey
from web.people import Person, PersonRole

PEOPLE = (
    Person("demo", "김예원", PersonRole.CITIZEN, "demo"),
    Person("second", "한경숙", PersonRole.CITIZEN, "c2"),
    Person("officer", "주민등록 담당", PersonRole.OFFICER, "c3"),
)
CARDS, START = "/verifiers/sign-in", "/verifiers/online/card"
SESSION = "__Host-mydata-session"
BORN_ON = date(2020, 5, 6)
REGISTER = "resident-registry/resident-register"
CLAIMS = ("applicant", "current_address.moved_in_on")
DEFINITION: dict[str, Any] = {
    "id": "test-entrance",
    "name": three("Own service"),
    "address": "Haneul 1",
    "contact": "own@example.org",
    "purposes": [
        {
            "code": "sign-in",
            "text": three("To know who you are."),
            "legal_basis": "kr-pipa-15-1-1",
            "retention": {"period": "P0D", "text": three("Not kept.")},
            "flows": ["same_device"],
            "modes": ["direct_post.jwt", "dc_api.jwt"],
            "policy": {"issuers": {REGISTER: ["resident-registry"]}},
            "profile": {
                "name": "card",
                "title": three("Card"),
                "sender": "resident-registry",
                "flow": "same_device",
                "signs_in": {"name": "applicant", "born_on": "current_address.moved_in_on"},
            },
            "certificates": [
                {
                    "query": "it",
                    "type": REGISTER,
                    "claims": [*CLAIMS],
                }
            ],
        }
    ],
}


@dataclass
class Entrance:
    """Our own service, its register in our hand, and wallets before it."""

    world: World
    desks: Desks
    register: dict[RecordKey, str] = field(default_factory=dict)

    async def begun(self, browser: Browser, way: str = "link") -> str:
        """Press the button; return the number of the question."""
        await browser.get(START)
        fields = {**browser.fields(START), "way": way}
        answer = await browser.client.post(START, data=fields, headers=browser.own)
        assert 303 == answer.status_code, answer.text
        return str(answer.headers["location"]).rpartition("/")[2]

    async def answered(self, number: str, held: Held | None = None) -> str:
        """Answer as the wallet of a card's bearer; return the way back to our pages."""
        held = held or self.world.issuer.issue()
        asked = Asked(number, await self.world.verifiers.link_of(number))
        request = (await self.world.wallet.open(asked)).request
        text = held.show(*CLAIMS)
        shown = self.world.wallet.bound(text, request, held.key)
        came = await self.world.post(asked, self.world.wallet.body(request, {"it": [shown]}))
        return f"/verifiers/online/checks/{number}/back?{str(came.redirect_uri).partition('?')[2]}"

    async def signed_in(self, browser: Browser, held: Held | None = None) -> httpx2.Response:
        """Sign in, from the button to the way back."""
        number = await self.begun(browser)
        return await browser.client.get(await self.answered(number, held))


@pytest.fixture
async def entrance(world: World, tmp_path: Path) -> AsyncIterator[Entrance]:
    """Everybody's pages, and a register that knows one bearer."""
    register = {RecordKey(NAME, BORN_ON): "demo"}

    async def find(key: RecordKey) -> str | None:
        return register.get(key)

    await world.verifiers.registering.register(DEFINITION)
    desks = await desks_on(
        tmp_path,
        BASE,
        PEOPLE,
        world.clock,
        lambda kit: pages(world.verifiers, supplies(world), kit, find),
        lambda _kit: routes(world.verifiers, lambda _request, role: role),
    )
    yield Entrance(world, desks, register)
    await desks.aclose()


def with_claims(**changes: Any) -> dict[str, Any]:
    return {"claims": {**REGISTER_CLAIMS, **changes}}


def is_in(browser: Browser) -> bool:
    return SESSION in browser.client.cookies


async def test_a_card_signs_its_bearer_in_and_leaves_a_consent(entrance: Entrance) -> None:
    """
    From the page of cards to the first page of the person of record; the sharing is in the ledger.
    """
    somebody = entrance.desks.stranger()
    await somebody.get(CARDS)
    assert START in somebody.page
    assert 'class="qr"' in somebody.page

    led = await entrance.signed_in(somebody)

    assert (303, "/wallet") == (led.status_code, led.headers["location"])
    await somebody.get(CARDS)
    assert "김예원" in somebody.page
    assert 1 == len(entrance.world.ledger.entries)


async def test_a_browser_with_the_api_is_signed_in_by_its_own_answer(entrance: Entrance) -> None:
    """
    The page's script brings the answer, and the same reply brings the session.
    """
    somebody = entrance.desks.stranger()
    number = await entrance.begun(somebody, "browser")
    check = f"/verifiers/online/checks/{number}"
    options = (await somebody.client.get(f"{check}/request")).json()
    handed = DcApiRequest.parse(options["digital"]["requests"][0])
    page, held = Page(entrance.world, number, handed), entrance.world.issuer.issue()
    shown = entrance.world.wallet.bound(
        held.show(*CLAIMS), page.request, held.key, audience=f"origin:{BASE}"
    )
    brought = {"protocol": handed.protocol.value, "data": page.answer(shown, query_id="it")}

    answered = await somebody.client.post(f"{check}/response", json=brought, headers=somebody.own)
    led = await somebody.client.get(check)
    again = await somebody.client.post(f"{check}/response", json=brought, headers=somebody.own)

    assert (200, {"state": "verified"}) == (answered.status_code, answered.json())
    assert (303, "/wallet") == (led.status_code, led.headers["location"])
    assert 200 != again.status_code
    assert SESSION not in again.headers.get("set-cookie", "")


async def test_another_browser_that_redeems_is_signed_in_as_nobody(entrance: Entrance) -> None:
    """
    H86, session fixation: who begins and has somebody else answer is left with nothing.
    """
    attacker, victim = entrance.desks.stranger(), entrance.desks.stranger()
    back = await entrance.answered(await entrance.begun(attacker))
    await victim.get(CARDS)

    await victim.get(back, 404)
    await attacker.get(back, 404)

    assert not is_in(victim)
    assert not is_in(attacker)


async def test_an_answer_signs_in_once(entrance: Entrance) -> None:
    """
    The way back, used again by the same browser after it signed out, leads nowhere.
    """
    somebody = entrance.desks.stranger()
    back = await entrance.answered(await entrance.begun(somebody))
    await somebody.client.get(back)
    assert is_in(somebody)
    somebody.client.cookies.delete(SESSION)

    await somebody.get(back, 404)
    await somebody.get(back.partition("/back")[0], 403)

    assert not is_in(somebody)


async def test_what_was_in_the_browser_before_is_not_used(entrance: Entrance) -> None:
    """
    Fixation by a planted cookie: the session is a new one.
    """
    somebody = entrance.desks.stranger()
    somebody.client.cookies.set(SESSION, "A" * 43, domain="desk.example", path="/")

    led = await entrance.signed_in(somebody)

    assert f"{SESSION}=" in led.headers["set-cookie"]
    assert "A" * 43 not in led.headers["set-cookie"]


async def test_an_answer_that_comes_too_late_signs_nobody_in(entrance: Entrance) -> None:
    """
    The code dies with its question.
    """
    somebody = entrance.desks.stranger()
    back = await entrance.answered(await entrance.begun(somebody))
    entrance.world.clock.move(minutes=6)

    await somebody.get(back, 404)

    assert not is_in(somebody)


@pytest.mark.parametrize("wrong", ["revoked", "expired", "another authority's"])
async def test_a_card_that_is_not_good_signs_nobody_in(entrance: Entrance, wrong: str) -> None:
    """
    The same steps as for any institution come before anybody is looked for.
    """
    world, somebody = entrance.world, entrance.desks.stranger()
    number = await entrance.begun(somebody)
    changes: dict[str, Any] = {}
    if wrong == "revoked":
        world.status.statuses[7] = 1
    elif wrong == "another authority's":
        changes["issuer"] = TAX_SERVICE
    else:
        changes["expires_at"] = world.clock.now.replace(year=2025)
        changes["issued_at"] = world.clock.now.replace(year=2024)

    with pytest.raises(VerifierError):
        await entrance.answered(number, world.issuer.issue(**changes))

    await somebody.get(f"/verifiers/online/checks/{number}")
    assert not is_in(somebody)


UNKNOWN: dict[str, dict[str, Any]] = {
    "a bearer no register has": with_claims(applicant="아무개"),
    "another birth date": with_claims(current_address={"moved_in_on": "2020-05-07"}),
    "no date at all": with_claims(current_address={"moved_in_on": "soon"}),
    "no text": with_claims(applicant=7),
}


@pytest.mark.parametrize("who", UNKNOWN)
async def test_a_card_of_nobody_we_know_signs_nobody_in(entrance: Entrance, who: str) -> None:
    """
    One answer for all, which does not tell what the register knows.
    """
    somebody = entrance.desks.stranger()

    refused = await entrance.signed_in(somebody, entrance.world.issuer.issue(**UNKNOWN[who]))

    assert 403 == refused.status_code
    assert "이 신분증으로는 들어갈 수 없습니다" in refused.text
    assert not is_in(somebody)


@pytest.mark.parametrize("handle", ["c2", "c3", "c4"])
async def test_a_card_of_another_person_signs_in_that_person_or_nobody(
    entrance: Entrance, handle: str
) -> None:
    """
    Whoever is signed in is the card's own citizen: no officer of the same handle, nobody else.
    """
    entrance.register[RecordKey(NAME, BORN_ON)] = handle
    somebody = await entrance.desks.enter("demo")

    await entrance.signed_in(somebody)

    await somebody.get(CARDS)
    assert ("한경숙" if handle == "c2" else "김예원") in somebody.page


async def test_without_a_register_nobody_is_asked(entrance: Entrance, tmp_path: Path) -> None:
    """
    A service without the register has no such page, and a question no other way.
    """
    world = entrance.world
    (tmp_path / "other").mkdir()
    desks = await desks_on(
        tmp_path / "other",
        BASE,
        PEOPLE,
        world.clock,
        lambda kit: pages(world.verifiers, supplies(world), kit),
    )
    somebody = desks.stranger()
    await somebody.get(CARDS)
    assert START not in somebody.page
    await somebody.get(START, 400)
    await desks.aclose()


WRONG: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "one claim alone": (lambda made: made["profile"]["signs_in"].pop("born_on"), "born_on"),
    "a claim that is not asked": (
        lambda made: made["profile"]["signs_in"].update(born_on="age_over_19"),
        "signs_in.name",
    ),
    "one claim for both": (
        lambda made: made["profile"]["signs_in"].update(born_on="applicant"),
        "signs_in.name",
    ),
    "a claim too many": (
        lambda made: made["certificates"][0]["claims"].append("age_over_19"),
        "signs_in.name",
    ),
    "anybody's cards": (lambda made: made.pop("policy"), "signs_in"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_definition_names_two_claims_and_asks_no_other(wrong: str) -> None:
    """
    Nothing beyond what finds the person of record, and from nobody but named issuers.
    """
    change, where = WRONG[wrong]
    made = copy.deepcopy(DEFINITION)
    change(made["purposes"][0])

    with pytest.raises(VerifierError) as caught:
        read_definition(made, base=BASE)

    assert Failure.DEFINITION_INVALID is caught.value.failure
    assert where in caught.value.detail


async def test_every_page_is_in_three_languages(entrance: Entrance) -> None:
    """
    Korean, English, Japanese.
    """
    somebody = entrance.desks.stranger()
    for language, words in (("ko", "들어가기"), ("en", "Sign in"), ("ja", "サインイン")):
        await somebody.client.get(f"/language/{language}")
        await somebody.get(CARDS)
        assert words in somebody.words
