"""Numbers that are well-formed and that nobody can have been given.

A synthetic number must never be a living person's. Two marks make these impossible, each alone:

- resident numbers carry the region code 97 to 99, which was never assigned, and
- the last digit is not the check digit.

Since October 2020 the digits behind the sex are random and unchecked, so any of them might be
somebody's: therefore the population holds nobody born after `LAST_BIRTH`.
"""

from datetime import date

from issuers.population.draws import Draws
from issuers.population.names import Sex
from issuers.source.records import ResidentNumber

# The last day on which the old numbering, with region and check digit, was in use.
LAST_BIRTH = date(2020, 10, 4)

_WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)
_UNASSIGNED_REGIONS = ("97", "98", "99")
_BUSINESS_WEIGHTS = (1, 3, 7, 1, 3, 7, 1, 3, 5)
_CENTURY = 2000
_FOREIGN_CENTURIES = (5, 7)
_FOREIGNERS_EXTRA = 2


def check_digit(twelve: str) -> int:
    """Return the check digit of a resident number's first twelve digits."""
    total = sum(w * int(d) for w, d in zip(_WEIGHTS, twelve, strict=True))
    return (11 - total % 11) % 10


def resident_number(draws: Draws, born_on: date, sex: Sex) -> ResidentNumber:
    """Return a well-formed number of the birth date and sex that was never issued."""
    return _number(draws, born_on, sex, 1 if born_on.year < _CENTURY else 3)


def foreigner_number(draws: Draws, born_on: date, sex: Sex) -> ResidentNumber:
    """Return the like of a foreigner's registration number (외국인등록번호), never issued.

    It is written like a resident number; its seventh digit is 5 to 8 where that one's is 1 to 4,
    and its check digit is two more.
    """
    return _number(draws, born_on, sex, 5 if born_on.year < _CENTURY else 7)


def sex_in(number: ResidentNumber) -> Sex:
    """Return the sex the seventh digit tells: odd for men."""
    return Sex.MALE if int(number.back[0]) % 2 else Sex.FEMALE


def _number(draws: Draws, born_on: date, sex: Sex, century: int) -> ResidentNumber:
    front = born_on.strftime("%y%m%d")
    first = century if sex is Sex.MALE else century + 1
    six = f"{first}{draws.choice(_UNASSIGNED_REGIONS)}{draws.digits(3)}"
    right = check_digit(front + six) + (_FOREIGNERS_EXTRA if century in _FOREIGN_CENTURIES else 0)
    return ResidentNumber(front, f"{six}{(right + draws.between(1, 9)) % 10}")


def business_check_digit(nine: str) -> int:
    """Return the check digit of a business registration number's first nine digits."""
    total = sum(w * int(d) for w, d in zip(_BUSINESS_WEIGHTS, nine, strict=True))
    total += int(nine[8]) * 5 // 10
    return (10 - total % 10) % 10


def business_number(draws: Draws) -> str:
    """Return a well-formed business registration number whose check digit is wrong."""
    nine = f"{draws.between(101, 699)}{draws.between(1, 79):02d}{draws.digits(4)}"
    wrong = (business_check_digit(nine) + draws.between(1, 9)) % 10
    return f"{nine[:3]}-{nine[3:5]}-{nine[5:]}{wrong}"


def licence_number(draws: Draws, issued_on: date) -> str:
    """Return a driving licence number of a region that was never assigned (those are 11 to 28)."""
    region, year = draws.between(90, 99), issued_on.strftime("%y")
    return f"{region}-{year}-{draws.digits(6)}-{draws.digits(2)}"


def telephone(draws: Draws, area: str) -> str:
    """Return a number of the area whose exchange, 0000, no operator can connect."""
    return f"{area}-0000-{draws.digits(4)}"
