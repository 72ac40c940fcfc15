"""The people of demo mode, every one made up; the password of each is the sign-in name."""

from typing import Final

from verifiers.registered.registration import Registrations
from web.people import Person, PersonRole

DEMO_CITIZEN: Final = "demo"
SECOND_CITIZEN: Final = "c0000001-0"
_PEOPLE: Final = (
    Person("demo", "김예원", PersonRole.CITIZEN, DEMO_CITIZEN),
    Person("second", "한경숙", PersonRole.CITIZEN, SECOND_CITIZEN),
    Person("officer", "주민등록 담당", PersonRole.OFFICER, "resident-registry"),
    Person("tax-officer", "국세 담당", PersonRole.OFFICER, "national-tax-service"),
    Person("city-officer", "지방세 담당", PersonRole.OFFICER, "local-tax-office"),
    Person("id-officer", "신분증 담당", PersonRole.OFFICER, "mobile-id"),
)
_AUDITOR: Final = Person("auditor", "감사 담당", PersonRole.AUDITOR, "auditor")


def demo_people(registrations: Registrations) -> tuple[Person, ...]:
    """Return citizens, an officer per authority, who may ask or read originals, an auditor."""
    desks = (
        Person(party.id, party.names.ko, PersonRole.INSTITUTION, party.id)
        for party in registrations.parties
    )
    custodians = (
        Person(f"{party.id}-keeper", party.names.ko, PersonRole.CUSTODIAN, party.id)
        for party in registrations.parties
        if party.keeps_originals
    )
    return (*_PEOPLE, *desks, *custodians, _AUDITOR)
