"""Local tax accounts of the synthetic population: what each town levies, and what is put off."""

from datetime import date

from issuers.population import places
from issuers.population.draws import Draws
from issuers.population.known import DEMO_CITIZEN
from issuers.source.records import Person
from issuers.source.tax_records import Deferral, LocalTaxAccount, Tax, TaxAccount, Taxpayer

_ITEMS = ("재산세", "자동차세", "주민세", "지방소득세", "취득세", "등록면허세")
# The words of the local law, 지방세징수법 §25 to §25의2 and §105.
_DEFERRALS = ("징수유예", "고지유예", "체납처분유예")

# One account in so many: a tax asked for and not yet due, arrears, a deferral.
_DUE = 6
_OVERDUE = 20
_DEFERRED = 18


def local_tax_account(
    draws: Draws, person: Person, national: TaxAccount, *, home: str, seed: int, as_of: date
) -> LocalTaxAccount:
    """Return the town's account as it stands on ``as_of``; the demo citizen owes nothing.

    A business is the same at both authorities, what is owed is not.
    """
    demo = person.citizen == DEMO_CITIZEN
    business = national.taxpayer
    return LocalTaxAccount(
        taxpayer=Taxpayer(
            person.name, person.resident_number, home, business.company, business.business_number
        ),
        office=places.offices(seed, places.district_of(home)).local_tax,
        open=() if demo else _open(draws, as_of),
        deferrals=(_deferral(draws, as_of),) if draws.one_in(_DEFERRED) or demo else (),
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
    """Return a tax of 20,000 to 3,000,000 won in whole thousands."""
    return Tax(str(due_on.year), draws.choice(_ITEMS), due_on, draws.between(20, 3000) * 1000)
