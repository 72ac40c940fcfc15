"""The register's sheets on the people of a household, and on one who has left it for good."""

from datetime import date

from issuers.population import places
from issuers.population.draws import Draws
from issuers.population.families import CENSUS
from issuers.population.known import DEMO_HOUSEHOLD, DEREGISTERED_HOUSEHOLD
from issuers.population.lives import personal_changes, service
from issuers.population.names import Sex, given_name, surname_in
from issuers.population.numbers import resident_number
from issuers.population.stays import stays
from issuers.population.variants import UNKNOWN_REASON
from issuers.source.records import (
    Change,
    Household,
    Member,
    PastHead,
    Person,
    RegisterFile,
    RegisterStatus,
    Stay,
)

# One household in so many had a member who emigrated.
_EMIGRATED = 90
_EMIGRATION = "국외이주"


def sheets(draws: Draws, number: int, home: Household) -> tuple[RegisterFile, ...]:
    """Return a sheet for everyone here who is not a foreigner, and for one who emigrated."""
    lost = home.change.reason == UNKNOWN_REASON
    status = RegisterStatus.UNKNOWN if lost else RegisterStatus.RESIDENT
    everyone = (*home.members, *home.cohabitants)
    residents = tuple(
        _sheet(draws, home, member, status)
        for member in everyone
        if not member.person.resident_number.foreign
    )
    left = draws.one_in(_EMIGRATED) and number != DEMO_HOUSEHOLD
    if not left and number != DEREGISTERED_HOUSEHOLD:
        return residents
    return (*residents, _emigrant(draws, home, f"c{number:07d}-{len(everyone)}"))


def _sheet(draws: Draws, home: Household, member: Member, status: RegisterStatus) -> RegisterFile:
    return RegisterFile(
        person=member.person,
        status=status,
        office=home.office,
        stays=stays(draws, home, member, status),
        personal_changes=personal_changes(draws, member.person),
        service=service(draws, member.person),
    )


def _emigrant(draws: Draws, home: Household, citizen: str) -> RegisterFile:
    """Return the closed sheet of a brother or sister of the head, who lived with the parents."""
    head = home.head
    sex = draws.choice(tuple(Sex))
    born_on = date(head.born_on.year - 2, draws.between(1, 12), draws.between(1, 28))
    full = surname_in(head.name) + given_name(draws, sex, born_on)
    number = resident_number(draws, born_on, sex)
    person = Person(citizen, full.hangul, full.hanja, number, born_on)
    left_on = draws.day_before(CENSUS, 200, 1500)
    address = places.address(draws, draws.choice(places.DISTRICTS))
    parents = PastHead(head.name[0] + "영호", "자녀")
    last = Stay(
        1, address, Change(born_on, left_on, _EMIGRATION), parents, RegisterStatus.DEREGISTERED
    )
    return RegisterFile(
        person=person,
        status=RegisterStatus.DEREGISTERED,
        office=home.office,
        stays=(last,),
        personal_changes=(),
        service=service(draws, person),
    )
