"""What has happened to people: new names, and military service."""

from datetime import date, timedelta

from issuers.certificate.protections import ADOPTED
from issuers.population.draws import Draws
from issuers.population.families import CENSUS
from issuers.population.known import ADOPTED_CHILD, DEMO_CITIZEN
from issuers.population.names import Sex, given_name
from issuers.population.numbers import sex_in
from issuers.source.records import Person, PersonalChange, ServiceRecord

_ADULT = 19
# One adult in so many has a new name, or new characters for the old one.
_RENAMED = 30
_REWRITTEN = 90
# Names that people give up are those of their grandparents' time.
_OLD_FASHION = date(1945, 1, 1)

# The oldest whose service is on file, and the youngest who can have begun it.
_FIRST_YEAR, _LAST_YEAR = 1935, 2005
# One man in so many did not serve, one woman in so many did.
_EXEMPT, _VOLUNTEER = 7, 150
_BRANCHES = ("육군", "육군", "육군", "육군", "육군", "해군", "공군", "해병대")
_SERVED, _SERVES = "병장", "상병"
_SERGEANT = "하사"
_ENDS = ("만기전역",) * 14 + ("의병전역",)
_CONSCRIPTION, _CONTRACT = (550, 800), (1440, 1470)


def personal_changes(draws: Draws, person: Person) -> tuple[PersonalChange, ...]:
    """Return the entries of 인적사항 변경, the earliest first; the demo citizen was renamed."""
    if person.citizen == ADOPTED_CHILD:
        return (_adopted(person),)
    demo = person.citizen == DEMO_CITIZEN
    first = person.born_on.replace(year=person.born_on.year + _ADULT)
    if first >= CENSUS:
        return ()
    found: list[PersonalChange] = []
    if draws.one_in(_RENAMED) or demo:
        found.append(_renamed(draws, person, _day_between(draws, first, CENSUS)))
    if draws.one_in(_REWRITTEN) and person.hanja:
        since = found[-1].changed_on if found else first
        found.append(_rewritten(draws, person, _day_between(draws, since, CENSUS), len(found)))
    return tuple(found)


def _renamed(draws: Draws, person: Person, day: date) -> PersonalChange:
    before = person.name
    while before == person.name:
        given = given_name(draws, sex_in(person.resident_number), _OLD_FASHION)
        before = person.name[0] + given.hangul
    return PersonalChange(1, "성명", before, person.name, day, "개명(법원 허가)")


def _adopted(person: Person) -> PersonalChange:
    """Return the change of name that came with a full adoption at the age of three."""
    day = date(person.born_on.year + 3, 5, 11)
    return PersonalChange(1, "성명", "현" + person.name[1:], person.name, day, ADOPTED)


def _rewritten(draws: Draws, person: Person, day: date, already: int) -> PersonalChange:
    given = given_name(draws, sex_in(person.resident_number), _OLD_FASHION).hanja
    before = person.hanja[0] + given
    return PersonalChange(already + 1, "한자성명", before, person.hanja, day, "한자 정정")


def service(draws: Draws, person: Person) -> ServiceRecord | None:
    """Return a person's military service; the demo citizen was a non-commissioned officer."""
    if not _FIRST_YEAR <= person.born_on.year <= _LAST_YEAR:
        return None
    man = sex_in(person.resident_number) is Sex.MALE
    demo = person.citizen == DEMO_CITIZEN
    if man and not draws.one_in(_EXEMPT):
        return _service(draws, person, _SERVED, _CONSCRIPTION)
    if not man and (draws.one_in(_VOLUNTEER) or demo):
        return _service(draws, person, _SERGEANT, _CONTRACT)
    return None


def _service(draws: Draws, person: Person, rank: str, days: tuple[int, int]) -> ServiceRecord:
    enlisted_on = draws.day_after(person.born_on.replace(day=1), 20 * 365, 22 * 365)
    enlisted_on = min(enlisted_on, CENSUS - timedelta(days=30))
    ends = draws.day_after(enlisted_on, *days)
    over = ends <= CENSUS
    # The unit 0000 gives out no numbers.
    number = f"{enlisted_on:%y}-0000{draws.digits(4)}"
    return ServiceRecord(
        branch=draws.choice(_BRANCHES),
        service_number=number,
        rank=rank if over or rank == _SERGEANT else _SERVES,
        enlisted_on=enlisted_on,
        discharged_on=ends if over else None,
        discharge_reason=draws.choice(_ENDS) if over else None,
    )


def _day_between(draws: Draws, first: date, last: date) -> date:
    return draws.day_after(first, 0, (last - first).days)
