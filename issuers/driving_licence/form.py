"""The elements of the mobile driving licence (ISO/IEC 18013-5 section 7.2.1, table 5).

Names stand in Latin letters there. What the Korean card prints besides is domestic data, in the
namespace that the standard sets aside for the country (section 7.2.8).
"""

from typing import Final

from issuers.certificate.authority import KOREA
from issuers.certificate.form import Block, Field, Rows, Table
from issuers.certificate.identity_card import ISO, picture, reached
from issuers.driving_licence.licence import MobileLicence, Privilege
from issuers.label import Label
from issuers.source.identity_records import DrivingClass
from standards.mdoc.mdl import NAMESPACE

ARTICLE: Final = "도로교통법 시행규칙 별지 제55호서식"
DOMESTIC: Final = f"{NAMESPACE}.KR"
# The distinguishing sign of ISO/IEC 18013-1 annex F.
_SIGN: Final = "ROK"
_AUTHORITY: Final = "Korean National Police Agency"

_BEARER: Rows[MobileLicence] = (
    Field(
        "family_name",
        Label("성(영문)", "Family name", "姓(英字)"),
        lambda card: card.driver.family_name_latin,
    ),
    Field(
        "given_name",
        Label("이름(영문)", "Given name", "名(英字)"),
        lambda card: card.driver.given_name_latin,
    ),
    Field(
        "birth_date",
        Label("생년월일", "Date of birth", "生年月日"),
        lambda card: card.born_on.isoformat(),
    ),
    Field(
        "sex",
        Label("성별(1 남, 2 여)", "Sex (1 male, 2 female)", "性別(1 男、2 女)"),
        lambda card: card.driver.resident_number.sex,
    ),
    Field("portrait", Label("사진", "Portrait", "顔写真"), lambda c: picture(c.licence.portrait)),
)

_PRIVILEGE: Rows[Privilege] = (
    Field(
        "vehicle_category_code",
        Label("차의 종류(국제 기호)", "Vehicle category", "車両の種類(国際記号)"),
        lambda privilege: privilege.category,
    ),
    Field(
        "issue_date",
        Label("취득일", "Granted on", "取得日"),
        lambda privilege: privilege.since.isoformat(),
    ),
    Field(
        "expiry_date",
        Label("갱신기간 끝", "Date of expiry", "更新期限"),
        lambda privilege: privilege.until.isoformat(),
    ),
)

_CLASS: Rows[DrivingClass] = (
    Field("name", Label("면허의 종류", "Class of licence", "免許の種類"), lambda one: one.name),
    Field("since", Label("취득일", "Granted on", "取得日"), lambda one: one.since.isoformat()),
)

_DOCUMENT: Rows[MobileLicence] = (
    Field(
        "document_number",
        Label("면허번호", "Licence number", "免許番号"),
        lambda card: card.licence.number,
    ),
    Table(
        "driving_privileges",
        Label("운전할 수 있는 차의 종류", "Driving privileges", "運転できる車両の種類"),
        Label("차의 종류 1가지", "One driving privilege", "車両の種類1件"),
        lambda card: card.privileges,
        _PRIVILEGE,
    ),
    Field(
        "issue_date",
        Label("발급일", "Date of issue", "発行日"),
        lambda card: card.licence.issued_on.isoformat(),
    ),
    Field(
        "expiry_date",
        Label("갱신기간 끝", "Date of expiry", "更新期限"),
        lambda card: card.licence.until.isoformat(),
    ),
    Field(
        "issuing_country",
        Label("발급 국가", "Issuing country", "発行国"),
        lambda card: KOREA,
    ),
    Field(
        "issuing_authority",
        Label("발급기관(영문)", "Issuing authority", "発行機関(英字)"),
        lambda card: _AUTHORITY,
    ),
    Field(
        "un_distinguishing_sign",
        Label("국가 식별 기호", "UN distinguishing sign", "国別識別記号"),
        lambda card: _SIGN,
    ),
)

_KOREAN: Rows[MobileLicence] = (
    Field("name", Label("성명", "Name in Korean", "氏名(韓国語)"), lambda card: card.driver.name),
    Field(
        "resident_number",
        Label(
            "주민등록번호, 뒷자리 가림",
            "Resident number, back half masked",
            "住民登録番号、後半非表示",
        ),
        lambda card: card.driver.resident_number.masked,
    ),
    Field(
        "resident_number_back",
        Label("주민등록번호 뒷자리", "Back half of the resident number", "住民登録番号の後半"),
        lambda card: card.driver.resident_number.back,
    ),
    Field("address", Label("주소", "Address", "住所"), lambda card: card.driver.address),
    Table(
        "licence_classes",
        Label("면허의 종류", "Classes of licence", "免許の種類"),
        Label("면허 1가지", "One class of licence", "免許1件"),
        lambda card: card.licence.classes,
        _CLASS,
    ),
    Field(
        "issuing_office",
        Label("발급한 시·도경찰청장", "Issuing provincial police", "発行した地方警察庁長"),
        lambda card: card.licence.office.name,
    ),
)

FORM: Rows[MobileLicence] = (
    Block(
        NAMESPACE,
        Label("국제 운전면허 항목", "International driving licence data", "国際運転免許項目"),
        (*_BEARER, *_DOCUMENT, *map(reached, (18, 19, 21, 65))),
        article=ISO,
    ),
    Block(DOMESTIC, Label("국내 항목", "Domestic data", "国内項目"), _KOREAN),
)
