"""The elements of the mobile resident card (주민등록법 제24조제2항), in a namespace of their own.

No fingerprint: whoever holds the phone is told by its own lock, not by the card.
"""

from typing import Final

from issuers.certificate.authority import KOREA
from issuers.certificate.form import Block, Field, Rows
from issuers.certificate.identity_card import picture, reached
from issuers.label import Label
from issuers.resident_card.card import MobileCard

ARTICLE: Final = "주민등록법 제24조제2항"
# Ours, as no standard and no law names one (decision 0054).
DOC_TYPE: Final = "kr.mydata.resident_card.1"
NAMESPACE: Final = DOC_TYPE

_ELEMENTS: Rows[MobileCard] = (
    Field("name", Label("성명", "Name", "氏名"), lambda card: card.card.person.name),
    Field(
        "name_hanja",
        Label("성명(한자)", "Name in Hanja", "氏名(漢字)"),
        lambda card: card.card.person.hanja or None,
        blank=True,
    ),
    Field(
        "resident_number",
        Label(
            "주민등록번호, 뒷자리 가림",
            "Resident number, back half masked",
            "住民登録番号、後半非表示",
        ),
        lambda card: card.card.person.resident_number.masked,
    ),
    Field(
        "resident_number_back",
        Label("주민등록번호 뒷자리", "Back half of the resident number", "住民登録番号の後半"),
        lambda card: card.card.person.resident_number.back,
    ),
    Field(
        "birth_date",
        Label("생년월일", "Date of birth", "生年月日"),
        lambda card: card.born_on.isoformat(),
    ),
    Field(
        "sex",
        Label("성별(1 남, 2 여)", "Sex (1 male, 2 female)", "性別(1 男、2 女)"),
        lambda card: card.card.person.resident_number.sex,
    ),
    Field("resident_address", Label("주소", "Address", "住所"), lambda card: card.card.address),
    Field("portrait", Label("사진", "Portrait", "顔写真"), lambda c: picture(c.card.portrait)),
    Field(
        "issue_date",
        Label("발행일", "Date of issue", "発行日"),
        lambda card: card.card.issued_on.isoformat(),
    ),
    Field(
        "issuing_country",
        Label("발급 국가", "Issuing country", "発行国"),
        lambda card: KOREA,
    ),
    Field(
        "issuing_authority",
        Label("주민등록기관", "Registration authority", "住民登録機関"),
        lambda card: card.card.office.name,
    ),
)

FORM: Rows[MobileCard] = (
    Block(
        NAMESPACE,
        Label("주민등록증 항목", "Resident card data", "住民登録証項目"),
        (*_ELEMENTS, *map(reached, (18, 19, 65))),
    ),
)
