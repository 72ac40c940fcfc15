"""What a tax payment certificate is made from, and when it may be given at all.

국세징수법 §107: it proves that nothing is in arrears on the day of issue, taxes lawfully put off
(시행령 §94) excepted.
"""

from dataclasses import dataclass
from datetime import date

from issuers.certificate.kind import Application, Validity
from issuers.certificate.tax_rules import overdue, refuse_arrears, valid_until
from issuers.source.port import SourceOfRecord
from issuers.source.tax_records import TaxAccount

_VALIDITY = "국세징수법 시행령 §96①"


@dataclass(frozen=True, slots=True)
class TaxCertificate:
    """One certificate: who applied for what, and an account without arrears."""

    application: Application
    account: TaxAccount

    @property
    def validity(self) -> Validity:
        """The last day it is good for, and why (유효기간을 정한 사유)."""
        return valid_until(self.application.issued_on, self.account.open, article=_VALIDITY)


async def read(source: SourceOfRecord, application: Application) -> TaxCertificate:
    """Return the certificate for an application.

    Raises `IssuerError`: unknown_citizen, or not_entitled when a tax is in arrears.
    """
    account = await source.tax_account_of(application.subject)
    refuse_arrears(arrears(account, application.issued_on))
    return TaxCertificate(application, account)


def arrears(account: TaxAccount, on: date) -> int:
    """Return the won in arrears: due before ``on`` and unpaid, or owed by a trustee in kind."""
    return overdue(account.open, on) + account.trustee_arrears
