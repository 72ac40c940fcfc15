"""What the resident registry's source of record answers, as frozen types.

Days are days in Korea. A `Household` is what a copy tells of, a `RegisterFile` what an abstract
does. The tax authorities' records are in `issuers.source.tax_records`.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

# The first digits behind the birth date of people registered as foreigners (외국인등록번호).
_FOREIGN = "5678"


@dataclass(frozen=True, slots=True)
class ResidentNumber:
    """주민등록번호: six digits of the birth date, seven that identify.

    A foreign spouse has the registration number of a foreigner instead: it is written alike and
    told by its seventh digit, 5 to 8.
    """

    front: str
    back: str

    @property
    def foreign(self) -> bool:
        """Whether this is a foreigner's registration number."""
        return self.back[0] in _FOREIGN

    @property
    def sex(self) -> int:
        """1 for men, 2 for women, as ISO/IEC 5218 has it and the seventh digit tells."""
        return 2 - int(self.back[0]) % 2

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


class RegisterStatus(StrEnum):
    """How somebody stands in the register (등록상태), in the form's words.

    ``UNKNOWN``: nobody lives where the person is registered, and the office has found that out
    (주민등록법 §20); the office's own address stands in. ``DEREGISTERED``: emigrated or dead, the
    entry is closed.
    """

    RESIDENT = "거주자"
    UNKNOWN = "거주불명자"
    DEREGISTERED = "말소자"


@dataclass(frozen=True, slots=True)
class Stay:
    """One line of a person's own addresses: ``head`` is the head there, and what one was to them.

    The latest has number 1: where the person lives, or for the deregistered lived last.
    """

    number: int
    address: str
    change: Change
    head: PastHead
    status: RegisterStatus


@dataclass(frozen=True, slots=True)
class PersonalChange:
    """A change of what the register says of a person (인적사항 변경), such as a new name (개명).

    ``item`` is what was changed; the first change has number 1.
    """

    number: int
    item: str
    before: str
    after: str
    changed_on: date
    reason: str


@dataclass(frozen=True, slots=True)
class ServiceRecord:
    """Military service (병역): ``discharged_on`` and its reason are None for who still serves."""

    branch: str
    service_number: str
    rank: str
    enlisted_on: date
    discharged_on: date | None
    discharge_reason: str | None


@dataclass(frozen=True, slots=True)
class RegisterFile:
    """One person's sheet of the register: ``stays`` are all addresses, the latest first.

    ``service`` is None for who never served.
    """

    person: Person
    status: RegisterStatus
    office: "Office"
    stays: tuple[Stay, ...]
    personal_changes: tuple[PersonalChange, ...]
    service: ServiceRecord | None

    @property
    def current(self) -> Stay:
        """Where the person lives, or lived last."""
        return self.stays[0]


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


@dataclass(frozen=True, slots=True)
class Office:
    """Who issues in the authority's name: office, department, officer, telephone, seal."""

    name: str
    department: str
    officer: str
    phone: str
    seal: str
