"""What the tax authorities' sources of record answer, as frozen types.

A `TaxAccount` is the tax service's, a `LocalTaxAccount` a town's; neither reads the other's, nor
the registry's households.
"""

from dataclasses import dataclass
from datetime import date

from issuers.source.records import Office, ResidentNumber


@dataclass(frozen=True, slots=True)
class Taxpayer:
    """``company`` and ``business_number`` are None for people without a business."""

    name: str
    resident_number: ResidentNumber
    address: str
    company: str | None
    business_number: str | None


@dataclass(frozen=True, slots=True)
class Tax:
    """One tax asked for: ``amount`` in won, due at the end of ``due_on``.

    ``period`` is what it is for: a tax period (과세기간), or for a local tax its year (과세연도).
    """

    period: str
    item: str
    due_on: date
    amount: int


@dataclass(frozen=True, slots=True)
class Deferral:
    """A tax whose payment, seizure or sale is put off, and until when.

    ``kind`` is the law's word for it: the national one (국세징수법 시행령 §94) and the local one
    have words of their own.
    """

    number: int
    kind: str
    since: date
    until: date
    tax: Tax


@dataclass(frozen=True, slots=True)
class TaxAccount:
    """``open`` are the taxes asked for and unpaid, deferred ones not among them.

    ``trustee_arrears`` (won) are those of a trustee liable in kind (수탁자 물적납세의무).
    """

    taxpayer: Taxpayer
    office: Office
    open: tuple[Tax, ...]
    deferrals: tuple[Deferral, ...]
    trustee_arrears: int


@dataclass(frozen=True, slots=True)
class LocalTaxAccount:
    """A town's account of one taxpayer (지방세); ``office`` is the 시장·군수·구청장's."""

    taxpayer: Taxpayer
    office: Office
    open: tuple[Tax, ...]
    deferrals: tuple[Deferral, ...]
