"""What the law adds to the desk, in a real browser: mandates, refusals with a ground, the day."""

from datetime import UTC, date, datetime, timedelta

import pytest
from playwright.async_api import Browser

from issuers.population.census import population
from tests.app.conftest import Service
from tests.app.walking import Somebody, Walk, axe_source

TODAY = datetime.now(UTC).date()
DEMO, OTHER = (dossier.household.head for dossier in population(households=2, as_of=TODAY))
CITIZENS = "/issuers/desk/citizens"


async def write_mandate(somebody: Somebody, name: str, born_on: date) -> None:
    """Fill in a mandate: whom, until when; what it is for stands there already."""
    page = somebody.page
    await page.locator("input[name=proxy]").fill(name)
    await page.locator("input[name=born_on]").fill(born_on.isoformat())
    until = TODAY + timedelta(days=7)
    await page.locator("input[name=until]").fill(until.isoformat())


async def lets_somebody(citizen: Somebody) -> None:
    """The citizen entrusts another with a tax paper, and takes it back."""
    await citizen.go("/issuers/mandates", "mandates")
    await citizen.press("a[href$='/give/tax-payment']", "mandate")
    await write_mandate(citizen, OTHER.name, OTHER.born_on)
    await citizen.press("form[action$='/give/tax-payment'] button", "mandates with one")
    await citizen.press("form[action$='/withdraw'] button", "mandates taken back")


async def takes_paper(officer: Somebody) -> None:
    """The officer writes a paper mandate down and issues under it to the proxy."""
    await officer.go(f"{CITIZENS}/{OTHER.citizen}/mandates", "desk mandates")
    await officer.press("a[href$='/give/resident-abstract']", "desk mandate")
    await write_mandate(officer, DEMO.name, DEMO.born_on)
    await officer.press("form[action$='/give/resident-abstract'] button", "desk mandates with one")
    await officer.go(f"{CITIZENS}/demo/mandates", "desk mandates of the proxy")
    await officer.press("a[href*='?mandate=']", "order under a mandate")
    await officer.press("form[action$='/preview'] button", "preview with a fee")
    await officer.press("main form button", "handed")


async def shows(officer: Somebody) -> None:
    """The officer shows the register without a paper, and looks at the day."""
    await officer.go(f"{CITIZENS}/demo/issue/resident-abstract", "order")
    await officer.press("form[action$='/preview'] button", "preview to show")
    await officer.press("form[action$='/show'] button", "shown")
    await officer.go("/issuers/desk/day", "day")


async def refuses(officer: Somebody) -> None:
    """The officer refuses an application on a ground of the list."""
    await officer.go(f"{CITIZENS}/demo/issue/resident-register/refuse", "refuse")
    await officer.page.locator("input[value=papers_missing]").check()
    await officer.press("form[action$='/refuse'] button", "refused")
    await officer.go("/issuers/desk/refusals", "refusals")


@pytest.mark.parametrize(
    ("language", "size"),
    [("ko", "phone"), ("en", "desktop"), ("ja", "phone")],
    ids=["ko phone", "en desktop", "ja phone"],
)
async def test_the_statutory_pages_are_whole(
    service: Service, browser: Browser, language: str, size: str
) -> None:
    """
    No finding of the accessibility checker, nothing cut, 48 px to press, in words of the reader.
    """
    walk = Walk(browser, service.base, language, size, axe_source())
    citizen, officer = await walk.somebody("demo"), await walk.somebody("officer")
    await lets_somebody(citizen)
    await takes_paper(officer)
    await shows(officer)
    await refuses(officer)
    await citizen.go("/issuers/mandates", "mandates received")
    await citizen.go("/issuers/notices", "notices with a refusal")
    await citizen.go("/issuers/apply/resident-register", "apply with a fee")

    assert [] == walk.faults
