"""What a law lets a party see of a certificate: closed lists issuer, wallet and party obey.

An abstract (주민등록표 초본) may be given to somebody with a claim against the person
(주민등록법 제29조제2항제6호). The law then names what has to be left out, and no consent puts it
back. Each rule below is a list of what may stay, so that a claim added to a form later is not
permitted until somebody reads the law again.

*The law's text* (주민등록법 시행규칙 제13조제11항, as amended 2026-04-28): to such a person an
abstract is given without the back half of the resident number, without name and relation of the
head, without past changes of address (address, days, reason) and without the service record. Its
second sentence lets past addresses stay where the debtor could not be told otherwise, such as an
heir: that is the officer's decision at the counter and not a view of ours.

*Our reading*: earlier names and numbers (개인 인적사항 변경) and the yes/no facts on age are left
out too; the article does not order it, 제13조제5항 allows it, and a claim is collected without
them. For a financial company (form 별지 제10호서식) the articles name no list of their own. It
confirms who and where the customer is, so it sees what a creditor sees, less the reason for the
last move and the name in hanja.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from consent.forms.legal_basis import LegalBasis
from consent.forms.terms import LocalText
from keys.json_value import JsonValue
from standards.dcql.paths import ClaimsPathPointer, Step

# What a law alone lets anybody ask for, consent is not enough; by a name in a claim path.
UNIQUE_IDENTIFIERS: Final = frozenset({"resident_number_back"})
UNIQUE_IDENTIFIERS_ARTICLE: Final = "개인정보 보호법 제24조의2"


class StatutoryView(StrEnum):
    """Whom the law shows a part of a certificate."""

    CREDITOR = "creditor"
    FINANCIAL_COMPANY = "financial-company"


@dataclass(frozen=True, slots=True)
class StatutoryRule:
    """One view: the ``article`` that makes it, and what it permits.

    ``legal_basis`` is the code that the terms of a request carry, letter for letter.
    ``permitted`` is by the name of a kind of certificate; of a kind it does not name it permits
    nothing.
    """

    view: StatutoryView
    label: LocalText
    article: str
    legal_basis: str
    permitted: Mapping[str, tuple[ClaimsPathPointer, ...]]


def rule_of(view: StatutoryView) -> StatutoryRule:
    """Return the rule of a view."""
    return _RULES[view]


def rule_for(legal_basis: str) -> StatutoryRule | None:
    """Return the rule whose legal basis terms carry; None where no rule of ours limits them."""
    return next((rule for rule in _RULES.values() if rule.legal_basis == legal_basis), None)


def kind_of(vct: str) -> str | None:
    """Return the name of the kind in a type ``<issuer>/types/<kind>/<edition>``.

    None for a type of any other shape. Who issued it is not looked at: a rule limits a stranger's
    abstract as it limits ours.
    """
    match vct.rsplit("/", 3):
        case [issuer, "types", kind, edition] if issuer and kind and edition.isdecimal():
            return kind
        case _:
            return None


def permits(rule: StatutoryRule, kind: str, path: Sequence[Step]) -> bool:
    """Tell whether a certificate made for the view may hold something at ``path``.

    A parent of a permitted claim is permitted as its frame, without what else it may hold; whoever
    asks for the parent asks for all of it, and that is what `covers` is about.
    """
    return any(pointer.overlaps(path) for pointer in rule.permitted.get(kind, ()))


def covers(rule: StatutoryRule, kind: str, path: Sequence[Step]) -> bool:
    """Tell whether everything at and below ``path`` is permitted."""
    return any(pointer.covers(path) for pointer in rule.permitted.get(kind, ()))


def has_identifier(claims: JsonValue) -> bool:
    """Tell whether a unique identifier stands anywhere in ``claims``, by its name."""
    match claims:
        case dict():
            is_named = not UNIQUE_IDENTIFIERS.isdisjoint(claims)
            return is_named or any(map(has_identifier, claims.values()))
        case list():
            return any(map(has_identifier, claims))
        case _:
            return False


def _paths(*dotted: str) -> tuple[ClaimsPathPointer, ...]:
    return tuple(ClaimsPathPointer.parse_dotted(text) for text in dotted)


# What makes it a certificate, and which; nothing of it is about the person's life.
_HEADER: Final = (
    *("document_number", "issue_number", "officer", "phone", "applicant", "purpose"),
    *("issued_on", "issuing_agency", "seal", "address_range"),
)
_WHO_AND_WHERE: Final = (
    *("person.name", "person.resident_number", "register_status"),
    *("current_address.address", "current_address.moved_in_on", "current_address.changed_on"),
)
_ABSTRACT: Final = "resident-abstract"

_RULES: Final[Mapping[StatutoryView, StatutoryRule]] = MappingProxyType(
    {
        StatutoryView.CREDITOR: StatutoryRule(
            view=StatutoryView.CREDITOR,
            label=LocalText(
                "채권·채무 이해관계인용", "For a creditor", "債権・債務の利害関係人用"
            ),
            article="주민등록법 시행규칙 제13조제11항",
            legal_basis=LegalBasis.CREDITOR_VIEW.value,
            permitted=MappingProxyType(
                {
                    _ABSTRACT: _paths(
                        *_HEADER,
                        *_WHO_AND_WHERE,
                        "person.name_hanja",
                        "current_address.change_reason",
                    )
                }
            ),
        ),
        StatutoryView.FINANCIAL_COMPANY: StatutoryRule(
            view=StatutoryView.FINANCIAL_COMPANY,
            label=LocalText("금융회사 확인용", "For a financial company", "金融会社の確認用"),
            article="주민등록법 시행규칙 별지 제10호서식, 제13조제11항",
            legal_basis=LegalBasis.FINANCIAL_COMPANY_VIEW.value,
            permitted=MappingProxyType({_ABSTRACT: _paths(*_HEADER, *_WHO_AND_WHERE)}),
        ),
    }
)
