"""The form of the copy of the resident register (주민등록법 시행규칙 별지 제18호서식).

Government 24 asks, before it prints, which parts to show: past addresses, formation of the
household, relations, reasons, other members, back half of the numbers. Here every one of these is
a claim of its own, so the copy is issued once and shows less as its holder likes (§13⑤). The head
and relation of past addresses are left out, as the rule has it (§13⑦).
"""

from issuers.certificate.form import Block, Field, Rows, Table
from issuers.certificate.register_paper import CHANGES, HEADER, PARTS, reached
from issuers.label import Label
from issuers.resident_register.copy import RegisterCopy
from issuers.source.records import Member, Residence

ARTICLE = "주민등록법 시행규칙 별지 제18호서식"


_HOUSEHOLD: Rows[RegisterCopy] = (
    Field(
        "head_name",
        Label("세대주 성명", "Name of the head of household", "世帯主氏名"),
        lambda copy: copy.household.head.name,
    ),
    Field(
        "head_name_hanja",
        Label("세대주 성명(한자)", "Name of the head of household in hanja", "世帯主氏名(漢字)"),
        lambda copy: copy.household.head.hanja or None,
        blank=True,
    ),
    Field(
        "formation_reason",
        Label("세대구성 사유", "Reason the household was formed", "世帯構成事由"),
        lambda copy: copy.household.formation_reason,
        article=PARTS,
    ),
    Field(
        "formed_on",
        Label("세대구성 일자", "Date the household was formed", "世帯構成日"),
        lambda copy: copy.household.formed_on.isoformat(),
        article=PARTS,
    ),
)

_MEMBER: Rows[Member] = (
    Field("number", Label("번호", "Number", "番号"), lambda member: member.number),
    Field(
        "relation",
        Label("세대주와의 관계", "Relation to the head", "世帯主との続柄"),
        lambda member: member.relation,
        article=PARTS,
    ),
    Field("name", Label("성명", "Name", "氏名"), lambda member: member.person.name),
    Field(
        "name_hanja",
        Label("한자", "Name in hanja", "漢字"),
        lambda member: member.person.hanja or None,
        blank=True,
    ),
    Field(
        "resident_number",
        Label(
            "주민등록번호(뒷자리 가림)",
            "Resident number (back half masked)",
            "住民登録番号(後半非表示)",
        ),
        lambda member: member.person.resident_number.masked,
    ),
    Field(
        "resident_number_back",
        Label("주민등록번호 뒷자리", "Back half of the resident number", "住民登録番号の後半"),
        lambda member: member.person.resident_number.back,
        article=PARTS,
    ),
    *CHANGES,
)

_PAST: Rows[Residence] = (
    Field("number", Label("번호", "Number", "番号"), lambda past: past.number),
    Field("address", Label("주소", "Address", "住所"), lambda past: past.address),
    *CHANGES,
)

_CURRENT_ADDRESS: Rows[RegisterCopy] = (
    Field(
        "address",
        Label("현주소", "Current address", "現住所"),
        lambda copy: copy.household.address,
    ),
    *CHANGES,
)


_APPLICANT = Label("신청인", "Applicant", "申請人")

FORM: Rows[RegisterCopy] = (
    *HEADER,
    reached(14, _APPLICANT),
    reached(19, _APPLICANT),
    reached(65, _APPLICANT),
    Block("household", Label("세대", "Household", "世帯"), _HOUSEHOLD),
    Block("current_address", Label("현주소", "Current address", "現住所"), _CURRENT_ADDRESS),
    Table(
        "members",
        Label("세대원", "Household members", "世帯員"),
        Label("세대원 1명", "One member", "世帯員1名"),
        lambda copy: copy.household.members,
        _MEMBER,
    ),
    Table(
        "past_addresses",
        Label("과거주소", "Past addresses", "過去の住所"),
        Label("과거주소 1건", "One past address", "過去の住所1件"),
        lambda copy: copy.household.past,
        _PAST,
    ),
    Table(
        "cohabitants",
        Label("동거인", "Cohabitants", "同居人"),
        Label("동거인 1명", "One cohabitant", "同居人1名"),
        lambda copy: copy.household.cohabitants,
        _MEMBER,
    ),
)
