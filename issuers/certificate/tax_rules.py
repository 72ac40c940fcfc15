"""What the national and the local tax certificate have in common: the rules, not the forms.

Each proves that on the day of issue nothing is in arrears but what is lawfully put off (국세징수법
§107, 지방세징수법 §5). So with arrears there is no certificate; there is none that says "arrears".
"""

from collections.abc import Iterable
from datetime import date, timedelta

from issuers.certificate.kind import Validity
from issuers.errors import IssuerError, IssuerFailure
from issuers.grounds import Ground
from issuers.source.tax_records import Tax

# 30 days from the day of issue, which is not counted itself.
TERM = timedelta(days=30)


def overdue(open_taxes: Iterable[Tax], on: date) -> int:
    """Return the won that were due before ``on`` and are unpaid."""
    return sum(tax.amount for tax in open_taxes if tax.due_on < on)


def refuse_arrears(won: int) -> None:
    """Return when nothing is in arrears, or raise `IssuerError` (not_entitled)."""
    if won:
        detail = "taxes are in arrears: pay or defer them, then apply again"
        raise IssuerError(IssuerFailure.NOT_ENTITLED, detail, ground=Ground.ARREARS)


def valid_until(issued_on: date, open_taxes: Iterable[Tax], *, article: str) -> Validity:
    """Return the end of validity with its reason; ``article`` is the law it rests on.

    Thirty days; but when a tax already asked for falls due in that time, only until its due date,
    since after it the statement could be false.
    """
    until = issued_on + TERM
    first = min(open_taxes, key=lambda tax: tax.due_on, default=None)
    if first is None or first.due_on >= until:
        return Validity(until, f"발급일부터 30일 ({article})")
    return Validity(first.due_on, f"{first.item} 납부기한 {first.due_on.isoformat()} ({article})")
