"""The rules a catalogue file can name: when a certificate may be given, and how long it holds.

A rule makes a paper from an application and a record, and refuses; its further attributes are
what the file's claims can draw on beside ``application`` and ``record``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Protocol

from issuers.certificate.kind import Application, Validity
from issuers.certificate.register_paper import kept_until
from issuers.certificate.tax_rules import overdue, refuse_arrears, valid_until
from issuers.source.tax_records import Tax


class Paper(Protocol):
    """A certificate in the making."""

    @property
    def validity(self) -> Validity:
        """The last day it holds, and why."""
        ...


@dataclass(frozen=True, slots=True)
class TaxPaper:
    """``tax-payment``: nothing in arrears; 30 days, or until the first tax asked for is due.

    The record has ``open``, the taxes asked for and unpaid. ``article`` is the law on validity.
    """

    application: Application
    record: Any
    article: str

    def __post_init__(self) -> None:
        refuse_arrears(self.arrears)

    @property
    def arrears(self) -> int:
        """The won in arrears: none, or there is no certificate."""
        return overdue(self.record.open, self.application.issued_on)

    @property
    def no_arrears(self) -> bool:
        """Whether nothing is in arrears."""
        return self.arrears == 0

    @property
    def validity(self) -> Validity:
        """The last day it holds, and why."""
        issued_on = self.application.issued_on
        return valid_until(issued_on, self.record.open, article=self.article)


@dataclass(frozen=True, slots=True)
class KeptPaper:
    """``kept-90-days``: given to everybody the record knows, kept as register papers are."""

    application: Application
    record: Any
    article: str

    @property
    def validity(self) -> Validity:
        """The last day it is kept, and why."""
        return kept_until(self.application.issued_on)


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule by its paper; ``needs`` is what it reads of the record, by attribute and type.

    ``is_yearly`` is that of the kinds under it.
    """

    paper: type[TaxPaper] | type[KeptPaper]
    needs: Mapping[str, Any]
    is_yearly: bool = False


RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "tax-payment": Rule(TaxPaper, MappingProxyType({"open": tuple[Tax, ...]}), is_yearly=True),
        "kept-90-days": Rule(KeptPaper, MappingProxyType({})),
    }
)
