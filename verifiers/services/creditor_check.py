"""A collector looks for a debtor: who it is and where they live now, within the law.

What may be seen is the creditor's view of an abstract (주민등록법 시행규칙 제13조제11항), by rule
and not by this module: with a longer list of claims here the service would not start.
"""

from consent.forms.statutory import StatutoryView, rule_of
from consent.forms.terms import LocalText, Retention
from verifiers.registered.registration import AllowedClaims, RegisteredPurpose, RelyingParty
from verifiers.services.profile import CredentialTypes, Profile, paths, with_optional

_REQUIRED = paths(
    "person.name", "person.resident_number", "register_status", "current_address.address"
)
_OPTIONAL = {"moved_in_on": paths("current_address.moved_in_on")[0]}

_PARTY = "hanbit-collection"
_PURPOSE = "creditor-check"


def relying_party(types: CredentialTypes) -> RelyingParty:
    """Return the collector, which may ask for the debtor's name, standing and present address."""
    allowed = AllowedClaims(types.resident_abstract, (*_REQUIRED, *_OPTIONAL.values()))
    return RelyingParty(
        id=_PARTY,
        names=LocalText("한빛 채권관리", "Hanbit Collections", "ハンビット債権管理"),
        address="서울특별시 하늘구 한빛로 45",
        contact="02-555-0133",
        purposes=(
            RegisteredPurpose(
                code=_PURPOSE,
                text=LocalText(
                    "빌려준 돈을 돌려받기 위해 현주소를 확인합니다.",
                    "To check the present address of a person who owes us money.",
                    "貸したお金の返済を求めるため、現住所を確認します。",
                ),
                allowed=(allowed,),
                optional=tuple(_OPTIONAL.values()),
                legal_basis=rule_of(StatutoryView.CREDITOR).legal_basis,
                retention=Retention(
                    "P1Y",
                    LocalText(
                        "돈을 돌려받으면, 늦어도 1년 뒤에 지웁니다.",
                        "Erased when the debt is paid, a year later at the latest.",
                        "返済後、遅くとも1年後に消去します。",
                    ),
                ),
            ),
        ),
    )


def profile(types: CredentialTypes) -> Profile:
    """Return the question; since when somebody lives there is theirs to say."""
    return Profile(
        name="creditor-check",
        title=LocalText("채무자 주소 확인", "Debtor's address", "債務者の住所確認"),
        party=_PARTY,
        purpose=_PURPOSE,
        sender="resident-registry",
        query=with_optional(types.resident_abstract, _REQUIRED, _OPTIONAL),
    )
