"""About whom a citizen can apply without an officer, by the household's register alone."""

from datetime import date

from issuers.ages import ADULT, age_on
from issuers.catalogue import every_kind
from issuers.certificate.relatives import CHILD, PARENTS, relatives
from issuers.population.census import population
from issuers.population.known import DEREGISTERED_CITIZEN
from issuers.source.records import Household
from tests.issuers.world import AS_OF, World

HOMES = [dossier.household for dossier in population(households=120, as_of=AS_OF)]
KINDS = every_kind()
REGISTER, TAXES = KINDS.kind("resident-register"), KINDS.kind("tax-payment")


def everyone(home: Household) -> set[str]:
    return {member.person.citizen for member in home.members}


def test_papers_of_the_register_are_the_households() -> None:
    """
    법 제29조제2항: every member for every other one; cohabitants apply for themselves.
    """
    for home in HOMES:
        for member in home.members:
            own = member.person.citizen
            found = {one.citizen for one in relatives(home, own, REGISTER, today=AS_OF)}
            assert everyone(home) - {own} == found
        for cohabitant in home.cohabitants:
            assert () == relatives(home, cohabitant.person.citizen, REGISTER, today=AS_OF)


def test_other_papers_are_a_parents_for_a_minor_child() -> None:
    """
    민법 제911조: head and spouse for a child under nineteen, nobody else for anybody.
    """
    seen = 0
    for home in HOMES:
        minors = {
            member.person.citizen
            for member in home.members
            if member.relation == CHILD and age_on(AS_OF, member.person.born_on) < ADULT
        }
        for member in home.members:
            found = relatives(home, member.person.citizen, TAXES, today=AS_OF)
            assert {one.citizen for one in found} == (
                minors if member.relation in PARENTS else set()
            )
            seen += len(found)
    assert seen > 0


def test_a_child_is_one_until_the_nineteenth_birthday() -> None:
    """
    민법 제4조: on the day itself one applies for oneself.
    """
    home, child = next(
        (home, member.person)
        for home in HOMES
        for member in home.members
        if member.relation == CHILD
    )
    birthday = child.born_on.replace(year=child.born_on.year + ADULT)
    eve = date.fromordinal(birthday.toordinal() - 1)

    assert child in relatives(home, home.head.citizen, TAXES, today=eve)
    assert child not in relatives(home, home.head.citizen, TAXES, today=birthday)


async def test_who_lives_in_no_household_has_nobody(world: World) -> None:
    """
    말소자: the page is whole, with nothing to choose.
    """
    assert () == await world.issuers.desk.relatives(DEREGISTERED_CITIZEN, REGISTER)
