"""A kind of certificate: who issues it, what its form holds, where it is read, how long it lasts.

A folder ``issuers/<anything>/kind.py`` with a ``KIND`` is all a new kind needs.
"""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Generic, TypeVar

from consent.forms.statutory import StatutoryView
from issuers.certificate.approval import Approval
from issuers.certificate.authority import Authority
from issuers.certificate.form import Described, Rows, claims_of, described
from issuers.certificate.options import Chosen, Option, complete
from issuers.errors import IssuerError, IssuerFailure
from issuers.label import Label
from issuers.source.port import SourceOfRecord
from keys.json_value import JsonObject
from standards.openid4vci.configuration import KeyAttestationsRequired
from standards.profiles import DC_SD_JWT
from standards.sd_jwt.frame import Frame, filled

Record = TypeVar("Record")

# Where type metadata lives below the issuer identifier, and the edition of the claim names.
EDITION = 1


@dataclass(frozen=True, slots=True)
class Purpose:
    """What the citizen asks the certificate for; the form prints it (용도, 사용목적).

    ``detail`` and ``payer`` are only on forms that have these fields.
    """

    name: str
    detail: str | None = None
    payer: str | None = None


@dataclass(frozen=True, slots=True)
class Application:
    """One request for a certificate: by whom, for what, and the numbers the authority gave it.

    ``citizen`` applies and will hold the certificate; ``about`` is whom it tells of, empty for
    oneself. ``issued_on`` is the day in Korea. ``issue_number`` identifies the certificate to the
    operator, ``document_number`` to whoever checks it. ``view`` is the rule under which somebody
    else's certificate is given, None for one's own and for the household's.
    """

    citizen: str
    purpose: Purpose
    issued_on: date
    issue_number: str
    document_number: str
    about: str = ""
    options: Chosen = ()
    view: StatutoryView | None = None

    @property
    def subject(self) -> str:
        """The citizen whose record is read."""
        return self.about or self.citizen


@dataclass(frozen=True, slots=True)
class Validity:
    """The last day of validity in Korea, and why that day."""

    until: date
    reason: str


@dataclass(frozen=True)
class Kind(Generic[Record]):
    """One kind of certificate, generic in the record its form reads.

    ``read`` gets the subject's record from the authority's source, or raises `IssuerError`
    (not_entitled, unknown_citizen). ``purposes`` are the form's choices; empty means free text.
    ``purpose`` is what an offer without one gets, ``options`` what the applicant may choose.
    ``key_attestation`` is what a wallet provider must have vouched for of the holder's keys; None
    demands nothing. ``approval`` says whose papers of the kind an officer decides about first.
    ``format`` is what its certificates are written in. ``doctype`` is the type of those that are
    no SD-JWT VC, and has no address (ISO/IEC 18013-5 section 6.2).
    ``is_personal``: only whom it is about can have it, as an identity card.
    ``is_yearly`` lets a citizen order it for when the year's are made (`issuers.offers.years`).
    """

    name: str
    authority: Authority
    label: Label
    description: Label
    article: str
    form: Rows[Record]
    read: Callable[[SourceOfRecord, Application], Awaitable[Record]]
    validity: Callable[[Record], Validity]
    purpose: Purpose
    purposes: frozenset[str] = frozenset()
    options: tuple[Option, ...] = ()
    key_attestation: KeyAttestationsRequired | None = None
    approval: Approval = Approval.NEVER
    is_yearly: bool = False
    format: str = DC_SD_JWT
    doctype: str = ""
    is_personal: bool = False

    def vct(self, base: str) -> str:
        """Return the credential type: a doctype, else the address of its type metadata."""
        return self.doctype or f"{self.authority.identifier(base)}/types/{self.name}/{EDITION}"

    def claims(self, record: Record) -> JsonObject:
        """Return the certificate's own claims, in the form's order."""
        return claims_of(self.form, record)

    @cached_property
    def described(self) -> tuple[Described, ...]:
        """Every claim with its labels, in the form's order."""
        return described(self.form, self.article)

    @cached_property
    def frame(self) -> Frame:
        """What the holder may show one by one: everything; a blank field is not to be seen."""
        return filled(claim.path for claim in self.described)

    def check_purpose(self, purpose: Purpose) -> None:
        """Return when the form has this purpose, or raise `IssuerError` (unknown_purpose)."""
        if self.purposes and purpose.name not in self.purposes:
            choices = ", ".join(sorted(self.purposes))
            raise IssuerError(IssuerFailure.UNKNOWN_PURPOSE, f"choose a purpose: {choices}")

    def check_options(self, given: Iterable[tuple[str, str]]) -> Chosen:
        """Return a choice for every option, or raise `IssuerError` (unknown_option)."""
        return complete(self.options, given)
