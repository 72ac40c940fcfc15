"""The copy of the resident register: what it says of whom."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from issuers.ages import age_on
from issuers.certificate.kind import Purpose
from issuers.certificate.register_paper import kept
from issuers.issuance.issuing import application_for
from issuers.numbers.numbering import Numbers
from issuers.offers.offer import Entitlement
from issuers.population.census import population
from issuers.population.known import FOREIGN_SPOUSE_HOUSEHOLD
from issuers.resident_register.copy import RegisterCopy, read
from issuers.resident_register.kind import KIND
from issuers.source.records import Person, ResidentNumber
from tests.issuers.fixed_source import FixedSource
from tests.issuers.world import AS_OF, NOW

DEMO = next(population(households=1, as_of=AS_OF))


def copy_for(citizen: str) -> RegisterCopy:
    entitlement = Entitlement("resident-registry", KIND.name, citizen, Purpose("전세 계약"))
    application = application_for(entitlement, Numbers("1", "2"), now=NOW)
    everyone = (*DEMO.household.members, *DEMO.household.cohabitants)
    people = {member.person.citizen: member.person for member in everyone}
    return RegisterCopy(application, people[citizen], DEMO.household)


def claims_for(citizen: str) -> Any:
    return KIND.claims(copy_for(citizen))


def test_the_copy_says_what_the_register_says() -> None:
    """
    Head, members, cohabitants and addresses are those of the household.
    """
    claims = claims_for("demo")
    home = DEMO.household

    assert home.head.name == claims["applicant"]
    assert "전세 계약" == claims["purpose"]
    assert "2026-11-22" == claims["issued_on"]
    assert {
        "head_name": home.head.name,
        "head_name_hanja": home.head.hanja,
        "formation_reason": home.formation_reason,
        "formed_on": home.formed_on.isoformat(),
    } == claims["household"]
    assert len(home.members) == len(claims["members"])
    assert len(home.cohabitants) == len(claims["cohabitants"])
    assert len(home.past) == len(claims["past_addresses"])


def test_any_member_may_apply_for_the_household() -> None:
    """
    시행령 §47⑩: the copy is the household's; only applicant and ages follow who asks.
    """
    child = DEMO.household.members[-1].person
    guest = DEMO.household.cohabitants[0].person

    assert child.name == claims_for(child.citizen)["applicant"]
    assert guest.name == claims_for(guest.citizen)["applicant"]
    assert claims_for("demo")["members"] == claims_for(child.citizen)["members"]


async def test_the_copy_is_of_the_subjects_household() -> None:
    """
    Somebody may apply for another household's copy; it names them and tells of the others.
    """
    stranger = Person("c9", "홍길동", "", ResidentNumber("900101", "1990001"), date(1990, 1, 1))
    application = replace(copy_for("demo").application, citizen="c9", about="demo")
    source = FixedSource(person=stranger, home=DEMO.household)
    claims: Any = KIND.claims(await read(source, application))

    assert "홍길동" == claims["applicant"]
    assert DEMO.household.head.name == claims["household"]["head_name"]


def test_a_foreign_spouse_is_a_member_with_a_foreigners_number() -> None:
    """
    외국인 배우자: Latin name, no hanja, the foreigner's number in the place of a resident's.
    """
    home = list(population(households=8, as_of=AS_OF))[FOREIGN_SPOUSE_HOUSEHOLD].household
    spouse = home.members[1].person
    claims: Any = KIND.claims(replace(copy_for("demo"), household=home))

    assert spouse.name == claims["members"][1]["name"]
    assert "name_hanja" not in claims["members"][1]
    assert f"{spouse.resident_number.front}-*******" == claims["members"][1]["resident_number"]
    assert claims["members"][1]["resident_number_back"][0] in "5678"
    assert "외국인 배우자 기재" == claims["members"][1]["change_reason"]


def test_past_heads_are_left_out_by_rule() -> None:
    """
    시행규칙 §13⑦: a past address does not say who was head there.
    """
    addresses = claims_for("demo")["past_addresses"]

    assert addresses
    for address in addresses:
        assert {"number", "address", "moved_in_on", "changed_on", "change_reason"} == set(address)


def test_the_back_half_of_a_number_is_a_claim_of_its_own() -> None:
    """
    §13⑤: whoever sees the masked number learns nothing of the other half.
    """
    shown = claims_for("demo")["members"][0]
    number = DEMO.household.head.resident_number

    assert f"{number.front}-*******" == shown["resident_number"]
    assert number.back == shown["resident_number_back"]


@pytest.mark.parametrize(
    ("day", "age"),
    [
        (date(2023, 2, 27), 18),
        (date(2023, 2, 28), 18),
        (date(2023, 3, 1), 19),
        (date(2024, 2, 28), 19),
        (date(2024, 2, 29), 20),
    ],
)
def test_a_birthday_on_a_leap_day_is_reached_on_the_first_of_march(day: date, age: int) -> None:
    """
    만 나이 counts completed years; in years without the day, the next day completes one.
    """
    assert age == age_on(day, date(2004, 2, 29))


@pytest.mark.parametrize("years", [14, 19, 65])
def test_ages_are_signed_as_yes_or_no(years: int) -> None:
    """
    The fact is derived by the authority, so the birth date need not be shown.
    """
    for member in DEMO.household.members:
        expected = age_on(AS_OF, member.person.born_on) >= years

        assert expected is claims_for(member.person.citizen)[f"age_over_{years}"]


def test_a_copy_is_kept_for_ninety_days() -> None:
    """
    The law sets no end; the electronic document wallet keeps copies for 90 days.
    """
    found = kept(copy_for("demo"))

    assert date(2027, 2, 20) == found.until
    assert "90" in found.reason
