"""The kind ``resident-abstract``: 주민등록표 초본."""

from issuers.certificate.authority import RESIDENT_REGISTRY
from issuers.certificate.kind import Kind, Purpose
from issuers.certificate.register_paper import kept
from issuers.label import Label
from issuers.resident_abstract.abstract import ADDRESS_RANGE, SERVICE_RECORD, read
from issuers.resident_abstract.form import ARTICLE, FORM

KIND = Kind(
    name="resident-abstract",
    authority=RESIDENT_REGISTRY,
    label=Label("주민등록표 초본", "Abstract of the Resident Register", "住民登録票抄本"),
    description=Label(
        "본인의 인적사항과 그 변경, 현주소와 주소 이력을 증명합니다.",
        "Proves a person's details and their changes, the current address and those before.",
        "本人の身上事項とその変更、現住所と住所の履歴を証明します。",
    ),
    article=ARTICLE,
    form=FORM,
    read=read,
    validity=kept,
    purpose=Purpose("본인 확인용"),
    options=(ADDRESS_RANGE, SERVICE_RECORD),
)
