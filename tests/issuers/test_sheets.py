"""The people behind the abstract: sheets of the register, variants, local tax accounts."""

from collections import Counter
from datetime import date
from itertools import pairwise

from issuers.population.census import Dossier, population
from issuers.population.families import CENSUS
from issuers.population.known import (
    ADOPTED_CHILD,
    DEMO_CITIZEN,
    DEREGISTERED_CITIZEN,
    DEREGISTERED_HOUSEHOLD,
    FOREIGN_SPOUSE_CITIZEN,
    FOREIGN_SPOUSE_HOUSEHOLD,
    LARGE_HOUSEHOLD,
    LARGE_HOUSEHOLD_HEAD,
    LARGE_HOUSEHOLD_MEMBERS,
    MANY_PAST_ADDRESSES,
    RESIDENCE_UNKNOWN_CITIZEN,
    RESIDENCE_UNKNOWN_HOUSEHOLD,
)
from issuers.population.numbers import check_digit
from issuers.source.records import RegisterFile, RegisterStatus
from tests.issuers.world import AS_OF

PEOPLE = list(population(households=1000, as_of=AS_OF))
SHEETS = {sheet.person.citizen: sheet for dossier in PEOPLE for sheet in dossier.sheets}


def of(citizen: str) -> RegisterFile:
    return SHEETS[citizen]


def test_sheets_are_the_same_every_time() -> None:
    """
    Sheets follow from seed and household, whenever and wherever they are made.
    """
    again = next(population(first=77, households=78, as_of=date(2030, 1, 1)))

    assert PEOPLE[77].household == again.household
    assert PEOPLE[77].sheets == again.sheets


def test_a_population_can_begin_anywhere_and_go_on() -> None:
    """
    A load that was interrupted goes on at the first household that is missing.
    """
    endless = population(first=998, households=None, as_of=AS_OF)

    assert PEOPLE[998:] == [next(endless), next(endless)]
    assert 1000 == next(endless).number


def test_everybody_has_a_sheet_but_foreigners() -> None:
    """
    One sheet for each resident, and for each who emigrated.
    """
    for dossier in PEOPLE:
        home = dossier.household
        everyone = [member.person for member in (*home.members, *home.cohabitants)]
        residents = {one.citizen for one in everyone if not one.resident_number.foreign}
        with_sheet = {sheet.person.citizen for sheet in dossier.sheets}
        left = with_sheet - residents

        assert residents <= with_sheet
        assert all(of(one).status is RegisterStatus.DEREGISTERED for one in left)
        assert not left & {one.citizen for one in everyone}


def test_addresses_go_back_to_birth_without_a_gap() -> None:
    """
    The latest first, numbered from 1, each before the next, the first one at birth.
    """
    for sheet in SHEETS.values():
        days = [stay.change.moved_in_on for stay in sheet.stays]

        assert list(range(1, len(days) + 1)) == [stay.number for stay in sheet.stays]
        assert all(later > earlier for later, earlier in pairwise(days)), sheet
        assert sheet.person.born_on == days[-1]
        assert all(stay.change.changed_on <= CENSUS for stay in sheet.stays)


def test_the_current_address_is_the_households() -> None:
    """
    Head and relation there are those of the household's copy.
    """
    for dossier in PEOPLE:
        home = dossier.household
        for member in (*home.members, *home.cohabitants):
            if member.person.resident_number.foreign:
                continue
            current = of(member.person.citizen).current

            assert home.address == current.address
            assert (home.head.name, member.relation) == (current.head.name, current.head.relation)
            assert member.change == current.change


def test_the_demo_citizen_was_renamed_served_and_moved() -> None:
    """
    The demonstration shows every block of the abstract.
    """
    sheet = of(DEMO_CITIZEN)

    assert "김예원" == sheet.person.name
    assert ["성명"] == [change.item for change in sheet.personal_changes]
    assert sheet.person.name == sheet.personal_changes[0].after
    assert sheet.person.name != sheet.personal_changes[0].before
    assert sheet.service is not None
    assert "하사" == sheet.service.rank
    assert 5 == len(sheet.stays)
    assert 5 == len({stay.address for stay in sheet.stays})


def test_the_large_household_has_ten_members_and_thirty_addresses() -> None:
    """
    Parents, spouse, children, brothers and sisters; every number different.
    """
    home = PEOPLE[LARGE_HOUSEHOLD].household
    people = [member.person for member in home.members]

    assert LARGE_HOUSEHOLD_MEMBERS == len(home.members)
    assert LARGE_HOUSEHOLD_HEAD == home.head.citizen
    assert 10 == len({one.citizen for one in people})
    assert 10 == len({one.resident_number for one in people})
    assert list(range(1, 11)) == [member.number for member in home.members]
    assert MANY_PAST_ADDRESSES == len({past.address for past in home.past})
    assert MANY_PAST_ADDRESSES < len(of(LARGE_HOUSEHOLD_HEAD).stays)
    assert home.formed_on == home.past[-1].change.moved_in_on


def test_who_cannot_be_found_is_registered_at_the_office() -> None:
    """
    주민등록법 §20: 거주불명자 stand at the office's own address, and so does their status.
    """
    home = PEOPLE[RESIDENCE_UNKNOWN_HOUSEHOLD].household
    sheet = of(RESIDENCE_UNKNOWN_CITIZEN)

    assert home.address.endswith("(행정상 관리주소)")
    assert "거주불명등록" == home.change.reason == sheet.current.change.reason
    assert RegisterStatus.UNKNOWN is sheet.current.status
    assert {RegisterStatus.RESIDENT} == {stay.status for stay in sheet.stays[1:]}


def test_who_emigrated_has_a_closed_sheet_and_no_household() -> None:
    """
    말소자 are on no household's copy; their sheet says since when and why.
    """
    sheet = of(DEREGISTERED_CITIZEN)
    home = PEOPLE[DEREGISTERED_HOUSEHOLD].household

    assert DEREGISTERED_CITIZEN not in {member.person.citizen for member in home.members}
    assert "국외이주" == sheet.current.change.reason
    assert RegisterStatus.DEREGISTERED is sheet.current.status


def test_a_foreign_spouse_has_a_foreigners_number_and_no_sheet() -> None:
    """
    외국인 배우자: written in Latin letters, no hanja, seventh digit 5 to 8, nobody's number.
    """
    home = PEOPLE[FOREIGN_SPOUSE_HOUSEHOLD].household
    spouses = [
        member
        for dossier in PEOPLE
        for member in dossier.household.members
        if member.person.resident_number.foreign
    ]

    assert FOREIGN_SPOUSE_CITIZEN in {member.person.citizen for member in home.members}
    assert FOREIGN_SPOUSE_CITIZEN in {spouse.person.citizen for spouse in spouses}
    for spouse in spouses:
        number = spouse.person.resident_number
        right = (check_digit(number.front + number.back[:6]) + 2) % 10
        assert "배우자" == spouse.relation
        assert number.back[0] in "5678"
        assert str(right) != number.back[6]
        assert spouse.person.name.isascii()
        assert "" == spouse.person.hanja
        assert spouse.person.citizen not in SHEETS


def test_every_variant_occurs_by_itself() -> None:
    """
    Not only the known citizens: a few in a thousand households are lost, emigrated, foreign.
    """
    statuses = Counter(sheet.status for sheet in SHEETS.values())
    foreign = [
        member
        for dossier in PEOPLE
        for member in dossier.household.members
        if member.person.resident_number.foreign
    ]
    items = {change.item for sheet in SHEETS.values() for change in sheet.personal_changes}
    minors = [
        sheet
        for sheet in SHEETS.values()
        if sheet.person.born_on.year > CENSUS.year - 14 and sheet.person.citizen != ADOPTED_CHILD
    ]

    assert statuses[RegisterStatus.UNKNOWN] > 1
    assert statuses[RegisterStatus.DEREGISTERED] > 5
    assert len(foreign) > 5
    assert {"성명", "한자성명"} == items
    assert minors
    assert all(not sheet.personal_changes and sheet.service is None for sheet in minors)


def test_service_is_plausible() -> None:
    """
    Begun after the age of 19; whoever still serves has no day and no reason of discharge.
    """
    records = [sheet for sheet in SHEETS.values() if sheet.service is not None]

    for sheet in records:
        service = sheet.service
        assert service is not None
        assert service.enlisted_on.year - sheet.person.born_on.year >= 19
        assert (service.discharged_on is None) is (service.discharge_reason is None)
        assert service.discharged_on is None or service.discharged_on > service.enlisted_on
        assert "-0000" in service.service_number
    assert any(sheet.service and sheet.service.discharged_on is None for sheet in records)
    assert len(records) > 300


def test_towns_have_their_own_words_and_accounts() -> None:
    """
    Local items and deferrals are not the national ones; the demo citizen owes nothing.
    """
    accounts = [one for dossier in PEOPLE for _citizen, one in dossier.local_accounts]
    kinds = {deferral.kind for account in accounts for deferral in account.deferrals}
    demo = dict(PEOPLE[0].local_accounts)[DEMO_CITIZEN]

    assert {"징수유예", "고지유예", "체납처분유예"} == kinds
    assert any(tax.due_on < AS_OF for account in accounts for tax in account.open)
    assert any(tax.due_on > AS_OF for account in accounts for tax in account.open)
    assert () == demo.open
    assert demo.deferrals
    assert demo.office.name.endswith("구청장")
    assert "세무과" == demo.office.department


def test_one_business_is_known_to_both_authorities() -> None:
    """
    Two copies of one fact: trade name and number agree, what is owed does not.
    """
    both = [
        (dict(dossier.accounts)[citizen], local)
        for dossier in PEOPLE[:100]
        for citizen, local in dossier.local_accounts
    ]

    assert both
    assert all(national.taxpayer == local.taxpayer for national, local in both)


def test_handles_are_different_with_those_who_left() -> None:
    """
    A handle names one person, whether they are still in a household or not.
    """

    def handles(dossier: Dossier) -> set[str]:
        home = dossier.household
        there = {member.person.citizen for member in (*home.members, *home.cohabitants)}
        return there | {sheet.person.citizen for sheet in dossier.sheets}

    every = [handle for dossier in PEOPLE for handle in handles(dossier)]

    assert len(every) == len(set(every))
