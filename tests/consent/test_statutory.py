"""What the law lets a creditor and a financial company see of an abstract."""

from dataclasses import replace

import pytest

from consent.forms.statutory import (
    UNIQUE_IDENTIFIERS,
    StatutoryView,
    covers,
    has_identifier,
    kind_of,
    permits,
    rule_for,
    rule_of,
)
from keys.json_value import JsonValue
from standards.dcql.paths import ClaimsPathPointer, Step

ABSTRACT = "resident-abstract"
BOTH = list(StatutoryView)


def steps(dotted: str) -> tuple[Step, ...]:
    """A claim path from its text."""
    return ClaimsPathPointer.parse_dotted(dotted).steps


@pytest.mark.parametrize("view", BOTH)
def test_every_view_has_a_rule_that_its_legal_basis_finds_again(view: StatutoryView) -> None:
    """
    Terms carry a legal basis, no view: two rules with one basis could not be told apart.
    """
    rule = rule_of(view)

    assert view is rule.view
    assert rule is rule_for(rule.legal_basis)
    assert rule.article
    assert all((rule.label.ko, rule.label.en, rule.label.ja))


@pytest.mark.parametrize(
    "basis", ["", "개인정보 보호법 제15조제1항제1호", "주민등록법 제29조제2항제6호"]
)
def test_another_legal_basis_has_no_rule(basis: str) -> None:
    """
    Letter for letter: half a basis is not the basis.
    """
    assert rule_for(basis) is None


@pytest.mark.parametrize("view", BOTH)
@pytest.mark.parametrize(
    "path",
    [
        "person.name",
        "person.resident_number",
        "register_status",
        "current_address.address",
        "current_address.moved_in_on",
        "issued_on",
        "issuing_agency",
    ],
)
def test_both_views_show_who_it_is_and_where_to_write(view: StatutoryView, path: str) -> None:
    """
    시행규칙 §13⑪ leaves what finds a debtor: name, front of the number, standing, present address.
    """
    assert covers(rule_of(view), ABSTRACT, steps(path))
    assert permits(rule_of(view), ABSTRACT, steps(path))


@pytest.mark.parametrize("view", BOTH)
@pytest.mark.parametrize(
    "path",
    [
        "person.resident_number_back",
        "addresses",
        "addresses.0",
        "addresses.*.address",
        "addresses.0.head_name",
        "addresses.0.head_relation",
        "addresses.0.moved_in_on",
        "addresses.0.change_reason",
        "service_record",
        "service_record.service_number",
        "personal_changes",
        "personal_changes.0.before",
        "age_over_19",
        "members.0.name",
        "something_added_later",
    ],
)
def test_both_views_leave_out_what_the_law_orders_and_what_nobody_listed(
    view: StatutoryView, path: str
) -> None:
    """
    시행규칙 §13⑪: no back half, no head and relation, no past addresses, no service record.
    """
    assert not permits(rule_of(view), ABSTRACT, steps(path))
    assert not covers(rule_of(view), ABSTRACT, steps(path))


@pytest.mark.parametrize("path", ["person.name_hanja", "current_address.change_reason"])
def test_a_financial_company_sees_less_than_a_creditor(path: str) -> None:
    """
    It confirms who and where its customer is, and why somebody moved is no part of that.
    """
    assert covers(rule_of(StatutoryView.CREDITOR), ABSTRACT, steps(path))
    assert not covers(rule_of(StatutoryView.FINANCIAL_COMPANY), ABSTRACT, steps(path))


@pytest.mark.parametrize("path", ["person", "current_address"])
def test_a_parent_is_a_frame_for_the_issuer_and_too_much_for_a_question(path: str) -> None:
    """
    The block `person` stands in the certificate; asking for all of it asks for the back half.
    """
    rule = rule_of(StatutoryView.FINANCIAL_COMPANY)

    assert permits(rule, ABSTRACT, steps(path))
    assert not covers(rule, ABSTRACT, steps(path))


@pytest.mark.parametrize(
    ("permitted", "path", "is_covered"),
    [
        ("rows.*.name", ("rows", 3, "name"), True),
        ("rows.*.name", ("rows", None, "name"), True),
        ("rows.*.name", ("rows", None), False),
        ("rows.*.name", ("rows", "x", "name"), False),
        ("rows.0.name", ("rows", 0, "name"), True),
        ("rows.0.name", ("rows", 1, "name"), False),
        ("rows.0.name", ("rows", None, "name"), False),
        ("block.name", ("block", None), False),
    ],
)
def test_every_element_permits_one_and_one_does_not_permit_every(
    permitted: str,
    path: tuple[Step, ...],
    is_covered: bool,  # noqa: FBT001 - a parameter
) -> None:
    """
    OpenID4VP 7: null stands for every element of an array, and never for the members of a block.
    """
    rows = ClaimsPathPointer.parse_dotted(permitted)
    rule = replace(rule_of(StatutoryView.CREDITOR), permitted={"k": (rows,)})

    assert is_covered is covers(rule, "k", path)
    assert is_covered is (permits(rule, "k", path) and len(path) == 3)


def test_what_lies_below_a_permitted_claim_is_permitted() -> None:
    """
    A permitted claim is permitted whole, whatever its value is made of.
    """
    rule = rule_of(StatutoryView.CREDITOR)

    assert covers(rule, ABSTRACT, ("person", "name", "family"))
    assert covers(rule, ABSTRACT, ("purpose", 0))


@pytest.mark.parametrize("kind", ["resident-register", "tax-payment", ""])
def test_a_kind_the_rule_does_not_name_shows_nothing(kind: str) -> None:
    """
    The article is about abstracts: nothing follows from it for other certificates.
    """
    rule = rule_of(StatutoryView.CREDITOR)

    assert not permits(rule, kind, steps("purpose"))
    assert not covers(rule, kind, steps("purpose"))


@pytest.mark.parametrize(
    ("vct", "kind"),
    [
        ("https://a.example/issuers/registry/types/resident-abstract/1", "resident-abstract"),
        ("http://127.0.0.1:8000/issuers/x/types/tax-payment/12", "tax-payment"),
        ("https://a.example/types/resident-abstract", None),
        ("https://a.example/types/resident-abstract/one", None),
        ("https://a.example/types//1", None),
        ("/types/resident-abstract/1", None),
        ("https://a.example/kinds/resident-abstract/1", None),
        ("urn:eudi:pid:1", None),
        ("", None),
    ],
)
def test_a_kind_is_read_from_the_address_of_its_type(vct: str, kind: str | None) -> None:
    """
    `<issuer>/types/<kind>/<edition>`, whoever the issuer is; another shape names no kind of ours.
    """
    assert kind == kind_of(vct)


@pytest.mark.parametrize(
    ("claims", "count"),
    [
        ({"resident_number_back": ""}, 1),
        ({"members": [{"name": "x"}, {"person": {"resident_number_back": None}}]}, 1),
        ({"members": [[], {}], "resident_number": "900417-2******"}, 0),
        ("resident_number_back", 0),
    ],
    ids=["named", "below", "none", "a value"],
)
def test_an_identifier_is_found_by_its_name_wherever_it_stands(
    claims: JsonValue, count: int
) -> None:
    """
    The masked number is none, and a text is not a name.
    """
    assert bool(count) is has_identifier(claims)


@pytest.mark.parametrize("view", BOTH)
def test_no_view_shows_an_identifier(view: StatutoryView) -> None:
    """
    A wallet that holds a party to a rule need not look for a statute beside it.
    """
    named = (path for paths in rule_of(view).permitted.values() for path in paths)

    assert all(UNIQUE_IDENTIFIERS.isdisjoint(path.steps) for path in named)
