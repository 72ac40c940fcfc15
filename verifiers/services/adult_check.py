"""A shop asks one thing: is the buyer 19 or over? Not the name, not the birth date."""

from consent.forms.legal_basis import LegalBasis
from consent.forms.terms import LocalText, Retention
from standards.dcql.query import DcqlQuery
from verifiers.registered.registration import AllowedClaims, RegisteredPurpose, RelyingParty
from verifiers.services.profile import CredentialTypes, Profile, credential, paths

_CLAIMS = paths("age_over_19")

_PURPOSE = "adult-check"


def relying_party(types: CredentialTypes) -> RelyingParty:
    """Return the shop, which may ask for the yes/no fact and nothing else."""
    return RelyingParty(
        id="corner-store",
        names=LocalText("모퉁이 편의점", "Corner Store", "街角ストア"),
        address="서울특별시 하늘구 모퉁이길 12",
        contact="02-555-0119",
        purposes=(
            RegisteredPurpose(
                code=_PURPOSE,
                text=LocalText(
                    "19세 이상인지 확인합니다.",
                    "To check that you are 19 or over.",
                    "満19歳以上であることを確認します。",
                ),
                allowed=(AllowedClaims(types.resident_register, _CLAIMS),),
                legal_basis=LegalBasis.AGE_CHECK.value,
                retention=Retention(
                    "P0D",
                    LocalText(
                        "보관하지 않고 바로 지웁니다.",
                        "Not kept: erased at once.",
                        "保管せず、直ちに消去します。",
                    ),
                ),
                offline_ok=True,
            ),
        ),
    )


def profile(types: CredentialTypes) -> Profile:
    """Return the question: one claim, true or false, signed by the authority."""
    return Profile(
        name="adult-check",
        title=LocalText("성인 확인", "Adult check", "成人確認"),
        party="corner-store",
        purpose=_PURPOSE,
        sender="resident-registry",
        query=DcqlQuery((credential("adult", types.resident_register, _CLAIMS),)),
    )
