"""Tax accounts of the synthetic population: most in order, some due, deferred or in arrears."""

from datetime import date

from issuers.population import places
from issuers.population.draws import Draws
from issuers.population.known import DEMO_CITIZEN
from issuers.population.numbers import business_number
from issuers.source.records import Person
from issuers.source.tax_records import Deferral, Tax, TaxAccount, Taxpayer

_ITEMS = ("종합소득세", "부가가치세", "양도소득세", "증여세", "상속세")
_DEFERRALS = ("지정납부기한의 연장", "납부고지의 유예", "압류·매각의 유예")
_COMPANIES = (
    "한빛상사",
    "푸른식당",
    "새벽인쇄",
    "다온커피",
    "가람건설",
    "누리전자",
    "해솔약국",
    "두레유통",
)

# One account in so many: a shop, a tax asked for and not yet due, arrears, a deferral, a trustee.
_BUSINESS = 7
_DUE = 8
_OVERDUE = 25
_DEFERRED = 16
_TRUSTEE = 300


def tax_account(
    draws: Draws, person: Person, home: str, district: places.District, *, seed: int, as_of: date
) -> TaxAccount:
    """Return a person's account as it stands on ``as_of``; the demo citizen owes nothing."""
    demo = person.citizen == DEMO_CITIZEN
    business = draws.one_in(_BUSINESS) or demo
    taxpayer = Taxpayer(
        name=person.name,
        resident_number=person.resident_number,
        address=home,
        company=draws.choice(_COMPANIES) if business else None,
        business_number=business_number(draws) if business else None,
    )
    return TaxAccount(
        taxpayer=taxpayer,
        office=places.offices(seed, district).tax,
        open=() if demo else _open(draws, as_of),
        deferrals=(_deferral(draws, as_of),) if draws.one_in(_DEFERRED) or demo else (),
        trustee_arrears=_amount(draws) if draws.one_in(_TRUSTEE) and not demo else 0,
    )


def _open(draws: Draws, as_of: date) -> tuple[Tax, ...]:
    """Return what is asked for and unpaid: due within 40 days, or overdue up to 200."""
    due = (_tax(draws, draws.day_after(as_of, 1, 40)),) if draws.one_in(_DUE) else ()
    overdue = (_tax(draws, draws.day_before(as_of, 1, 200)),) if draws.one_in(_OVERDUE) else ()
    return overdue + due


def _deferral(draws: Draws, as_of: date) -> Deferral:
    since = draws.day_before(as_of, 1, 150)
    until = draws.day_after(as_of, 45, 210)
    return Deferral(1, draws.choice(_DEFERRALS), since, until, _tax(draws, since))


def _tax(draws: Draws, due_on: date) -> Tax:
    return Tax(f"{due_on.year - 1}년 귀속", draws.choice(_ITEMS), due_on, _amount(draws))


def _amount(draws: Draws) -> int:
    """Return 100,000 to 20,000,000 won in whole ten thousands."""
    return draws.between(10, 2000) * 10_000
