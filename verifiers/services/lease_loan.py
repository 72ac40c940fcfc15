"""A bank lends the deposit of a lease: it asks two authorities' certificates of one person."""

from consent.forms.legal_basis import LegalBasis
from consent.forms.reason import Reason
from consent.forms.terms import LocalText, Retention
from standards.dcql.query import DcqlQuery
from verifiers.presented.policy import SameValue
from verifiers.registered.registration import (
    AllowedClaims,
    KeptByLaw,
    RegisteredPurpose,
    RelyingParty,
)
from verifiers.services import loan_review
from verifiers.services.profile import CredentialTypes, Profile, credential, paths

_REGISTER = paths("applicant", "household.head_name", "current_address.address")
_TAX = paths("taxpayer.name", "no_arrears", "validity.until")

_PURPOSE = "lease-loan"


def relying_party(types: CredentialTypes) -> RelyingParty:
    """Return the bank, which may ask for household and tax standing of an applicant."""
    return RelyingParty(
        id="gaon-bank",
        names=LocalText("가온은행", "Gaon Bank", "ガオン銀行"),
        address="서울특별시 하늘구 가온대로 1",
        contact="1588-0177",
        purposes=(
            RegisteredPurpose(
                code=_PURPOSE,
                text=LocalText(
                    "전세자금 대출을 심사합니다.",
                    "To decide on a loan for a lease deposit.",
                    "賃貸保証金の融資を審査します。",
                ),
                allowed=(
                    AllowedClaims(types.resident_register, _REGISTER),
                    AllowedClaims(types.tax_payment, _TAX),
                ),
                legal_basis=LegalBasis.CONSENT.value,
                # 전자상거래법 시행령 제6조제1항: records of a contract are kept five years;
                # where no loan was made there is no contract, and only the bank knows.
                kept_by_law=KeptByLaw(Reason.ELECTRONIC_COMMERCE, "P5Y", is_conditional=True),
                retention=Retention(
                    "P5Y",
                    LocalText(
                        "대출이 끝나고 5년 뒤에 지웁니다.",
                        "Erased five years after the loan ends.",
                        "融資終了の5年後に消去します。",
                    ),
                ),
            ),
            loan_review.purpose(types),
        ),
    )


def profile(types: CredentialTypes) -> Profile:
    """Return the question: both certificates, and the same name in both."""
    return Profile(
        name="lease-loan",
        title=LocalText("전세자금 대출", "Lease loan", "賃貸保証金の融資"),
        party="gaon-bank",
        purpose=_PURPOSE,
        sender="resident-registry, national-tax-service",
        query=DcqlQuery(
            (
                credential("household", types.resident_register, _REGISTER),
                credential("tax", types.tax_payment, _TAX),
            )
        ),
        policies=(SameValue("household", _REGISTER[0], "tax", _TAX[0]),),
    )
