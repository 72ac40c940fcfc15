"""The page of access records: what was looked at, and which rule applies with its numbers."""

from issuers.register.accesses import FORMULAS, PEOPLE_PER_WINDOW, Access, AccessAct, BulkRule
from issuers.store import IssuersStore
from tests.issuers.pages.browser import Desks
from tests.issuers.world import NOW, World

ACCESSES = "/issuers/desk/accesses"


async def test_looks_stand_on_the_page_with_the_rules_in_force(desks: Desks) -> None:
    """
    An officer reads who looked at whom; without anything unusual the page says so.
    """
    officer = await desks.enter("officer")
    await officer.get("/issuers/desk")
    await officer.send("/issuers/desk/find", query="demo")
    await officer.get(ACCESSES)

    assert "찾아봄" in officer.words
    assert "지금 해당하는 규칙이 없습니다" in officer.words
    assert FORMULAS[BulkRule.MANY_AT_ONCE].ko in officer.words


async def test_a_rule_that_applies_is_told_with_its_numbers(desks: Desks, world: World) -> None:
    """
    Name, formula, counted and limit: whoever reads it can recompute it.
    """
    many = [
        Access("busy", "resident-registry", NOW, AccessAct.FOUND, f"p{number}")
        for number in range(PEOPLE_PER_WINDOW + 1)
    ]
    await IssuersStore(world.engine).accesses.note(many)
    officer = await desks.enter("officer")
    await officer.get(ACCESSES)

    assert f"busy: {FORMULAS[BulkRule.MANY_AT_ONCE].ko} (101 / 100)" in officer.words
