"""A bank looks once a month, while a loan runs, whether its borrower still owes no taxes.

One consent for up to twelve looks in a year: the person's wallet answers by itself, the ledger
counts, and whoever takes the consent back ends it at once.
"""

from consent.forms.legal_basis import LegalBasis
from consent.forms.terms import LocalText, Retention
from standards.dcql.query import DcqlQuery
from verifiers.registered.registration import AllowedClaims, RegisteredPurpose, Standing
from verifiers.services.profile import CredentialTypes, Profile, credential, paths

# Whether, and until when the certificate says so: no name is needed of somebody known.
_CLAIMS = paths("no_arrears", "validity.until")

_PURPOSE = "loan-review"


def purpose(types: CredentialTypes) -> RegisteredPurpose:
    """Return the purpose, for the bank that lends."""
    return RegisteredPurpose(
        code=_PURPOSE,
        text=LocalText(
            "대출이 이어지는 동안 밀린 세금이 없는지 확인합니다.",
            "To check, while a loan runs, that no taxes are overdue.",
            "融資の間、税金の滞納がないことを確認します。",
        ),
        allowed=(AllowedClaims(types.tax_payment, _CLAIMS),),
        legal_basis=LegalBasis.CONSENT.value,
        standing=Standing(cycle="P1M", uses=12, lasts="P1Y"),
        retention=Retention(
            "P30D",
            LocalText(
                "마지막으로 확인하고 30일 뒤에 지웁니다.",
                "Erased 30 days after the last check.",
                "最後の確認の30日後に消去します。",
            ),
        ),
    )


def profile(types: CredentialTypes) -> Profile:
    """Return the question: two claims, each time the same."""
    return Profile(
        name="loan-review",
        title=LocalText("대출 정기 확인", "Monthly loan review", "融資の定期確認"),
        party="gaon-bank",
        purpose=_PURPOSE,
        sender="national-tax-service",
        query=DcqlQuery((credential("tax", types.tax_payment, _CLAIMS),)),
    )
