"""What the two papers of the resident register share: header, columns, ages, how long kept.

The copy (등본) tells of a household, the abstract (초본) of one person; their forms print the same
header (주민등록법 시행규칙 별지 제18호서식, 제19호서식).
"""

from datetime import date, timedelta
from typing import Protocol

from issuers.ages import age_on
from issuers.certificate.form import Field, Rows
from issuers.certificate.kind import Application, Validity
from issuers.label import Label
from issuers.source.records import Change, Office, Person

# What may be left out according to the purpose.
PARTS = "주민등록법 시행규칙 §13⑤"
_DERIVED = "derived by the authority from the birth date (만 나이)"

# Government 24 keeps register papers for 90 days in the electronic document wallet.
_KEPT = timedelta(days=90)
_KEPT_REASON = "전자문서지갑 보관기간 90일"


class RegisterPaper(Protocol):
    """A paper of the register: who applied for what, and which office answers for it."""

    @property
    def application(self) -> Application:
        """What was applied for."""
        ...

    @property
    def applicant(self) -> Person:
        """Who applied, whether or not the paper is about them."""
        ...

    @property
    def office(self) -> Office:
        """The office that issues."""
        ...


class AgedPaper(RegisterPaper, Protocol):
    """A paper that signs somebody's age."""

    @property
    def aged(self) -> Person:
        """Whose age it signs."""
        ...


class Changed(Protocol):
    """Whatever the register has on file with its last change."""

    @property
    def change(self) -> Change:
        """The last change."""
        ...


HEADER: Rows[RegisterPaper] = (
    Field(
        "document_number",
        Label("문서확인번호", "Document verification number", "文書確認番号"),
        lambda paper: paper.application.document_number,
    ),
    Field(
        "issue_number",
        Label("발급번호", "Issue number", "発行番号"),
        lambda paper: paper.application.issue_number,
    ),
    Field(
        "officer",
        Label("담당자", "Officer in charge", "担当者"),
        lambda paper: paper.office.officer,
    ),
    Field("phone", Label("전화", "Telephone", "電話"), lambda paper: paper.office.phone),
    Field("applicant", Label("신청인", "Applicant", "申請人"), lambda paper: paper.applicant.name),
    Field(
        "purpose",
        Label("용도 및 목적", "Use and purpose", "用途および目的"),
        lambda paper: paper.application.purpose.name,
    ),
    Field(
        "issued_on",
        Label("발급일", "Date of issue", "発行日"),
        lambda paper: paper.application.issued_on.isoformat(),
    ),
    Field(
        "issuing_agency",
        Label("발급기관", "Issuing agency", "発行機関"),
        lambda paper: paper.office.name,
    ),
    Field("seal", Label("직인", "Official seal", "職印"), lambda paper: paper.office.seal),
)

# The three columns every part of the register has.
CHANGES: Rows[Changed] = (
    Field(
        "moved_in_on",
        Label("전입일", "Moved in on", "転入日"),
        lambda part: part.change.moved_in_on.isoformat(),
    ),
    Field(
        "changed_on",
        Label("변동일", "Changed on", "変動日"),
        lambda part: part.change.changed_on.isoformat(),
    ),
    Field(
        "change_reason",
        Label("변동사유", "Reason for change", "変動事由"),
        lambda part: part.change.reason,
        article=PARTS,
    ),
)


def reached(years: int, whose: Label) -> Field[AgedPaper]:
    """Return a yes/no fact the authority signs, so that no birth date need be shown.

    ``whose`` says in each language whose age it is.
    """
    return Field(
        f"age_over_{years}",
        Label(
            f"만 {years}세 이상({whose.ko})",
            f"{whose.en} aged {years} or over",
            f"{whose.ja}は満{years}歳以上",
        ),
        lambda paper: age_on(paper.application.issued_on, paper.aged.born_on) >= years,
        article=_DERIVED,
    )


def kept(paper: RegisterPaper) -> Validity:
    """Return the last day a paper is kept; the law itself sets no end."""
    return kept_until(paper.application.issued_on)


def kept_until(issued_on: date) -> Validity:
    """Return the last day of what was issued on a day."""
    return Validity(issued_on + _KEPT, _KEPT_REASON)
