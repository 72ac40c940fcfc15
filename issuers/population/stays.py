"""Where each person has lived since birth: with the household, and before they came to it."""

from dataclasses import dataclass
from datetime import date, timedelta

from issuers.population import places
from issuers.population.draws import Draws
from issuers.population.names import Sex, given_name
from issuers.source.records import (
    Change,
    Household,
    Member,
    PastHead,
    Person,
    RegisterStatus,
    Residence,
    Stay,
)

_BIRTH = "출생등록"
_OF_AGE = 20


@dataclass(frozen=True, slots=True)
class _Line:
    """A stay without its number."""

    address: str
    change: Change
    head: PastHead


def stays(
    draws: Draws, home: Household, member: Member, status: RegisterStatus
) -> tuple[Stay, ...]:
    """Return every address of a member of the household, the latest first, back to birth.

    ``status`` is that of the current one; before, everybody was a resident.
    """
    now = _Line(home.address, member.change, PastHead(home.head.name, member.relation))
    lines = [now, *_before(draws, home, member)]
    if lines[-1].change.moved_in_on > member.person.born_on:
        lines.append(_birth(draws, home, member))
    return tuple(
        Stay(
            number,
            line.address,
            line.change,
            line.head,
            status if number == 1 else RegisterStatus.RESIDENT,
        )
        for number, line in enumerate(lines, start=1)
    )


def _before(draws: Draws, home: Household, member: Member) -> list[_Line]:
    """Return where a member lived after childhood and before the current address."""
    if member.number == 1 and member.relation == "본인":
        return [_Line(past.address, past.change, past.head) for past in home.past]
    own = [past for past in home.past if past.head.relation == "본인"]
    if member.relation == "자녀":
        return _with_parents(own, home, member)
    if member.relation == "배우자":
        married = own[: draws.below(len(own) + 1)]
        return [_shared(past, member) for past in married]
    return _alone(draws, member)


def _shared(past: Residence, member: Member) -> _Line:
    return _Line(past.address, past.change, PastHead(past.head.name, member.relation))


def _with_parents(own: list[Residence], home: Household, child: Member) -> list[_Line]:
    """Return the household's addresses since the child's birth; at one of them it was born."""
    born_on, lines = child.person.born_on, []
    until = child.change.moved_in_on
    for past in own:
        if until <= born_on:
            break
        until = past.change.moved_in_on
        if until < born_on:
            lines.append(_Line(past.address, _born(born_on), PastHead(past.head.name, "자녀")))
        else:
            lines.append(_shared(past, child))
    return lines


def _alone(draws: Draws, member: Member) -> list[_Line]:
    """Return an address of one's own between coming of age and joining the household, or none."""
    of_age = member.person.born_on + timedelta(days=_OF_AGE * 366)
    room = (member.change.moved_in_on - of_age).days
    if room <= 1 or draws.one_in(4):
        return []
    day = draws.day_after(of_age, 0, room - 1)
    head = PastHead(member.person.name, "본인")
    address = places.address(draws, draws.choice(places.DISTRICTS))
    return [_Line(address, Change(day, day, "전입"), head)]


def _birth(draws: Draws, home: Household, member: Member) -> _Line:
    """Return the address of one's birth, with a parent as head."""
    person = member.person
    address = places.address(draws, draws.choice(places.DISTRICTS))
    head = home.head.name if member.relation == "자녀" else _father(draws, person)
    return _Line(address, _born(person.born_on), PastHead(head, "자녀"))


def _father(draws: Draws, person: Person) -> str:
    born_on = date(person.born_on.year - 29, 1, 1)
    return person.name[0] + given_name(draws, Sex.MALE, born_on).hangul


def _born(born_on: date) -> Change:
    return Change(born_on, born_on + timedelta(days=7), _BIRTH)
