"""From an entitlement to the record it is about: asked at the order, and again at the issue."""

from dataclasses import dataclass
from datetime import datetime

from issuers.catalogue import AnyKind
from issuers.citizens import check_relation
from issuers.issuing import application_for
from issuers.numbering import NOT_YET, Numbers
from issuers.offers import Entitlement
from issuers.ports import RegisterStore
from issuers.source.port import SourceOfRecord


@dataclass(frozen=True, slots=True)
class Applications:
    """What decides about an application: the register's relations, and the authority's record."""

    register: RegisterStore
    source: SourceOfRecord

    async def record(
        self,
        kind: AnyKind,
        entitlement: Entitlement,
        numbers: Numbers = NOT_YET,
        *,
        now: datetime,
    ) -> object:
        """Return the record of the subject, or raise `IssuerError`.

        not_entitled: the applicant may not have it; nothing is read then, so that every such
        refusal costs the same. unknown_citizen: the applicant is not in the register.
        """
        if entitlement.about:
            relation = await self.register.relation(entitlement.citizen, entitlement.about)
            check_relation(kind, entitlement, relation)
        record: object = await kind.read(
            self.source, application_for(entitlement, numbers, now=now)
        )
        return record
