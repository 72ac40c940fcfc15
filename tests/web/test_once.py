"""One rendered form, one act: double click, back button, two tabs, many processes."""

import asyncio

import pytest

from keys.entropy import SYSTEM_ENTROPY
from tests.conftest import EngineOf
from tests.web.site import Clock, Site
from web.errors import ForbiddenError, WebError
from web.form import Form
from web.language import Language
from web.once import ABANDONED, Once
from web.page import Visit
from web.store import WebStore, metadata

ONCE = "A" * 22


def form(once: str = ONCE, session: str = "session") -> Form:
    return Form((("once", once),), session=session)


class Act:
    """Counts how often it is done; each time leads somewhere else."""

    def __init__(self, *, fails: int = 0, seconds: float = 0) -> None:
        self.done = 0
        self._fails = fails
        self._seconds = seconds

    async def __call__(self) -> str:
        await asyncio.sleep(self._seconds)
        self.done += 1
        if self.done <= self._fails:
            raise LookupError
        return f"/led/{self.done}"


async def test_a_second_submission_leads_where_the_first_led(site: Site) -> None:
    """
    H58: double click, back button, other tab: the act is done once, every answer is the same.
    """
    browser = await site.browser().enter("demo")
    await browser.get("/room")
    fields = {**browser.fields("/room"), "what": "paid"}
    answers = [await browser.post("/room", fields) for _ in range(3)]

    assert ["paid"] == site.done
    assert {(303, "/room/done/paid")} == {(a.status_code, a.headers["location"]) for a in answers}


async def test_two_forms_of_one_page_are_two(site: Site) -> None:
    """
    Each rendered form has a number of its own, and so has each time a page is looked at.
    """
    browser = await site.browser().enter("demo")
    await browser.get("/room")
    first, second = browser.fields("/room", 0), browser.fields("/room", 1)
    await browser.get("/room")
    third = browser.fields("/room", 0)

    assert 3 == len({first["once"], second["once"], third["once"]})
    for fields in (first, second, third):
        await browser.post("/room", {**fields, "what": fields["once"]})
    assert 3 == len(site.done)


async def test_fifty_at_once_do_it_once(engine_of: EngineOf) -> None:
    """
    R15: of fifty parallel posts of one form exactly one acts; all are led to the same place.
    """
    store = WebStore(await engine_of(metadata))
    act = Act(seconds=0.02)
    workers = [Once(store.sent_forms, Clock(), SYSTEM_ENTROPY) for _ in range(5)]
    led = await asyncio.gather(*(workers[n % 5].led_to(form(), act) for n in range(50)))

    assert 1 == act.done
    assert {"/led/1"} == set(led)


async def test_what_failed_may_be_sent_again(site: Site) -> None:
    """
    An act that raised was not done: the same form does it the next time.
    """
    act = Act(fails=2)
    for _ in range(2):
        with pytest.raises(LookupError):
            await site.kit.doing.led_to(form(), act)

    assert "/led/3" == await site.kit.doing.led_to(form(), act)
    assert "/led/3" == await site.kit.doing.led_to(form(), act)


async def test_a_second_one_tries_when_the_first_failed(site: Site) -> None:
    """
    Who waited for an act that failed does it.
    """
    act = Act(fails=1, seconds=0.05)
    led = await asyncio.gather(
        *(site.kit.doing.led_to(form(), act) for _ in range(2)), return_exceptions=True
    )

    assert {"LookupError", "/led/2"} == {
        each if isinstance(each, str) else type(each).__name__ for each in led
    }


async def test_who_died_holds_nobody_up(site: Site) -> None:
    """
    A process that vanished in the middle loses its claim after a minute.
    """
    forms = site.kit.store.sent_forms
    assert await forms.take("session", ONCE, taker="dead", now=site.clock())
    site.clock.move(seconds=ABANDONED.total_seconds())

    assert "/led/1" == await site.kit.doing.led_to(form(), Act())


async def test_a_claim_that_lasts_is_told(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    409: not done twice, not waited for without end.
    """
    monkeypatch.setattr("web.once._PAUSE_SECONDS", 0)
    monkeypatch.setattr("web.once._LOOKS", 3)
    assert await site.kit.store.sent_forms.take("session", ONCE, taker="slow", now=site.clock())
    with pytest.raises(WebError) as caught:
        await site.kit.doing.led_to(form(), Act())

    assert (409, "still_busy") == (caught.value.status, caught.value.problem.error)


@pytest.mark.parametrize("once", ["", "A", "A" * 23, "!" * 22])
async def test_a_number_we_did_not_make_is_refused(site: Site, once: str) -> None:
    """
    The number of a form is 128 random bits of ours.
    """
    with pytest.raises(ForbiddenError):
        await site.kit.doing.led_to(form(once), Act())


async def test_nobodys_form_is_not_done(site: Site) -> None:
    """
    Acts belong to a signed-in session.
    """
    with pytest.raises(ForbiddenError):
        await site.kit.doing.led_to(form(session=""), Act())


async def test_a_form_nobody_sent_led_nowhere(site: Site) -> None:
    """
    Nothing is known of it, and giving it back changes nothing.
    """
    forms = site.kit.store.sent_forms
    await forms.give_back("session", ONCE, taker="nobody")

    assert await forms.find("session", ONCE) is None


async def test_forms_of_two_people_do_not_meet(site: Site) -> None:
    """
    The same number in another session is another form.
    """
    act = Act()
    assert "/led/1" == await site.kit.doing.led_to(form(session="mine"), act)
    assert "/led/2" == await site.kit.doing.led_to(form(session="yours"), act)


def test_each_form_has_128_random_bits() -> None:
    """
    Nobody guesses the number of another tab's form.
    """
    visit = Visit(Language.KOREAN, "/", "token", demo=False)

    assert 100 == len({visit.once for _ in range(100)})
    assert {22} == {len(visit.once) for _ in range(10)}
