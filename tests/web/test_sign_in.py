"""Signing in: passwords in demo mode, one-time links everywhere, and a limit to guessing."""

import asyncio
import re
import statistics
import time
from datetime import timedelta

import pytest

from keys.entropy import SYSTEM_ENTROPY
from keys.password import hash_password
from tests.conftest import EngineOf
from tests.web.site import NOON, PEOPLE, Site, site_on
from web.people import PeopleError, Person, PersonRole
from web.sign_in import (
    INVITATION,
    CardUnknownError,
    InvitationOverError,
    SignInRefusedError,
)
from web.store import metadata
from web.tries import (
    PER_ADDRESS,
    PER_NAME,
    WINDOW,
    Counter,
    TooManyTriesError,
    check_tries,
    counters_of,
)

ADDRESS = "192.0.2.7"


async def test_a_password_signs_in(site: Site) -> None:
    """
    Demo mode: name and password are the same, and lead to the person's first page.
    """
    browser = site.browser()
    await browser.get("/sign-in")
    answer = await browser.send("/sign-in", username="demo", password="demo")

    assert (303, "/wallet") == (answer.status_code, answer.headers["location"])
    assert 303 == (await browser.get("/sign-in")).status_code


async def test_a_wrong_password_and_an_unknown_name_look_alike(site: Site) -> None:
    """
    T25: one status, one page; a person without a password is told the same.
    """
    pages = []
    for name in ("demo", "nobody", "auditor"):
        browser = site.browser()
        await browser.get("/sign-in")
        answer = await browser.send("/sign-in", username=name, password="wrong")
        assert 403 == answer.status_code
        pages.append(re.sub(r'value="[^"]*"', "", answer.text))

    assert "맞지 않습니다" in pages[0]
    assert 1 == len(set(pages))


async def test_nobodys_password_opens_nothing(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Even what passes against the hash that belongs to nobody signs nobody in.
    """
    monkeypatch.setattr("web.sign_in._NOBODYS", hash_password("found", SYSTEM_ENTROPY))
    for name in ("nobody", "auditor"):
        with pytest.raises(SignInRefusedError):
            await site.sign_in.by_password(name, "found", ADDRESS)


async def test_a_made_up_person_is_made_once(site: Site) -> None:
    """
    The next start finds them; nothing is hashed again and no password is changed.
    """
    assert not await site.sign_in.add(PEOPLE[0], "another")

    assert "demo" == (await site.sign_in.by_password("demo", "demo", ADDRESS)).name


async def test_an_unknown_name_costs_as_much_as_a_wrong_password(site: Site) -> None:
    """
    T25: the hash is computed either way; medians differ by less than a third.
    """

    async def seconds(name: str, number: int) -> float:
        begun = time.perf_counter()
        with pytest.raises(SignInRefusedError):
            await site.sign_in.by_password(name, "wrong", f"192.0.2.{number}")
        return time.perf_counter() - begun

    taken: dict[str, list[float]] = {"demo": [], "nobody": []}
    for number in range(9):
        for name, times in taken.items():
            site.clock.move(seconds=WINDOW.total_seconds())
            times.append(await seconds(name, number))
    known, unknown = (statistics.median(times) for times in taken.values())

    assert 2 / 3 < known / unknown < 3 / 2


async def test_the_sixth_wrong_try_is_not_looked_at(site: Site) -> None:
    """
    429 with Retry-After and the time on the page; then the right password is refused as well.
    """
    browser = site.browser()
    await browser.get("/sign-in")
    for _ in range(PER_NAME):
        answer = await browser.send("/sign-in", username="demo", password="wrong")
        assert 403 == answer.status_code
    answer = await browser.send("/sign-in", username="demo", password="demo")

    assert (429, "301") == (answer.status_code, answer.headers["retry-after"])
    assert "2026. 11. 22. 12:05" in answer.text
    site.clock.move(seconds=301)
    assert 303 == (await browser.send("/sign-in", username="demo", password="demo")).status_code


async def test_one_address_cannot_try_many_names(site: Site) -> None:
    """
    One password for many people is guessing too; another address is not held up by it.
    """
    for number in range(PER_ADDRESS):
        with pytest.raises(SignInRefusedError):
            await site.sign_in.by_password(f"name-{number}", "wrong", ADDRESS)
    with pytest.raises(TooManyTriesError):
        await site.sign_in.by_password("demo", "demo", ADDRESS)

    assert "demo" == (await site.sign_in.by_password("demo", "demo", "192.0.2.8")).name


async def test_many_tries_at_once_count_like_one_by_one(engine_of: EngineOf) -> None:
    """
    Of twelve passwords tried in the same moment at most five are looked at.
    """
    site = await site_on(await engine_of(metadata))
    tries = (site.sign_in.by_password("demo", "wrong", f"192.0.2.{n}") for n in range(12))
    found = await asyncio.gather(*tries, return_exceptions=True)

    assert {SignInRefusedError, TooManyTriesError} >= {type(each) for each in found}
    assert PER_NAME >= sum(isinstance(each, SignInRefusedError) for each in found)


def test_tries_older_than_the_window_do_not_count() -> None:
    """
    The pause ends when the oldest of the last five is out of the window.
    """
    counter = Counter("key", 2)
    check_tries(counter, [NOON - WINDOW, NOON], now=NOON)
    with pytest.raises(TooManyTriesError) as caught:
        check_tries(counter, [NOON - timedelta(seconds=100), NOON], now=NOON)

    assert NOON - timedelta(seconds=100) + WINDOW == caught.value.again_at


def test_counters_hold_neither_name_nor_address() -> None:
    """
    What is counted under is a hash; name and address of the same text are two counters.
    """
    name, address = counters_of("same", "same")

    assert name.key != address.key
    assert "same" not in name.key + address.key


async def test_only_made_up_people_sign_in_by_one_press(site: Site) -> None:
    """
    The button of the start page knows the demo's people and nobody the operator added.
    """
    await site.sign_in.add(Person("somebody", "누군가", PersonRole.CITIZEN, "somebody"))
    browser = site.browser()
    await browser.get("/sign-in")

    assert 404 == (await browser.send("/sign-in/demo", 0, name="somebody")).status_code


async def test_production_has_no_passwords(engine_of: EngineOf) -> None:
    """
    No form, no one-press buttons, a name without a password opens with none; a link opens it.
    """
    site = await site_on(await engine_of(metadata), demo=False)
    await site.sign_in.add(PEOPLE[1])
    browser = site.browser()
    assert 'href="/sign-in"' in (await browser.get("/")).text
    page = (await browser.get("/sign-in")).text
    assert ("<form" in page, "password" in page) == (False, False)
    await browser.get("/invitation/any")
    token = browser.fields("/invitation")["form_token"]
    fields = {"form_token": token, "username": "officer", "password": ""}
    assert 403 == (await browser.post("/sign-in", fields)).status_code

    invitation = await site.sign_in.invite("officer")
    await browser.get(f"/invitation/{invitation.code}")
    answer = await browser.send("/invitation")
    assert (303, "/issuers/desk") == (answer.status_code, answer.headers["location"])


async def test_a_link_works_once(site: Site) -> None:
    """
    Opening it uses nothing up (a preview may open it); pressing the button does.
    """
    invitation = await site.sign_in.invite("demo")
    browser, other = site.browser(), site.browser()
    for each in (browser, other):
        assert 200 == (await each.get(f"/invitation/{invitation.code}")).status_code
    assert 303 == (await browser.send("/invitation")).status_code
    late = await other.send("/invitation")

    assert 410 == late.status_code
    assert "이미 썼거나" in late.text


async def test_a_link_works_for_ten_minutes(site: Site) -> None:
    """
    At the end of the time it is over, like one that never was.
    """
    first, second = await site.sign_in.invite("demo"), await site.sign_in.invite("demo")
    site.clock.move(seconds=INVITATION.total_seconds() - 1)
    assert "demo" == (await site.sign_in.by_invitation(first.code)).name
    site.clock.move(seconds=1)
    for code in (second.code, "never was"):
        with pytest.raises(InvitationOverError):
            await site.sign_in.by_invitation(code)


async def test_a_link_is_used_by_one_of_many(engine_of: EngineOf) -> None:
    """
    R15: of twenty who open it at once one is signed in, on both databases.
    """
    site = await site_on(await engine_of(metadata))
    invitation = await site.sign_in.invite("demo")
    tries = (site.sign_in.by_invitation(invitation.code) for _ in range(20))
    found = await asyncio.gather(*tries, return_exceptions=True)

    assert 1 == sum(isinstance(each, Person) for each in found)


async def test_an_invitation_ends_with_the_person(site: Site) -> None:
    """
    Removing somebody makes every link that was handed out worthless.
    """
    invitation = await site.sign_in.invite("demo")
    await site.kit.store.people.remove("demo")
    await site.sign_in.add(PEOPLE[0])
    with pytest.raises(InvitationOverError):
        await site.sign_in.by_invitation(invitation.code)


async def test_a_link_is_for_somebody(site: Site) -> None:
    """
    Nobody is invited who is not known.
    """
    with pytest.raises(PeopleError) as caught:
        await site.sign_in.invite("nobody")

    assert "person_unknown" == caught.value.problem.error


async def test_sign_in_comes_back_to_the_page_that_was_wanted(site: Site) -> None:
    """
    The page says so before, and leads there after; who is in already goes on at once.
    """
    browser = site.browser()
    page = (await browser.get("/sign-in?next=/room")).text
    assert "보려던 화면" in page
    answer = await browser.send("/sign-in", username="demo", password="demo")

    assert "/room" == answer.headers["location"]
    again = await browser.get("/sign-in?next=/room")
    assert (303, "/room") == (again.status_code, again.headers["location"])


async def test_cards_that_sign_nobody_in_are_counted_by_their_address(site: Site) -> None:
    """
    T25: from one address so many may be tried; the right card waits with the others.
    """
    for _ in range(PER_ADDRESS):
        with pytest.raises(CardUnknownError):
            await site.sign_in.by_card(None, ADDRESS)

    with pytest.raises(TooManyTriesError):
        await site.sign_in.by_card("demo", ADDRESS)
    assert "demo" == (await site.sign_in.by_card("demo", "192.0.2.8")).name
    site.clock.move(seconds=WINDOW.total_seconds() + 1)
    assert "demo" == (await site.sign_in.by_card("demo", ADDRESS)).name


async def test_a_card_signs_in_the_one_citizen_of_its_handle(site: Site) -> None:
    """
    Nobody of another role, and of two with one handle neither.
    """
    await site.sign_in.add(Person("twin", "쌍둥이", PersonRole.CITIZEN, "demo"))
    for subject in ("resident-registry", "auditor", "demo", "nobody"):
        with pytest.raises(CardUnknownError):
            await site.sign_in.by_card(subject, ADDRESS)
