"""The catalogue and its forms: every field of the printed forms, named three times."""

import re
from pathlib import Path

import pytest

import issuers
from issuers.catalogue import AnyKind, every_kind
from issuers.certificate.authority import (
    MOBILE_ID_OFFICE,
    NATIONAL_TAX_SERVICE,
    RESIDENT_REGISTRY,
)
from issuers.certificate.form import Described
from issuers.certificate.kind import Purpose
from issuers.errors import IssuerError, IssuerFailure
from tests.issuers.printed_forms import DERIVED, FORMS, place_of

DOCS = Path(__file__).resolve().parents[2] / "docs" / "kinds"
KINDS = every_kind()


def dotted(claim: Described) -> str:
    return ".".join("*" if step is None else step for step in claim.path)


@pytest.mark.parametrize("kind", KINDS.kinds.values(), ids=lambda kind: kind.name)
def test_every_field_of_the_printed_form_is_a_claim(kind: AnyKind) -> None:
    """
    What the form prints can be shown, and every claim stands on the form or is told as derived.
    """
    entries = [path for _block, _field, paths in FORMS[kind.name] for path in paths]

    assert len(entries) == len(set(entries))
    assert {dotted(claim) for claim in kind.described} == set(entries)


@pytest.mark.parametrize("kind", KINDS.kinds.values(), ids=lambda kind: kind.name)
def test_a_claim_is_called_what_the_form_calls_it(kind: AnyKind) -> None:
    """
    Field by field: the Korean label and the form's own word have a word in common.
    """
    labels = {dotted(claim): claim.label.ko for claim in kind.described}
    foreign = [
        (path, field, labels[path])
        for block, field, paths in FORMS[kind.name]
        for path in paths
        if field and block != DERIVED and not alike(field, labels[path])
    ]

    assert [] == foreign


def alike(field: str, label: str) -> bool:
    words = re.findall(r"[가-힣]+", field), re.findall(r"[가-힣]+", label)
    return any(word in label for word in words[0]) or any(word in field for word in words[1])


@pytest.mark.parametrize("kind", KINDS.kinds.values(), ids=lambda kind: kind.name)
def test_the_table_in_the_documentation_is_the_form(kind: AnyKind) -> None:
    """
    docs/kinds/ lists exactly the claims, in their order: form, labels, disclosure, articles.
    """
    document = (DOCS / f"{kind.name}.md").read_text(encoding="utf-8")
    columns = r" \| (.+?)" * 6
    rows = re.findall(rf"^\| `([^`]+)`{columns} \|$", document, re.MULTILINE)
    places = place_of(kind.name)

    assert rows == [
        (
            dotted(claim),
            places[dotted(claim)],
            claim.label.ko,
            claim.label.en,
            claim.label.ja,
            "selectively" if claim.mandatory else "selectively, may be absent",
            claim.article,
        )
        for claim in kind.described
    ]


def test_every_kind_is_documented_and_every_document_is_a_kind() -> None:
    """
    One page a kind, and one that says what they have in common.
    """
    pages = {path.stem for path in DOCS.glob("*.md")} - {"README"}

    assert set(KINDS.kinds) == pages == set(FORMS)


@pytest.mark.parametrize("kind", KINDS.kinds.values(), ids=lambda kind: kind.name)
def test_every_claim_has_a_name_and_three_labels(kind: AnyKind) -> None:
    """
    Claim names are English snake_case, behind a namespace where the kind has such; people read
    Korean, English or Japanese.
    """
    namespaces = {claim.path[0] for claim in kind.described} if kind.doctype else set()
    assert all("." in str(namespace) for namespace in namespaces)
    for claim in kind.described:
        names = [step for step in claim.path if step not in namespaces]
        assert all(step is None or re.fullmatch(r"[a-z][a-z0-9_]*", step) for step in names)
        assert all(text for _locale, text in claim.label.by_locale())
        assert re.search(r"[가-힣]", claim.label.ko)
        assert re.fullmatch(r"[\x20-\x7e]+", claim.label.en)
        assert claim.article
    assert len(kind.described) == len({claim.path for claim in kind.described})


def test_each_kind_belongs_to_one_authority() -> None:
    """
    The registry issues register papers, the tax service and the towns tax certificates, and one
    office both identity cards.
    """
    names = {
        name: [kind.name for kind in KINDS.of(found)] for name, found in KINDS.authorities.items()
    }

    assert ["resident-abstract", "resident-register"] == names[RESIDENT_REGISTRY.name]
    assert ["tax-payment"] == names[NATIONAL_TAX_SERVICE.name]
    assert ["local-tax-payment"] == names["local-tax-office"]
    assert ["driving-licence", "resident-card"] == names[MOBILE_ID_OFFICE.name]


def test_unknown_names_are_told_with_the_known_ones() -> None:
    """
    A mistyped kind is answered with the kinds there are.
    """
    with pytest.raises(IssuerError, match="resident-register, tax-payment") as caught:
        KINDS.kind("resident")
    assert IssuerFailure.UNKNOWN_KIND == caught.value.failure

    with pytest.raises(IssuerError) as caught:
        KINDS.authority("nobody")
    assert IssuerFailure.UNKNOWN_AUTHORITY == caught.value.failure


def test_a_form_with_choices_refuses_other_purposes() -> None:
    """
    The tax form knows three purposes; the register copy takes any.
    """
    KINDS.kind("resident-register").check_purpose(Purpose("전세 계약"))
    KINDS.kind("tax-payment").check_purpose(Purpose("대금 수령", payer="조달청"))

    with pytest.raises(IssuerError, match="기타, 대금 수령, 해외이주") as caught:
        KINDS.kind("tax-payment").check_purpose(Purpose("전세 계약"))
    assert IssuerFailure.UNKNOWN_PURPOSE == caught.value.failure


NEW_KIND = '''"""The kind ``business-card``: who somebody is."""

from datetime import date

from issuers.certificate.authority import RESIDENT_REGISTRY
from issuers.certificate.form import Field
from issuers.certificate.kind import Kind, Validity
from issuers.certificate.kind import Purpose
from issuers.label import Label


async def read(source, application):
    return await source.household_of(application.citizen)


KIND = Kind(
    name="business-card",
    authority=RESIDENT_REGISTRY,
    label=Label("명함", "Business card", "名刺"),
    description=Label("이름과 주소", "Name and address", "氏名と住所"),
    article="none",
    form=(
        Field("name", Label("성명", "Name", "氏名"), lambda home: home.head.name),
        Field("address", Label("주소", "Address", "住所"), lambda home: home.address),
    ),
    read=read,
    validity=lambda home: Validity(date(2030, 1, 1), "as long as the card holds"),
    purpose=Purpose("인사"),
)
'''


def test_a_new_kind_is_one_file_of_less_than_forty_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    A folder with a kind.py is found by itself: no list anywhere names it.
    """
    folder = tmp_path / "business_card"
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "kind.py").write_text(NEW_KIND, encoding="utf-8")
    monkeypatch.setattr(issuers, "__path__", [*issuers.__path__, str(tmp_path)])

    found = every_kind().kind("business-card")

    assert len(NEW_KIND.splitlines()) < 40
    assert ["name", "address"] == [dotted(claim) for claim in found.described]
    assert "https://a.example/issuers/resident-registry/types/business-card/1" == found.vct(
        "https://a.example"
    )
