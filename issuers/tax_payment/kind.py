"""The kind ``tax-payment``: 납세증명서(국세)."""

from issuers.certificate.authority import NATIONAL_TAX_SERVICE
from issuers.certificate.kind import Kind, Purpose
from issuers.label import Label
from issuers.tax_payment.certificate import TaxCertificate, read
from issuers.tax_payment.form import ARTICLE, FORM

KIND: Kind[TaxCertificate] = Kind(
    name="tax-payment",
    authority=NATIONAL_TAX_SERVICE,
    label=Label("납세증명서(국세)", "National Tax Payment Certificate", "納税証明書(国税)"),
    description=Label(
        "발급일 현재 유예된 세금 외에 체납액이 없음을 증명합니다.",
        "Proves that on the day of issue no tax is in arrears, deferred ones excepted.",
        "発行日現在、猶予された税を除き滞納がないことを証明します。",
    ),
    article=ARTICLE,
    form=FORM,
    read=read,
    validity=lambda paper: paper.validity,
    purpose=Purpose("기타", detail="제출용"),
    purposes=frozenset({"대금 수령", "해외이주", "기타"}),
    is_yearly=True,
)
