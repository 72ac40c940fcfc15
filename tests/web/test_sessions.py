"""Sessions: begun at sign-in, ended by time, by hand, by another sign-in; kept as hashes."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text
from starlette.responses import Response

from keys.entropy import SYSTEM_ENTROPY
from tests.conftest import EngineOf
from tests.web.site import BASE, NOON, Site, site_on
from web.cookies import Cookies
from web.sessions import (
    ABSOLUTE,
    IDLE,
    Session,
    SessionOverError,
    check_alive,
    handle_of,
    new_session_id,
)
from web.store import Account, WebStore, metadata


def session(*, begun: timedelta, seen: timedelta) -> Session:
    return Session("handle", "demo", NOON - begun, NOON - seen)


@pytest.mark.parametrize(
    ("begun", "seen"),
    [(IDLE, IDLE), (ABSOLUTE, timedelta(0)), (ABSOLUTE * 2, IDLE * 2)],
    ids=["idle", "old", "both"],
)
def test_a_session_ends_by_time(begun: timedelta, seen: timedelta) -> None:
    """
    Half an hour without a look, or twelve hours in all; at that very moment it is over.
    """
    over = session(begun=begun, seen=seen)
    with pytest.raises(SessionOverError):
        check_alive(over, now=NOON)

    check_alive(over, now=over.ends_at - timedelta(microseconds=1))


def test_an_id_has_256_random_bits_and_is_not_its_handle() -> None:
    """
    What stands in the database and on pages does not open the session.
    """
    one, other = new_session_id(SYSTEM_ENTROPY), new_session_id(SYSTEM_ENTROPY)

    assert one != other
    assert 43 == len(one)
    assert one not in handle_of(one)


async def test_signing_in_gives_a_new_id(site: Site) -> None:
    """
    H85, fixation: an id that was planted in the browser names no session afterwards.
    """
    planted = new_session_id(SYSTEM_ENTROPY)
    browser = site.browser()
    browser.client.cookies.set("mydata-session", planted, domain="localhost.local", path="/")
    await browser.enter("demo")
    first = browser.client.cookies["mydata-session"]
    again = await browser.get("/sign-in")
    assert 303 == again.status_code
    await browser.get("/sessions")
    await browser.send("/sign-out")
    await browser.enter("demo")

    assert 3 == len({planted, first, browser.client.cookies["mydata-session"]})
    assert await site.kit.store.sessions.find(handle_of(planted)) is None
    assert (await browser.get("/room")).status_code == 200


async def test_the_database_holds_no_id(site: Site) -> None:
    """
    A copy of the database opens no session: it has hashes only.
    """
    browser = await site.browser().enter("demo")
    visit_id = browser.client.cookies["mydata-session"]
    async with site.kit.store.sessions._rows.engine.connect() as connection:
        rows = (await connection.execute(text("SELECT * FROM sessions"))).all()

    assert 1 == len(rows)
    assert visit_id not in str(rows)


@pytest.mark.parametrize("minutes", [29, 31])
async def test_a_look_keeps_a_session_alive(site: Site, minutes: int) -> None:
    """
    Idle means idle: looking in between moves the end on, up to twelve hours.
    """
    browser = await site.browser().enter("demo")
    answered = []
    for _ in range(2):
        site.clock.move(minutes=minutes)
        answered.append((await browser.get("/room")).status_code)

    assert [200 if minutes == 29 else 303] * 2 == answered


async def test_nobody_stays_signed_in_overnight(site: Site) -> None:
    """
    After twelve hours a session ends however busy it was.
    """
    browser = await site.browser().enter("demo")
    answered = []
    for _ in range(25):
        site.clock.move(minutes=29)
        answered.append((await browser.get("/room")).status_code)

    assert [200] * 24 + [303] == answered


async def test_an_expired_session_leads_to_sign_in_and_back(site: Site) -> None:
    """
    H89: the page that was open is the page that comes back, for a look and for a form.
    """
    browser = await site.browser().enter("demo")
    await browser.get("/room?shown=x")
    fields = browser.fields("/room")
    site.clock.move(minutes=31)
    looked = await browser.client.get("/room?shown=x")
    sent = await browser.client.post(
        "/room", data=fields, headers={**browser.own, "referer": f"{BASE}/room?shown=x"}
    )

    assert "/sign-in?next=%2Froom%3Fshown%3Dx" == looked.headers["location"]
    assert looked.headers["location"] == sent.headers["location"]
    assert [] == site.done
    await browser.get(sent.headers["location"])
    back = await browser.send("/sign-in/demo", 0)
    assert "/room?shown=x" == back.headers["location"]


async def test_signing_out_ends_the_session_and_the_id(site: Site) -> None:
    """
    The old cookie, kept by somebody, opens nothing any more.
    """
    browser = await site.browser().enter("demo")
    old = browser.client.cookies["mydata-session"]
    await browser.get("/room")
    answer = await browser.send("/sign-out")

    assert ("/", 303) == (answer.headers["location"], answer.status_code)
    thief = site.browser()
    thief.client.cookies.set("mydata-session", old)
    assert 303 == (await thief.get("/room")).status_code


async def test_a_person_sees_and_ends_other_sessions(site: Site) -> None:
    """
    The list shows every browser of mine and ends the one I do not know.
    """
    mine, lost = await site.browser().enter("demo"), await site.browser().enter("demo")
    await mine.get("/sessions")
    assert 2 == mine.page.count('class="card"')
    answer = await mine.send("/sessions/end")

    assert "/sessions" == answer.headers["location"]
    assert 303 == (await lost.get("/room")).status_code
    assert 200 == (await mine.get("/room")).status_code


async def test_who_lost_a_device_is_signed_out_everywhere_else(site: Site) -> None:
    """
    Under every sign-in name of the same citizen, and unused links with them; others stay.
    """
    store, now = site.kit.store, site.clock()
    mine, lost = await site.browser().enter("demo"), await site.browser().enter("demo")
    other = await site.browser().enter("auditor")
    found = await store.people.find("demo")
    assert found is not None
    person = found.person
    await store.people.add(Account(replace(person, name="second name")))
    await store.sessions.begin(Session("elsewhere", "second name", now, now))
    await store.sessions.begin(Session("long over", "second name", now - IDLE, now - IDLE))
    await store.people.invite("link", "second name", now + IDLE)
    present = handle_of(mine.client.cookies["mydata-session"])
    ended = await site.kit.sign_out(person.subject, person.role, but=present)

    assert 2 == ended
    assert 303 == (await lost.get("/room")).status_code
    assert 200 == (await mine.get("/room")).status_code
    assert 200 == (await other.get("/sessions")).status_code
    assert await store.people.take_invitation("link", now) is None
    assert 1 == await site.kit.sign_out(person.subject, person.role)
    assert 303 == (await mine.get("/room")).status_code


async def test_nobody_ends_anothers_session(site: Site) -> None:
    """
    H90: somebody else's handle in the form ends nothing.
    """
    victim, attacker = await site.browser().enter("demo"), await site.browser().enter("auditor")
    other = await site.browser().enter("auditor")
    await attacker.get("/sessions")
    handle = handle_of(victim.client.cookies["mydata-session"])
    await attacker.send("/sessions/end", session=handle)

    assert 200 == (await victim.get("/room")).status_code
    assert 200 == (await other.get("/sessions")).status_code


async def test_what_is_over_is_swept(site: Site) -> None:
    """
    H51: the tables stay small; a living session stays.
    """
    store = site.kit.store
    for _ in range(3):
        await site.browser().enter("demo")
    site.clock.move(minutes=20)
    alive = await site.browser().enter("demo")
    site.clock.move(minutes=15)
    await store.sessions.sweep(site.clock())

    assert 1 == len(await store.sessions.of("demo"))
    assert 200 == (await alive.get("/room")).status_code


async def test_removing_a_person_signs_out_at_once(site: Site) -> None:
    """
    Whoever is removed has no session left, on any device.
    """
    browser = await site.browser().enter("demo")
    assert await site.kit.store.people.remove("demo")

    assert 303 == (await browser.get("/room")).status_code
    assert not await site.kit.store.people.remove("demo")


async def test_sessions_are_kept_the_same_on_both_databases(engine_of: EngineOf) -> None:
    """
    What was written is read back to the microsecond.
    """
    site = await site_on(await engine_of(metadata))
    store: WebStore = site.kit.store
    await store.sessions.begin(session(begun=timedelta(0), seen=timedelta(microseconds=1)))
    found = await store.sessions.find("handle")

    assert found is not None
    assert session(begun=timedelta(0), seen=timedelta(microseconds=1)) == found[0]
    assert "김예원" == found[1].person.shown_name


@pytest.mark.parametrize("base", [BASE, "https://wallet.example"])
def test_the_cookies_are_out_of_reach(base: str) -> None:
    """
    HttpOnly everywhere, the session SameSite=Strict; with https also Secure and ``__Host-``.
    """
    cookies, reply = Cookies(base, SYSTEM_ENTROPY), Response()
    cookies.set_session(reply, "session")
    cookies.set_visit(reply, "visit")
    cookies.drop_session(reply)
    session, visit, dropped = reply.headers.getlist("set-cookie")

    assert "SameSite=strict" in session
    assert "SameSite=lax" in visit
    assert "Max-Age=0" in dropped
    assert session.split("=")[0] == dropped.split("=")[0]
    for cookie in (session, visit, dropped):
        assert "HttpOnly" in cookie
        assert "Path=/;" in cookie
        assert "domain" not in cookie.lower()
        secure = base.startswith("https")
        assert secure == cookie.startswith("__Host-") == ("Secure" in cookie)


@pytest.mark.parametrize("value", ["", "short", "x" * 44, "a" * 42 + "!"])
async def test_a_cookie_that_is_none_of_ours_is_none(site: Site, value: str) -> None:
    """
    Only what we made is taken; anything else is nobody, and a new visitor.
    """
    browser = site.browser()
    browser.client.cookies.set("mydata-visit", value)
    browser.client.cookies.set("mydata-session", value)

    assert 303 == (await browser.get("/room")).status_code
    assert "mydata-visit=" in (await browser.get("/")).headers["set-cookie"]


async def test_a_link_from_elsewhere_signs_nobody_out(site: Site) -> None:
    """
    The step that brings no session leaves the browser's session as it is.
    """
    browser = await site.browser().enter("demo")
    session = browser.client.cookies["mydata-session"]
    browser.client.cookies.delete("mydata-session")
    for path in ("/", "/room", "/sign-in"):
        answer = await browser.client.get(path, headers={"sec-fetch-site": "cross-site"})
        assert "mydata-session" not in answer.headers.get("set-cookie", "")
    browser.client.cookies.set("mydata-session", session)

    assert 200 == (await browser.get("/room")).status_code
