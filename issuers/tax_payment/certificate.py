"""What a tax payment certificate is made from, and when it may be given at all.

국세징수법 §107: it proves that nothing is in arrears on the day of issue, taxes lawfully put off
(시행령 §94) excepted. So with arrears there is no certificate; there is none that says "arrears".
"""

from dataclasses import dataclass
from datetime import date, timedelta

from issuers.errors import IssuerError, IssuerFailure
from issuers.kind import Application, Validity
from issuers.source.port import SourceOfRecord
from issuers.source.records import Tax, TaxAccount

# 국세징수법 시행령 §96: 30 days from the day of issue, which is not counted itself.
TERM = timedelta(days=30)
TERM_REASON = "발급일부터 30일 (국세징수법 시행령 §96①)"


@dataclass(frozen=True, slots=True)
class TaxCertificate:
    """One certificate: who applied for what, and an account without arrears."""

    application: Application
    account: TaxAccount

    @property
    def validity(self) -> Validity:
        """The last day it is good for, and why (유효기간을 정한 사유)."""
        return valid_until(self.application.issued_on, self.account.open)


async def read(source: SourceOfRecord, application: Application) -> TaxCertificate:
    """Return the certificate for an application.

    Raises `IssuerError`: unknown_citizen, or not_entitled when a tax is in arrears.
    """
    account = await source.tax_account_of(application.citizen)
    if arrears(account, application.issued_on):
        raise IssuerError(
            IssuerFailure.NOT_ENTITLED, "taxes are in arrears: pay or defer them, then apply again"
        )
    return TaxCertificate(application, account)


def arrears(account: TaxAccount, on: date) -> int:
    """Return the won in arrears: due before ``on`` and unpaid, or owed by a trustee in kind."""
    overdue = sum(tax.amount for tax in account.open if tax.due_on < on)
    return overdue + account.trustee_arrears


def valid_until(issued_on: date, open_taxes: tuple[Tax, ...]) -> Validity:
    """Return the end of validity with its reason (국세징수법 시행령 §96).

    Thirty days; but when a tax already asked for falls due in that time, only until its due date,
    since after it the statement could be false.
    """
    until = issued_on + TERM
    first = min(open_taxes, key=lambda tax: tax.due_on, default=None)
    if first is None or first.due_on >= until:
        return Validity(until, TERM_REASON)
    reason = f"{first.item} 납부기한 {first.due_on.isoformat()} (국세징수법 시행령 §96①)"
    return Validity(first.due_on, reason)
