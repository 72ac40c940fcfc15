"""Notice of issue (주민등록법 시행규칙 §13⑩, 시행령 §47⑧): who was given or shown my paper.

It goes to the subject of every certificate, and to everybody whose data a household's copy holds.
"""

from dataclasses import dataclass
from datetime import datetime

from issuers.offers.fees import Service
from issuers.offers.offer import Entitlement
from issuers.resident_register.copy import RegisterCopy

# How the applicant is named in a notice to the applicant.
SELF = "self"
# Under which a minor's legal representative applies where no household shares its papers.
REPRESENTATION = "민법 제911조, 개인정보 보호법 제38조"


@dataclass(frozen=True, slots=True)
class Notice:
    """One certificate about the reader, or a view of one: when, which, for whom; no claim of it.

    ``applicant`` is `SELF` or a person's name. ``reason`` is the article under which somebody
    outside the household was given it, None within the household.
    """

    at: datetime
    kind: str
    authority: str
    applicant: str
    purpose: str
    reason: str | None
    service: Service = Service.ISSUE


def concerned(record: object, entitlement: Entitlement) -> tuple[str, ...]:
    """Return who is given notice of a certificate: its subject, and whom else it tells of.

    A household's copy holds every member and cohabitant; all other kinds hold their subject alone.
    """
    match record:
        case RegisterCopy(household=household):
            everyone = (*household.members, *household.cohabitants)
            others = tuple(member.person.citizen for member in everyone)
        case _:
            others = ()
    return tuple(dict.fromkeys((entitlement.subject, *others)))
