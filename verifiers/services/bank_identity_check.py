"""A savings bank confirms who and where its customer is, as the law lets a financial company."""

from consent.forms.reason import Reason
from consent.forms.statutory import StatutoryView, rule_of
from consent.forms.terms import LocalText, Retention
from standards.dcql.query import DcqlQuery
from verifiers.registered.registration import (
    AllowedClaims,
    KeptByLaw,
    RegisteredPurpose,
    RelyingParty,
)
from verifiers.services.profile import CredentialTypes, Profile, credential, paths

_CLAIMS = paths(
    "person.name", "person.resident_number", "register_status", "current_address.address"
)

_PARTY = "maru-savings"
_PURPOSE = "bank-identity-check"


def relying_party(types: CredentialTypes) -> RelyingParty:
    """Return the savings bank, which may ask for the financial company's view of an abstract."""
    return RelyingParty(
        id=_PARTY,
        names=LocalText("마루저축은행", "Maru Savings Bank", "マル貯蓄銀行"),
        address="부산광역시 바다구 마루로 7",
        contact="1588-0155",
        purposes=(
            RegisteredPurpose(
                code=_PURPOSE,
                text=LocalText(
                    "거래하는 분의 이름과 현주소를 확인합니다.",
                    "To confirm a customer's name and present address.",
                    "お取引の方の氏名と現住所を確認します。",
                ),
                allowed=(AllowedClaims(types.resident_abstract, _CLAIMS),),
                legal_basis=rule_of(StatutoryView.FINANCIAL_COMPANY).legal_basis,
                # 특정금융정보법 제5조의4: who a customer was is kept five years.
                kept_by_law=KeptByLaw(Reason.MONEY_LAUNDERING, "P5Y"),
                retention=Retention(
                    "P5Y",
                    LocalText(
                        "거래가 끝나고 5년 뒤에 지웁니다.",
                        "Erased five years after the last business.",
                        "お取引終了の5年後に消去します。",
                    ),
                ),
            ),
        ),
    )


def profile(types: CredentialTypes) -> Profile:
    """Return the question: four claims, none of them optional."""
    return Profile(
        name="bank-identity-check",
        title=LocalText("금융 거래자 확인", "Bank customer check", "金融取引者の確認"),
        party=_PARTY,
        purpose=_PURPOSE,
        sender="resident-registry",
        query=DcqlQuery((credential("customer", types.resident_abstract, _CLAIMS),)),
    )
