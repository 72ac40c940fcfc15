"""A city pays a contractor: before that it must know that neither tax office waits for money."""

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
from verifiers.services.profile import CredentialTypes, Profile, credential, paths

# The two certificates share these names; they are two kinds with two forms all the same.
_CLAIMS = paths("taxpayer.name", "no_arrears", "validity.until")

_PARTY = "haneul-city"
_PURPOSE = "contract-payment"


def relying_party(types: CredentialTypes) -> RelyingParty:
    """Return the city, which may ask whether national and local taxes are paid."""
    return RelyingParty(
        id=_PARTY,
        names=LocalText("하늘시청", "Haneul City", "ハヌル市庁"),
        address="하늘시 시청로 1",
        contact="031-555-0120",
        purposes=(
            RegisteredPurpose(
                code=_PURPOSE,
                text=LocalText(
                    "대금을 지급하기 전에 밀린 세금이 없는지 확인합니다.",
                    "To check before a payment that no taxes are overdue.",
                    "代金を支払う前に、税金の滞納がないことを確認します。",
                ),
                allowed=(
                    AllowedClaims(types.tax_payment, _CLAIMS),
                    AllowedClaims(types.local_tax_payment, _CLAIMS),
                ),
                legal_basis=LegalBasis.TAX_CLEARANCE.value,
                # 국세기본법 제85조의3제2항: evidence of a payment is kept five years.
                kept_by_law=KeptByLaw(Reason.TAX_BOOKS, "P5Y"),
                retention=Retention(
                    "P5Y",
                    LocalText(
                        "지급하고 5년 뒤에 지웁니다.",
                        "Erased five years after the payment.",
                        "支払いの5年後に消去します。",
                    ),
                ),
            ),
        ),
    )


def profile(types: CredentialTypes) -> Profile:
    """Return the question: both certificates, of one taxpayer."""
    return Profile(
        name="contract-payment",
        title=LocalText("대금 지급", "Contract payment", "代金の支払い"),
        party=_PARTY,
        purpose=_PURPOSE,
        sender="national-tax-service, local-tax-office",
        query=DcqlQuery(
            (
                credential("national", types.tax_payment, _CLAIMS),
                credential("local", types.local_tax_payment, _CLAIMS),
            )
        ),
        policies=(SameValue("national", _CLAIMS[0], "local", _CLAIMS[0]),),
    )
