"""The kind ``resident-card``: 모바일 주민등록증."""

from issuers.certificate.authority import MOBILE_ID_OFFICE
from issuers.certificate.kind import Kind, Purpose
from issuers.label import Label
from issuers.resident_card.card import MobileCard, read
from issuers.resident_card.form import ARTICLE, DOC_TYPE, FORM
from standards.dcql.credential_query import MDOC

KIND: Kind[MobileCard] = Kind(
    name="resident-card",
    authority=MOBILE_ID_OFFICE,
    label=Label("모바일 주민등록증", "Mobile Resident Card", "モバイル住民登録証"),
    description=Label(
        "신원을 증명하며, 나이나 주소만 따로 보여 줄 수 있습니다.",
        "Proves who somebody is; the age or the address alone can be shown.",
        "身元を証明し、年齢や住所だけを見せることもできます。",
    ),
    article=ARTICLE,
    form=FORM,
    read=read,
    validity=lambda card: card.validity,
    purpose=Purpose("신분 확인"),
    format=MDOC,
    doctype=DOC_TYPE,
    is_personal=True,
)
