"""The catalogue and the two forms: every field of the printed forms, named three times."""

import re
from pathlib import Path

import pytest

import issuers
from issuers.authority import NATIONAL_TAX_SERVICE, RESIDENT_REGISTRY
from issuers.catalogue import AnyKind, every_kind
from issuers.errors import IssuerError, IssuerFailure
from issuers.form import Described
from issuers.kind import Purpose

DOCS = Path(__file__).resolve().parents[2] / "docs" / "kinds"
KINDS = every_kind()

# The printed forms, field by field (별지 제18호서식, 별지 제94호서식).
PRINTED = {
    "resident-register": {
        "document_number": "문서확인번호",
        "issue_number": "발급번호",
        "officer": "담당자",
        "phone": "전화",
        "applicant": "신청인",
        "purpose": "용도 및 목적",
        "issued_on": "발급일",
        "issuing_agency": "발급기관",
        "seal": "직인",
        "household.head_name": "세대주 성명",
        "household.head_name_hanja": "한자",
        "household.formation_reason": "세대구성 사유",
        "household.formed_on": "세대구성 일자",
        "current_address.address": "현주소",
        "current_address.moved_in_on": "전입일",
        "current_address.changed_on": "변동일",
        "current_address.change_reason": "변동사유",
        "members.*.number": "번호",
        "members.*.relation": "세대주와의 관계",
        "members.*.name": "성명",
        "members.*.name_hanja": "한자",
        "members.*.resident_number": "주민등록번호(뒷자리 가림)",
        "members.*.moved_in_on": "전입일",
        "members.*.changed_on": "변동일",
        "members.*.change_reason": "변동사유",
        "past_addresses.*.number": "번호",
        "past_addresses.*.address": "주소",
        "past_addresses.*.moved_in_on": "전입일",
        "past_addresses.*.changed_on": "변동일",
        "past_addresses.*.change_reason": "변동사유",
        "cohabitants": "동거인",
    },
    "tax-payment": {
        "issue_number": "발급번호",
        "receipt_number": "접수번호",
        "processing_period": "처리기간",
        "taxpayer.company_name": "상호(법인명)",
        "taxpayer.business_number": "사업자등록번호",
        "taxpayer.name": "성명(대표자)",
        "taxpayer.resident_number": "주민등록번호(법인등록번호)",
        "taxpayer.address": "주소(본점)",
        "use.purpose": "사용목적",
        "use.detail": "내용",
        "use.payer": "대금지급자",
        "validity.until": "증명서 유효기간",
        "validity.reason": "유효기간을 정한 사유",
        "deferrals.*.kind": "종류",
        "deferrals.*.since": "유예기간",
        "deferrals.*.until": "유예기간",
        "deferrals.*.tax_period": "과세기간",
        "deferrals.*.tax_item": "세목",
        "deferrals.*.due_on": "납부기한",
        "deferrals.*.amount": "세액",
        "arrears.amount": "체납액",
        "arrears.trustee_in_kind": "수탁자 물적납세의무 체납",
        "issue.department": "담당부서",
        "issue.officer": "담당자",
        "issue.phone": "연락처",
        "issue.issued_on": "발급일",
        "issue.tax_office_head": "세무서장",
        "issue.seal": "직인",
    },
}


def dotted(claim: Described) -> str:
    return ".".join("*" if step is None else step for step in claim.path)


@pytest.mark.parametrize(
    ("kind", "path", "label"),
    [(kind, path, label) for kind, form in PRINTED.items() for path, label in form.items()],
)
def test_every_field_of_the_printed_form_is_a_claim(kind: str, path: str, label: str) -> None:
    """
    What the form prints can be shown, and is called what the form calls it.
    """
    labels = {dotted(claim): claim.label.ko for claim in KINDS.kind(kind).described}

    assert label in labels[path]


@pytest.mark.parametrize("kind", KINDS.kinds.values(), ids=lambda kind: kind.name)
def test_the_table_in_the_documentation_is_the_form(kind: AnyKind) -> None:
    """
    docs/kinds/ lists exactly the claims of the form, in its order, with labels and articles.
    """
    document = (DOCS / f"{kind.name}.md").read_text(encoding="utf-8")
    rows = re.findall(
        r"^\| `([^`]+)` \| (.+?) \| (.+?) \| (.+?) \| (.+?) \| (.+?) \|$", document, re.MULTILINE
    )

    expected = [
        (dotted(claim), claim.label.ko, claim.label.en, claim.label.ja, claim.article)
        for claim in kind.described
    ]
    assert expected == [(*row[:4], row[5]) for row in rows]
    assert all(row[4].startswith("selectively") for row in rows)


@pytest.mark.parametrize("kind", KINDS.kinds.values(), ids=lambda kind: kind.name)
def test_every_claim_has_a_name_and_three_labels(kind: AnyKind) -> None:
    """
    Claim names are English snake_case; people read Korean, English or Japanese.
    """
    for claim in kind.described:
        assert all(step is None or re.fullmatch(r"[a-z][a-z0-9_]*", step) for step in claim.path)
        assert all(text for _locale, text in claim.label.by_locale())
        assert re.search(r"[가-힣]", claim.label.ko)
        assert re.fullmatch(r"[\x20-\x7e]+", claim.label.en)
        assert claim.article
    assert len(kind.described) == len({claim.path for claim in kind.described})


def test_each_kind_belongs_to_one_authority() -> None:
    """
    The registry issues register copies, the tax service tax certificates.
    """
    names = {
        name: [kind.name for kind in KINDS.of(found)] for name, found in KINDS.authorities.items()
    }

    assert ["resident-register"] == names[RESIDENT_REGISTRY.name]
    assert ["tax-payment"] == names[NATIONAL_TAX_SERVICE.name]


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

from issuers.authority import RESIDENT_REGISTRY
from issuers.form import Field
from issuers.kind import Kind, Validity
from issuers.kind import Purpose
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
