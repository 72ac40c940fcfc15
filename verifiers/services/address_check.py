"""A parcel service asks where you live; since when, and the head's name, only if you like."""

from consent.forms.legal_basis import LegalBasis
from consent.forms.terms import LocalText, Retention
from verifiers.registered.registration import AllowedClaims, RegisteredPurpose, RelyingParty
from verifiers.services.profile import CredentialTypes, Profile, paths, with_optional

_REQUIRED = paths("applicant", "current_address.address")
_OPTIONAL = {
    "moved_in_on": paths("current_address.moved_in_on")[0],
    "head_name": paths("household.head_name")[0],
}

_PURPOSE = "address-check"


def relying_party(types: CredentialTypes) -> RelyingParty:
    """Return the parcel service, which may ask for name and address and two optional claims."""
    allowed = AllowedClaims(types.resident_register, (*_REQUIRED, *_OPTIONAL.values()))
    return RelyingParty(
        id="parcel-service",
        names=LocalText("한걸음 택배", "Hangeoreum Parcels", "ハンゴルム宅配"),
        address="경기도 새벽시 물류로 30",
        contact="1588-0110",
        purposes=(
            RegisteredPurpose(
                code=_PURPOSE,
                text=LocalText(
                    "받는 분의 주소를 확인합니다.",
                    "To check the address we deliver to.",
                    "お届け先の住所を確認します。",
                ),
                allowed=(allowed,),
                optional=tuple(_OPTIONAL.values()),
                legal_basis=LegalBasis.CONSENT.value,
                retention=Retention(
                    "P30D",
                    LocalText(
                        "배송이 끝나고 30일 뒤에 지웁니다.",
                        "Erased 30 days after delivery.",
                        "配送完了の30日後に消去します。",
                    ),
                ),
                offline_ok=True,
            ),
        ),
    )


def profile(types: CredentialTypes) -> Profile:
    """Return the question with its optional claims, the smallest alternative first."""
    return Profile(
        name="address-check",
        title=LocalText("주소 확인", "Address check", "住所確認"),
        party="parcel-service",
        purpose=_PURPOSE,
        sender="resident-registry",
        query=with_optional(types.resident_register, _REQUIRED, _OPTIONAL),
    )
