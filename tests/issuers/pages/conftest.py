"""The room's pages over its own world: two officers, two citizens, an institution."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from issuers.endpoints import routes
from issuers.pages import pages
from tests.issuers.pages.browser import Desks, desks_on
from tests.issuers.world import BASE, World, authorize
from web.people import Person, PersonRole

PEOPLE = (
    Person("demo", "김예원", PersonRole.CITIZEN, "demo"),
    Person("second", "다른 시민", PersonRole.CITIZEN, "c0000001-0"),
    Person("officer", "주민등록 담당", PersonRole.OFFICER, "resident-registry"),
    Person("tax-officer", "국세 담당", PersonRole.OFFICER, "national-tax-service"),
    Person("corner-store", "모퉁이 편의점", PersonRole.INSTITUTION, "corner-store"),
)


@pytest.fixture
async def desks(world: World, tmp_path: Path) -> AsyncIterator[Desks]:
    """Everybody's pages of the issuers, and the room's other addresses below them."""
    made = await desks_on(
        tmp_path,
        BASE,
        PEOPLE,
        world.clock,
        lambda kit: pages(world.issuers, kit),
        lambda _kit: routes(world.issuers, authorize),
    )
    yield made
    await made.aclose()
