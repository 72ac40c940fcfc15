"""The form of the abstract of the resident register (주민등록법 시행규칙 별지 제19호서식).

What the applicant chooses decides what is written into it; of what is written, every field is a
claim of its own. Head and relation at past addresses are written for whom §13⑦ lets have them
(`issuers.certificate.protections`), and shown only as their holder likes.
"""

from collections.abc import Callable

from issuers.certificate.form import Block, Field, Rows, Table
from issuers.certificate.register_paper import CHANGES, HEADER, PARTS, reached
from issuers.label import Label
from issuers.resident_abstract.abstract import Abstract
from issuers.source.records import PersonalChange, ServiceRecord, Stay
from keys.json_value import JsonValue

ARTICLE = "주민등록법 시행규칙 별지 제19호서식"
_HEADS = "주민등록법 시행규칙 §13⑦"
_PERSON = Label("본인", "Person", "本人")
_NUMBER = Label("번호", "Number", "番号")

_WHO: Rows[Abstract] = (
    Field("name", Label("성명", "Name", "氏名"), lambda paper: paper.sheet.person.name),
    Field(
        "name_hanja",
        Label("한자", "Name in hanja", "漢字"),
        lambda paper: paper.sheet.person.hanja or None,
        blank=True,
    ),
    Field(
        "resident_number",
        Label(
            "주민등록번호(뒷자리 가림)",
            "Resident number (back half masked)",
            "住民登録番号(後半非表示)",
        ),
        lambda paper: paper.sheet.person.resident_number.masked,
    ),
    Field(
        "resident_number_back",
        Label("주민등록번호 뒷자리", "Back half of the resident number", "住民登録番号の後半"),
        lambda paper: paper.sheet.person.resident_number.back,
        article=PARTS,
    ),
)

_CURRENT: Rows[Abstract] = (
    Field(
        "address",
        Label("현주소", "Current address", "現住所"),
        lambda paper: paper.sheet.current.address,
    ),
    *CHANGES,
)

_CHANGED: Rows[PersonalChange] = (
    Field("number", _NUMBER, lambda change: change.number),
    Field("item", Label("변경내용", "What was changed", "変更内容"), lambda change: change.item),
    Field("before", Label("변경 전", "Before", "変更前"), lambda change: change.before),
    Field("after", Label("변경 후", "After", "変更後"), lambda change: change.after),
    Field(
        "changed_on",
        Label("변동일", "Changed on", "変動日"),
        lambda change: change.changed_on.isoformat(),
    ),
    Field(
        "change_reason",
        Label("변동사유", "Reason for change", "変動事由"),
        lambda change: change.reason,
    ),
)

_STAY: Rows[Stay] = (
    Field("number", _NUMBER, lambda stay: stay.number),
    Field("address", Label("주소", "Address", "住所"), lambda stay: stay.address),
    *CHANGES,
    Field(
        "head_name",
        Label("세대주 성명", "Name of the head of household", "世帯主氏名"),
        lambda stay: stay.head.name or None,
        blank=True,
        article=_HEADS,
    ),
    Field(
        "head_relation",
        Label("세대주와의 관계", "Relation to the head", "世帯主との続柄"),
        lambda stay: stay.head.relation or None,
        blank=True,
        article=_HEADS,
    ),
    Field(
        "register_status",
        Label("등록상태", "Status in the register", "登録状態"),
        lambda stay: stay.status.value,
    ),
)


def _served(
    name: str, label: Label, value: Callable[[ServiceRecord], JsonValue]
) -> Field[Abstract]:
    """Return a field of the service record, blank for who has none."""
    return Field(
        name,
        label,
        lambda paper: None if paper.service is None else value(paper.service),
        blank=True,
    )


_SERVICE: Rows[Abstract] = (
    _served("branch", Label("군별", "Branch", "軍種"), lambda served: served.branch),
    _served(
        "service_number",
        Label("군번", "Service number", "軍番"),
        lambda served: served.service_number,
    ),
    _served("rank", Label("계급", "Rank", "階級"), lambda served: served.rank),
    _served(
        "enlisted_on",
        Label("입영일", "Enlisted on", "入営日"),
        lambda served: served.enlisted_on.isoformat(),
    ),
    _served(
        "discharged_on",
        Label("전역일", "Discharged on", "転役日"),
        lambda served: served.discharged_on.isoformat() if served.discharged_on else None,
    ),
    _served(
        "discharge_reason",
        Label("전역사유", "Reason for discharge", "転役事由"),
        lambda served: served.discharge_reason,
    ),
)

FORM: Rows[Abstract] = (
    *HEADER,
    reached(14, _PERSON),
    reached(19, _PERSON),
    reached(65, _PERSON),
    Block("person", _PERSON, _WHO),
    Field(
        "register_status",
        Label("등록상태", "Status in the register", "登録状態"),
        lambda paper: paper.sheet.status.value,
    ),
    Block("current_address", Label("현주소", "Current address", "現住所"), _CURRENT),
    Table(
        "personal_changes",
        Label("인적사항 변경", "Changes of personal details", "身上事項の変更"),
        Label("인적사항 변경 1건", "One change of personal details", "身上事項の変更1件"),
        lambda paper: paper.sheet.personal_changes,
        _CHANGED,
    ),
    Field(
        "address_range",
        Label("주소 범위", "Addresses included", "住所の範囲"),
        lambda paper: paper.range.label.ko,
    ),
    Table(
        "addresses",
        Label("주소", "Addresses", "住所"),
        Label("주소 1건", "One address", "住所1件"),
        lambda paper: paper.stays,
        _STAY,
        when=lambda paper: paper.with_addresses,
    ),
    Block(
        "service_record",
        Label("병역사항", "Military service", "兵役事項"),
        _SERVICE,
        when=lambda paper: paper.with_service,
    ),
)
