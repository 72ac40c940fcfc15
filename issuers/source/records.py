"""What the authorities' sources of record answer, as frozen types.

Days are days in Korea. A `Household` is the resident registry's, a `TaxAccount` the tax service's;
neither authority reads the other's.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class ResidentNumber:
    """주민등록번호: six digits of the birth date, seven that identify."""

    front: str
    back: str

    @property
    def masked(self) -> str:
        """The number as a form shows it unless its back half is asked for."""
        return f"{self.front}-{'*' * len(self.back)}"


@dataclass(frozen=True, slots=True)
class Person:
    """``hanja`` is empty where a name has none; ``citizen`` is the authority's own handle."""

    citizen: str
    name: str
    hanja: str
    resident_number: ResidentNumber
    born_on: date


@dataclass(frozen=True, slots=True)
class Change:
    """An entry of the register: moved in (전입일), changed (변동일), and why (변동사유)."""

    moved_in_on: date
    changed_on: date
    reason: str


@dataclass(frozen=True, slots=True)
class Member:
    """A person of a household; ``number`` counts from 1, the head first."""

    number: int
    person: Person
    relation: str
    change: Change


@dataclass(frozen=True, slots=True)
class PastHead:
    """Who was head of the household at a past address, and what the head of today was to them."""

    name: str
    relation: str


@dataclass(frozen=True, slots=True)
class Residence:
    """A past address of the head of the household; the latest has number 1."""

    number: int
    address: str
    change: Change
    head: PastHead


@dataclass(frozen=True, slots=True)
class Household:
    """``members`` are the family with its head first, ``cohabitants`` (동거인) everyone else."""

    formation_reason: str
    formed_on: date
    address: str
    change: Change
    office: "Office"
    members: tuple[Member, ...]
    cohabitants: tuple[Member, ...]
    past: tuple[Residence, ...]

    @property
    def head(self) -> Person:
        """The head of the household (세대주)."""
        return self.members[0].person

    def person(self, citizen: str) -> Person:
        """Return the one of this household who is ``citizen``."""
        everyone = (*self.members, *self.cohabitants)
        return next(member.person for member in everyone if member.person.citizen == citizen)


@dataclass(frozen=True, slots=True)
class Office:
    """Who issues in the authority's name: office, department, officer, telephone, seal."""

    name: str
    department: str
    officer: str
    phone: str
    seal: str


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
    """One tax asked for: ``amount`` in won, due at the end of ``due_on``."""

    period: str
    item: str
    due_on: date
    amount: int


@dataclass(frozen=True, slots=True)
class Deferral:
    """A tax whose payment, seizure or sale is put off (국세징수법 시행령 §94)."""

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
