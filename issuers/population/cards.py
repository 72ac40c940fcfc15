"""Identity cards of the people of a household: everybody's resident card, drivers' licences."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from issuers.ages import ADULT, age_on
from issuers.population import places
from issuers.population.draws import Draws
from issuers.population.families import CENSUS
from issuers.population.known import DEMO_CITIZEN
from issuers.population.numbers import licence_number, sex_in
from issuers.population.portraits import CHOICES, look_of, portrait
from issuers.population.romanization import name_in_latin
from issuers.source.identity_records import Driver, DrivingClass, DrivingLicence, ResidentCard
from issuers.source.records import Household, Person

# 주민등록법 제24조: a card is made for whoever is seventeen.
CARD_AGE: Final = 17
# 도로교통법 제82조, 제87조: from eighteen, renewed in the tenth year after it was given.
DRIVING_AGE: Final = 18
_TERM: Final = 10
# Three of four grown-ups drive.
_WALKS_ONE_IN: Final = 4
# What most have, an ordinary licence, then the others.
_CLASSES: Final = (
    *[("제2종 보통",)] * 4,
    *[("제1종 보통",)] * 4,
    ("제1종 대형", "제1종 보통"),
    ("제2종 보통", "제2종 소형"),
)


def resident_cards(draws: Draws, home: Household) -> tuple[ResidentCard, ...]:
    """Return a card for everyone of the household who is old enough and no foreigner."""
    return tuple(
        ResidentCard(
            person=person,
            address=home.address,
            office=home.office,
            issued_on=_given(draws, person, CARD_AGE),
            portrait=_portrait(person),
        )
        for person in _of_age(home, CARD_AGE)
        if not person.resident_number.foreign
    )


def driving_licences(
    draws: Draws, home: Household, seed: int
) -> tuple[tuple[str, DrivingLicence], ...]:
    """Return the licences of those who drive, by citizen; the demo citizen does."""
    return tuple(
        (person.citizen, _licence(draws, person, home.address, seed))
        for person in _of_age(home, DRIVING_AGE)
        if not draws.one_in(_WALKS_ONE_IN) or person.citizen == DEMO_CITIZEN
    )


def _of_age(home: Household, years: int) -> Iterator[Person]:
    for member in (*home.members, *home.cohabitants):
        if age_on(CENSUS, member.person.born_on) >= years:
            yield member.person


def _licence(draws: Draws, person: Person, home: str, seed: int) -> DrivingLicence:
    issued_on = _given(draws, person, ADULT if person.citizen == DEMO_CITIZEN else DRIVING_AGE)
    family, given = name_in_latin(person.name)
    driver = Driver(
        name=person.name,
        family_name_latin=family,
        given_name_latin=given,
        resident_number=person.resident_number,
        born_on=person.born_on,
        address=home,
    )
    return DrivingLicence(
        driver=driver,
        number=licence_number(draws, issued_on),
        classes=tuple(DrivingClass(name, issued_on) for name in draws.choice(_CLASSES)),
        office=places.offices(seed, places.district_of(home)).police,
        issued_on=issued_on,
        until=_renewal(issued_on),
        portrait=_portrait(person),
    )


def _given(draws: Draws, person: Person, years: int) -> date:
    """Return a day of the last nine years on which the person was so old: the card still holds."""
    old_enough = date(person.born_on.year + years, 12, 31)
    day = CENSUS - timedelta(days=draws.between(30, 9 * 365))
    return min(max(day, old_enough), CENSUS)


def _renewal(issued_on: date) -> date:
    """Return the last day of the tenth year."""
    return date(issued_on.year + _TERM, 12, 31)


def _portrait(person: Person) -> bytes:
    number = person.resident_number
    age = age_on(CENSUS, person.born_on)
    return portrait(look_of(sex_in(number), age, int(number.back[-1]) % CHOICES))
