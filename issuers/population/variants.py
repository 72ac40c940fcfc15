"""What some households are beside the usual: a foreign spouse, nobody knows where, very large.

Each variant changes a household that was already drawn, from a stream of its own; so the others
stay who they were.
"""

from dataclasses import replace
from datetime import date, timedelta

from issuers.population import names, places
from issuers.population.draws import Draws
from issuers.population.known import (
    DEMO_HOUSEHOLD,
    DEREGISTERED_HOUSEHOLD,
    FOREIGN_SPOUSE_HOUSEHOLD,
    LARGE_HOUSEHOLD,
    LARGE_HOUSEHOLD_MEMBERS,
    MANY_PAST_ADDRESSES,
    RESIDENCE_UNKNOWN_HOUSEHOLD,
)
from issuers.population.names import Sex
from issuers.population.numbers import foreigner_number, resident_number, sex_in
from issuers.source.records import Change, Household, Member, PastHead, Person, Residence

# Kept as they were drawn, whatever the odds below would make of them.
_PLAIN = {DEMO_HOUSEHOLD, DEREGISTERED_HOUSEHOLD, LARGE_HOUSEHOLD}
# One household in so many.
_UNKNOWN = 120
_FOREIGN = 40

_FOREIGN_NAMES = {
    Sex.FEMALE: ("NGUYEN THI HOA", "TRAN THI LAN", "WANG XIAOLI", "GARCIA MARIA", "SATO YUKI"),
    Sex.MALE: ("SMITH JOHN", "LI WEI", "NGUYEN VAN NAM", "BATBOLD GANZORIG", "MULLER HANS"),
}
# What the register says of how a foreign spouse and a lost resident came to be written there.
_RECORDED = "외국인 배우자 기재"
UNKNOWN_REASON = "거주불명등록"
# Behind the family of household `LARGE_HOUSEHOLD`: relation, sex, years older than the head.
_KIN = (
    ("부", Sex.MALE, 27),
    ("모", Sex.FEMALE, 25),
    ("제", Sex.MALE, -2),
    ("제", Sex.FEMALE, -4),
    ("제", Sex.MALE, -7),
)


def varied(draws: Draws, number: int, home: Household) -> Household:
    """Return the household as the register has it, its variant applied."""
    lost, foreign = draws.one_in(_UNKNOWN), draws.one_in(_FOREIGN)
    if number == LARGE_HOUSEHOLD:
        return _large(draws, number, home)
    plain = number in _PLAIN
    if number == RESIDENCE_UNKNOWN_HOUSEHOLD or (lost and not plain and len(home.members) == 1):
        return _lost(home)
    spouse = next((at for at in home.members if at.relation == "배우자"), None)
    if spouse and (number == FOREIGN_SPOUSE_HOUSEHOLD or (foreign and not plain)):
        return _married_abroad(draws, home, spouse)
    return home


def _lost(home: Household) -> Household:
    """Return a household registered at the office's own address (주민등록법 §20)."""
    found_out = Change(home.change.moved_in_on, home.change.changed_on, UNKNOWN_REASON)
    return replace(
        home,
        address=places.office_address(places.district_of(home.address)),
        change=found_out,
        members=tuple(replace(member, change=found_out) for member in home.members),
        cohabitants=(),
    )


def _married_abroad(draws: Draws, home: Household, spouse: Member) -> Household:
    sex = sex_in(spouse.person.resident_number)
    foreigner = Person(
        citizen=spouse.person.citizen,
        name=draws.choice(_FOREIGN_NAMES[sex]),
        hanja="",
        resident_number=foreigner_number(draws, spouse.person.born_on, sex),
        born_on=spouse.person.born_on,
    )
    written = replace(spouse.change, reason=_RECORDED)
    changed = replace(spouse, person=foreigner, change=written)
    members = tuple(changed if member is spouse else member for member in home.members)
    return replace(home, members=members)


def _large(draws: Draws, number: int, home: Household) -> Household:
    """Return the household with its whole kin, and its head with many addresses behind."""
    head = home.head
    kin = tuple(
        Member(
            at,
            _kin(draws, head, relation, (sex, older), f"c{number:07d}-{at - 1}"),
            relation,
            home.change,
        )
        for at, (relation, sex, older) in enumerate(_KIN, start=len(home.members) + 1)
    )
    members = (*home.members, *kin)[:LARGE_HOUSEHOLD_MEMBERS]
    past = _many(draws, home)
    return replace(
        home, members=members, past=past, formed_on=past[-1].change.moved_in_on, cohabitants=()
    )


def _kin(draws: Draws, head: Person, relation: str, kin: tuple[Sex, int], citizen: str) -> Person:
    sex, older = kin
    born_on = date(head.born_on.year - older, draws.between(1, 12), draws.between(1, 28))
    # A mother keeps the name she was born with; everybody else here has the head's.
    surname = names.surname(draws) if relation == "모" else names.surname_in(head.name)
    full = surname + names.given_name(draws, sex, born_on)
    return Person(citizen, full.hangul, full.hanja, resident_number(draws, born_on, sex), born_on)


def _many(draws: Draws, home: Household) -> tuple[Residence, ...]:
    """Return `MANY_PAST_ADDRESSES` addresses, the latest first, evenly back to the age of 20."""
    of_age = home.head.born_on.replace(year=home.head.born_on.year + 20)
    step = (home.change.moved_in_on - of_age).days // (MANY_PAST_ADDRESSES + 1)
    days = [
        home.change.moved_in_on - timedelta(days=step * back)
        for back in range(1, MANY_PAST_ADDRESSES + 1)
    ]
    return tuple(
        Residence(
            number=at,
            address=places.address(draws, draws.choice(places.DISTRICTS)),
            change=Change(day, day + timedelta(days=draws.below(14)), "전입"),
            head=PastHead(home.head.name, "본인"),
        )
        for at, day in enumerate(days, start=1)
    )
