"""The synthetic population: realistic, repeatable, and nobody real."""

import time
import tracemalloc
from collections import Counter
from datetime import date

import pytest

from issuers.population.census import Dossier, offices, population
from issuers.population.draws import Draws
from issuers.population.families import CENSUS
from issuers.population.known import DEMO_CITIZEN
from issuers.population.names import Name, Sex, given_name
from issuers.population.numbers import LAST_BIRTH, business_check_digit, check_digit
from issuers.source.records import Person
from tests.issuers.world import AS_OF

PEOPLE = list(population(households=1000, as_of=AS_OF))


def everyone() -> list[Person]:
    return [
        member.person
        for dossier in PEOPLE
        for member in (*dossier.household.members, *dossier.household.cohabitants)
    ]


def test_the_same_seed_gives_the_same_people() -> None:
    """
    A household depends on seed and number alone, so any part can be made again.
    """
    first_five = list(population(households=5, as_of=AS_OF))

    assert PEOPLE[:5] == first_five
    assert PEOPLE[:5] != list(population(seed=1, households=5, as_of=AS_OF))


def test_people_do_not_change_with_the_day() -> None:
    """
    Only tax accounts follow the day of filling; the register stays as it was.
    """
    later = list(population(households=50, as_of=date(2027, 6, 1)))

    assert [dossier.household for dossier in PEOPLE[:50]] == [one.household for one in later]
    assert [dossier.accounts for dossier in PEOPLE[:50]] != [one.accounts for one in later]


def test_the_demo_citizen_has_a_household_and_a_past() -> None:
    """
    Three members at least, a cohabitant, past addresses, a deferral, no arrears, of full age.
    """
    dossier = PEOPLE[0]
    account = dict(dossier.accounts)[DEMO_CITIZEN]

    assert DEMO_CITIZEN == dossier.household.head.citizen
    assert len(dossier.household.members) >= 3
    assert dossier.household.cohabitants
    assert 3 == len(dossier.household.past)
    assert dossier.household.head.hanja
    assert CENSUS.year - dossier.household.head.born_on.year >= 20
    assert account.deferrals
    assert account.taxpayer.business_number
    assert () == account.open
    assert 0 == account.trustee_arrears


def test_resident_numbers_are_well_formed_and_nobodys() -> None:
    """
    Birth date, the sex digit of the century; region and check digit as never issued.
    """
    residents = [person for person in everyone() if not person.resident_number.foreign]
    assert len(residents) < len(everyone())
    for person in residents:
        number = person.resident_number
        century = "12" if person.born_on.year < 2000 else "34"

        assert person.born_on.strftime("%y%m%d") == number.front
        assert number.back[0] in century
        assert number.back[1:3] in {"97", "98", "99"}
        assert 7 == len(number.back)
        assert str(check_digit(number.front + number.back[:6])) != number.back[6]
        assert person.born_on <= LAST_BIRTH


def test_the_check_digit_is_the_real_one() -> None:
    """
    Worked by hand: 900101-123456 has the weighted sum 124, so 11 - 124 % 11 = 8.
    """
    assert 8 == check_digit("900101123456")
    # Weighted sum 160, and 8 * 5 / 10 = 4: 10 - 164 % 10.
    assert 6 == business_check_digit("123456788")


def test_business_numbers_and_telephones_are_nobodys() -> None:
    """
    A wrong check digit, and the exchange 0000.
    """
    accounts = [account for dossier in PEOPLE for _citizen, account in dossier.accounts]
    numbers = [account.taxpayer.business_number for account in accounts]
    digits = [number.replace("-", "") for number in numbers if number]

    assert digits
    assert all(str(business_check_digit(ten[:9])) != ten[9] for ten in digits)
    assert all("-0000-" in office.phone for office in offices())


def test_times_are_in_order() -> None:
    """
    Nobody moves before having left; moves are reported within 14 days; nothing is in the future.
    """
    for dossier in PEOPLE:
        home = dossier.household
        days = [home.change.moved_in_on, *(past.change.moved_in_on for past in home.past)]

        assert days == sorted(days, reverse=True)
        assert home.formed_on == days[-1]
        for change in (home.change, *(past.change for past in home.past)):
            assert 0 <= (change.changed_on - change.moved_in_on).days < 14
            assert change.changed_on <= CENSUS
        for member in home.members:
            assert member.person.born_on <= member.change.moved_in_on


def test_families_are_plausible() -> None:
    """
    The head comes first; children bear the father's name and are younger than the head.
    """
    for dossier in PEOPLE:
        members = dossier.household.members
        relations = [member.relation for member in members]

        assert "본인" == relations[0]
        assert [1 + at for at in range(len(members))] == [member.number for member in members]
        children = [m.person for m in members if m.relation == "자녀"]
        assert all(child.born_on.year - members[0].person.born_on.year >= 16 for child in children)
        assert len({child.name[0] for child in children}) <= 1


def test_every_shape_and_every_tax_situation_occurs() -> None:
    """
    Enough variety to try every rule: alone and three generations, due, overdue, deferred, trustee.
    """
    sizes = Counter(len(dossier.household.members) for dossier in PEOPLE)
    relations = {m.relation for dossier in PEOPLE for m in dossier.household.members}
    accounts = [account for dossier in PEOPLE for _citizen, account in dossier.accounts]
    past_heads = {past.head.relation for dossier in PEOPLE for past in dossier.household.past}

    assert {1, 2, 3, 4, 5} <= set(sizes)
    assert {"본인", "배우자", "자녀", "모", "부", "제"} == relations
    assert any(dossier.household.cohabitants for dossier in PEOPLE)
    assert {"본인", "자녀"} == past_heads
    assert any(tax.due_on < AS_OF for account in accounts for tax in account.open)
    assert any(tax.due_on > AS_OF for account in accounts for tax in account.open)
    assert any(account.deferrals for account in accounts)
    assert any(account.trustee_arrears for account in accounts)
    assert any(not person.hanja for person in everyone())


def test_citizens_have_handles_of_their_own() -> None:
    """
    A handle names one person in the whole population.
    """
    handles = [person.citizen for person in everyone()]

    assert len(handles) == len(set(handles))


def test_a_thousand_households_take_less_than_two_seconds() -> None:
    """
    The demonstration is filled at its first start, while somebody waits; in CPU time.
    """
    start = time.process_time()
    made = sum(1 for _ in population(households=1000, as_of=AS_OF))

    assert 1000 == made
    assert time.process_time() - start < 2


def test_any_size_takes_the_same_memory() -> None:
    """
    Households come one by one: a million people need no more room than one household.
    """

    def last(_dossier: Dossier) -> None: ...

    tracemalloc.start()
    for dossier in population(households=300, as_of=AS_OF):
        last(dossier)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 1024 * 1024


@pytest.mark.parametrize("count", [341, 342, 2000])
def test_a_stream_of_draws_never_runs_dry(count: int) -> None:
    """
    1,024 octets hold 341 draws; the stream goes on after them, repeatable as before.
    """
    one, other = Draws(1, 2), Draws(1, 2)
    drawn = [one.below(1000) for _ in range(count)]

    assert drawn == [other.below(1000) for _ in range(count)]
    assert len(set(drawn)) > 250
    assert all(0 <= number < 1000 for number in drawn)


def test_a_given_name_never_repeats_a_syllable() -> None:
    """
    First and second syllables are drawn apart; when they meet, another first one is taken.
    """
    names = {
        given_name(Draws(seed, 0), sex, date(year, 1, 1)).hangul
        for seed in range(600)
        for sex in Sex
        for year in (1945, 1970, 1999)
    }

    assert all(name[0] != name[1] for name in names)
    assert any(name.startswith("한") for name in names)
    assert Name("김가람", "") == Name("김", "金") + Name("가람", "")
