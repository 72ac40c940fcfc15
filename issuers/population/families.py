"""Households of the synthetic population: who lives together, since when, and where before."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from issuers.population import names, places
from issuers.population.draws import Draws
from issuers.population.known import DEMO_CITIZEN, DEMO_HOUSEHOLD
from issuers.population.names import Name, Sex
from issuers.population.numbers import LAST_BIRTH, resident_number
from issuers.source.records import Change, Household, Member, PastHead, Person, Residence

# The register is as of this day whenever it is filled: the same people for the same seed.
CENSUS = date(2026, 1, 1)
_DEMO_PAST = 3
_LEFT_HOME = 27


class Shape(StrEnum):
    """Who a household consists of."""

    ALONE = "alone"
    COUPLE = "couple"
    FAMILY = "family"
    ONE_PARENT = "one parent"
    THREE_GENERATIONS = "three generations"
    WITH_COHABITANT = "with cohabitant"


# Out of 25 households, near the shares of the census.
_SHAPES = (
    *[Shape.ALONE] * 9,
    *[Shape.COUPLE] * 5,
    *[Shape.FAMILY] * 7,
    *[Shape.ONE_PARENT] * 2,
    Shape.THREE_GENERATIONS,
    Shape.WITH_COHABITANT,
)
_HAS_SPOUSE = {Shape.COUPLE, Shape.FAMILY, Shape.THREE_GENERATIONS, Shape.WITH_COHABITANT}
_HAS_CHILDREN = _HAS_SPOUSE - {Shape.COUPLE} | {Shape.ONE_PARENT}

_FORMED = ("전입세대구성", "세대분가", "혼인에 의한 세대구성")
_MOVED = ("전입", "전입", "전입", "세대합가")


@dataclass(slots=True)
class _Register:
    """The household in the making: its stream, and the people counted so far."""

    draws: Draws
    number: int
    people: int = 0

    def person(self, family_name: Name, sex: Sex, born_on: date) -> Person:
        """Return the household's next person."""
        full = family_name + names.given_name(self.draws, sex, born_on)
        number = resident_number(self.draws, born_on, sex)
        citizen = f"c{self.number:07d}-{self.people}"
        if self.number == DEMO_HOUSEHOLD and self.people == 0:
            citizen = DEMO_CITIZEN
        self.people += 1
        return Person(citizen, full.hangul, full.hanja, number, born_on)

    def born(self, first_year: int, last_year: int) -> date:
        """Return a birth date in these years, never one whose numbers are random."""
        year = self.draws.between(first_year, max(first_year, last_year))
        born_on = date(year, self.draws.between(1, 12), self.draws.between(1, 28))
        return min(born_on, LAST_BIRTH)


def household(draws: Draws, number: int, seed: int) -> tuple[Household, places.District]:
    """Return the household of this number and the district it lives in."""
    register = _Register(draws, number)
    demo = number == DEMO_HOUSEHOLD
    shape = Shape.WITH_COHABITANT if demo else draws.choice(_SHAPES)
    district = places.DISTRICTS[0] if demo else draws.choice(places.DISTRICTS)
    family, cohabitants = _people(register, shape)
    head = family[0][1]
    moves = _moves(draws, head.born_on, _DEMO_PAST if demo else draws.below(5))
    change = Change(moves[0], _reported(draws, moves[0]), draws.choice(_MOVED))
    made = Household(
        formation_reason=draws.choice(_FORMED),
        formed_on=moves[-1],
        address=places.address(draws, district),
        change=change,
        office=places.offices(seed, district).register,
        members=_members(family, change),
        cohabitants=_members(cohabitants, _arrival(draws, change)),
        past=_past(register, moves[1:], head),
    )
    return made, district


_Kin = tuple[str, Person]


def _people(register: _Register, shape: Shape) -> tuple[list[_Kin], list[_Kin]]:
    """Return the family, its head first, and the cohabitants, each with the relation."""
    draws = register.draws
    years = draws.between(34, 58) if shape in _HAS_CHILDREN else draws.between(22, 85)
    head_year = CENSUS.year - years
    name, sex = names.surname(draws), draws.choice(tuple(Sex))
    family = [("본인", register.person(name, sex, register.born(head_year, head_year)))]
    fathers_name = name
    if shape in _HAS_SPOUSE:
        spouse_name = names.surname(draws)
        family.append(("배우자", _spouse(register, spouse_name, sex, head_year)))
        fathers_name = name if sex is Sex.MALE else spouse_name
    if shape in _HAS_CHILDREN:
        family += _children(register, fathers_name, head_year)
    if shape is Shape.THREE_GENERATIONS:
        family.append(("모", _stranger(register, Sex.FEMALE, head_year - 32, head_year - 24)))
    if shape is not Shape.WITH_COHABITANT:
        return family, []
    return family, [("동거인", _stranger(register, draws.choice(tuple(Sex)), 1970, 2004))]


def _spouse(register: _Register, name: Name, of: Sex, head_year: int) -> Person:
    other = Sex.FEMALE if of is Sex.MALE else Sex.MALE
    return register.person(name, other, register.born(head_year - 3, head_year + 3))


def _stranger(register: _Register, sex: Sex, first_year: int, last_year: int) -> Person:
    """Return a person with a surname of their own."""
    name = names.surname(register.draws)
    return register.person(name, sex, register.born(first_year, last_year))


def _children(register: _Register, name: Name, head_year: int) -> list[_Kin]:
    """Return one to three children, the eldest first."""
    draws = register.draws
    first = head_year + 26
    births = sorted(
        register.born(first, min(first + 8, LAST_BIRTH.year)) for _ in range(draws.between(1, 3))
    )
    return [("자녀", register.person(name, draws.choice(tuple(Sex)), day)) for day in births]


def _moves(draws: Draws, born_on: date, past: int) -> list[date]:
    """Return the days of moving in, the current address first, none before the head was 20."""
    of_age = born_on.replace(year=born_on.year + 20)
    days = [max(of_age, draws.day_before(CENSUS, 90, 2500))]
    for _ in range(past):
        earlier = draws.day_before(days[-1], 300, 2500)
        if earlier < of_age:
            break
        days.append(earlier)
    return days


def _reported(draws: Draws, moved_in_on: date) -> date:
    """Return the day a move was reported: within fourteen days (주민등록법 §11, §16)."""
    return moved_in_on + timedelta(days=draws.below(14))


def _arrival(draws: Draws, change: Change) -> Change:
    """Return the arrival of a cohabitant, some time after the household moved in."""
    day = draws.day_after(change.moved_in_on, 14, 75)
    return Change(day, day, "전입")


def _members(kin: list[_Kin], change: Change) -> tuple[Member, ...]:
    """Return the people numbered from 1; who was born after the move came by birth."""
    return tuple(
        Member(number, person, relation, _joined(person, change))
        for number, (relation, person) in enumerate(kin, start=1)
    )


def _joined(person: Person, change: Change) -> Change:
    if person.born_on <= change.moved_in_on:
        return change
    return Change(person.born_on, person.born_on + timedelta(days=7), "출생등록")


def _past(register: _Register, moves: list[date], head: Person) -> tuple[Residence, ...]:
    """Return the addresses before the current one, the latest first."""
    draws = register.draws
    return tuple(
        Residence(
            number=number,
            address=places.address(draws, draws.choice(places.DISTRICTS)),
            change=Change(day, _reported(draws, day), draws.choice(_MOVED)),
            head=_head_then(draws, head, day),
        )
        for number, day in enumerate(moves, start=1)
    )


def _head_then(draws: Draws, head: Person, day: date) -> PastHead:
    """Return who was head at a past address: before the age of 27, often a parent."""
    if day.year - head.born_on.year > _LEFT_HOME or draws.one_in(2):
        return PastHead(head.name, "본인")
    given = names.given_name(draws, Sex.MALE, head.born_on.replace(year=head.born_on.year - 28))
    return PastHead(head.name[0] + given.hangul, "자녀")
