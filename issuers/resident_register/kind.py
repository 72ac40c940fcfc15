"""The kind ``resident-register``: 주민등록표 등본."""

from issuers.certificate.authority import RESIDENT_REGISTRY
from issuers.certificate.kind import Kind, Purpose
from issuers.certificate.register_paper import kept
from issuers.label import Label
from issuers.resident_register.copy import read
from issuers.resident_register.form import ARTICLE, FORM

KIND = Kind(
    name="resident-register",
    authority=RESIDENT_REGISTRY,
    label=Label("주민등록표 등본", "Copy of the Resident Register", "住民登録票謄本"),
    description=Label(
        "세대주와 세대원, 현주소와 과거주소를 증명합니다.",
        "Proves the household, its members, its current and past addresses.",
        "世帯主と世帯員、現住所と過去の住所を証明します。",
    ),
    article=ARTICLE,
    form=FORM,
    read=read,
    validity=kept,
    purpose=Purpose("본인 확인용"),
)
