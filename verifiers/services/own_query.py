"""A desk that sends a query of its own (``mydata verifiers request --dcql FILE``).

It is there to talk to other makers' wallets and authorities, and to try queries. Of our own
certificates it may ask for all but the unique identifiers and what may hold one (the earlier
numbers among changes of the person); of a type it does not know, anything.
"""

from typing import Final

from consent.forms.legal_basis import LegalBasis
from consent.forms.terms import LocalText, Retention
from standards.openid4vp.request import ResponseMode
from verifiers.registered.registration import AllowedClaims, RegisteredPurpose, RelyingParty
from verifiers.services.profile import CredentialTypes, paths
from verifiers.transaction import Flow

PARTY: Final = "test-desk"
PURPOSE: Final = "own-query"
# Whoever issued what the query names.
SENDER: Final = "the issuers of the certificates asked for"

_CHANGE = ("moved_in_on", "changed_on", "change_reason")
_MEMBER = ("number", "relation", "name", "name_hanja", "resident_number", *_CHANGE)

_REGISTER = paths(
    *("document_number", "issue_number", "officer", "phone", "applicant", "purpose"),
    *("issued_on", "issuing_agency", "seal", "age_over_14", "age_over_19", "age_over_65"),
    *("household", "current_address", "past_addresses"),
    *(f"{table}.*.{name}" for table in ("members", "cohabitants") for name in _MEMBER),
)
_TAX = paths(
    *("issue_number", "receipt_number", "processing_period", "no_arrears", "no_deferrals"),
    *("use", "validity", "deferrals", "arrears", "issue", "taxpayer.company_name"),
    *(f"taxpayer.{name}" for name in ("business_number", "name", "resident_number", "address")),
)
_ABSTRACT = paths(
    *("document_number", "issue_number", "officer", "phone", "applicant", "purpose"),
    *("issued_on", "issuing_agency", "seal", "age_over_14", "age_over_19", "age_over_65"),
    *("person.name", "person.name_hanja", "person.resident_number", "register_status"),
    *("current_address", "address_range", "addresses", "service_record"),
    *(f"personal_changes.*.{name}" for name in ("number", "item", "changed_on", "change_reason")),
)
_LOCAL_TAX = paths(
    *("issue_number", "no_arrears", "use", "validity", "deferrals", "arrears", "issue"),
    *(f"taxpayer.{name}" for name in ("name", "resident_number", "address")),
    *(f"taxpayer.{name}" for name in ("company_name", "business_number")),
)


def relying_party(types: CredentialTypes) -> RelyingParty:
    """Return the desk, in every flow and response mode."""
    return RelyingParty(
        id=PARTY,
        names=LocalText("상호운용 시험 창구", "Interoperability desk", "相互運用テスト窓口"),
        address="서울특별시 하늘구 시험로 3",
        contact="desk@example.org",
        purposes=(
            RegisteredPurpose(
                code=PURPOSE,
                text=LocalText(
                    "다른 지갑과 주고받기를 시험합니다.",
                    "To try exchanges with other wallets.",
                    "他のウォレットとのやり取りを試します。",
                ),
                allowed=(
                    AllowedClaims(types.resident_register, _REGISTER),
                    AllowedClaims(types.tax_payment, _TAX),
                    AllowedClaims(types.resident_abstract, _ABSTRACT),
                    AllowedClaims(types.local_tax_payment, _LOCAL_TAX),
                    AllowedClaims(None, None),
                ),
                legal_basis=LegalBasis.CONSENT.value,
                retention=Retention(
                    "P0D",
                    LocalText(
                        "보관하지 않고 바로 지웁니다.",
                        "Not kept: erased at once.",
                        "保管せず、直ちに消去します。",
                    ),
                ),
                flows=frozenset(Flow) - {Flow.STANDING},
                modes=frozenset(ResponseMode),
                offline_ok=True,
                cross_device_reason="wallets of other makers are tried from elsewhere",
            ),
        ),
    )
