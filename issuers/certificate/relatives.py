"""About whom a citizen can apply without an officer: the household, and one's minor children.

The list is made of the citizen's own copy of the register, which prints the same people; it leaves
nobody out who is protected from the citizen, as a gap would tell. Such an application is refused
like every other (`issuers.register.citizens.check_relation`).
"""

from datetime import date
from typing import Any, Final

from issuers.ages import ADULT, age_on
from issuers.certificate.authority import RESIDENT_REGISTRY
from issuers.certificate.kind import Kind
from issuers.source.records import Household, Person

# The register's words for a household's head, the head's spouse, and their child.
PARENTS: Final = ("본인", "배우자")
CHILD: Final = "자녀"


def relatives(
    home: Household, citizen: str, kind: Kind[Any], *, today: date
) -> tuple[Person, ...]:
    """Return whom the citizen can apply about, in the register's order.

    Papers of the register are the household's (주민등록법 제29조제2항); of another authority's a
    parent can have a minor child's (민법 제911조).
    """
    own = next((each for each in home.members if each.person.citizen == citizen), None)
    if own is None or kind.is_personal:
        return ()
    others = [each for each in home.members if each is not own]
    if kind.authority == RESIDENT_REGISTRY:
        return tuple(each.person for each in others)
    if own.relation not in PARENTS:
        return ()
    children = (each.person for each in others if each.relation == CHILD)
    return tuple(child for child in children if age_on(today, child.born_on) < ADULT)
