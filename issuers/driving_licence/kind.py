"""The kind ``driving-licence``: 모바일 운전면허증."""

from issuers.certificate.authority import MOBILE_ID_OFFICE
from issuers.certificate.kind import Kind, Purpose
from issuers.driving_licence.form import ARTICLE, FORM
from issuers.driving_licence.licence import MobileLicence, read
from issuers.label import Label
from standards.dcql.credential_query import MDOC
from standards.mdoc.mdl import DOC_TYPE

KIND: Kind[MobileLicence] = Kind(
    name="driving-licence",
    authority=MOBILE_ID_OFFICE,
    label=Label("모바일 운전면허증", "Mobile Driving Licence", "モバイル運転免許証"),
    description=Label(
        "운전면허와 신원을 증명하며, 나이만 따로 보여 줄 수 있습니다.",
        "Proves who may drive, and who somebody is; the age alone can be shown.",
        "運転免許と身元を証明し、年齢だけを見せることもできます。",
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
