"""From an entitlement to the record it is about: asked at the order, and again at the issue."""

from dataclasses import dataclass, replace
from datetime import datetime

from issuers.catalogue import AnyKind
from issuers.certificate.authority import RESIDENT_REGISTRY
from issuers.certificate.protections import Asking, ProtectedSource
from issuers.errors import IssuerError
from issuers.issuance.issuing import application_for
from issuers.issuance.mandates import Mandate, MandateStore, day_of
from issuers.numbers.numbering import NOT_YET, Numbers
from issuers.offers.offer import Entitlement
from issuers.ports import RegisterStore
from issuers.register.citizens import check_relation, not_entitled
from issuers.source.port import SourceOfRecord
from issuers.source.read_once import ReadOnce


@dataclass(frozen=True, slots=True)
class Applications:
    """What decides about an application: the register's relations, and the authority's record."""

    register: RegisterStore
    mandates: MandateStore
    source: SourceOfRecord

    def reading_once(self) -> "Applications":
        """Return the same for one request: whatever is asked of a record, it is read once."""
        return replace(self, source=ReadOnce(self.source))

    async def moves(self, kind: AnyKind, entitlement: Entitlement) -> int | None:
        """Return how often the subject's household has moved, before its record is read.

        None when the kind is not of the resident register, whose moves alone outdate papers.
        """
        if kind.authority != RESIDENT_REGISTRY:
            return None
        return await self.register.moves_of(entitlement.subject)

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
        refusal costs the same. Whatever else a kind refuses is told to the applicant about
        themselves and their household; an outsider is told not_entitled.
        """
        application = application_for(entitlement, numbers, now=now)
        if not entitlement.about and not entitlement.mandate:
            own = ProtectedSource(self.source, Asking(is_own=True), application.issued_on)
            return await kind.read(own, application)
        relation = await self.register.relation(entitlement.citizen, entitlement.subject)
        mandate = await self._mandate(entitlement)
        check_relation(
            kind,
            entitlement,
            relation,
            today=day_of(now),
            has_mandate=mandate is not None and mandate.allows(entitlement, now),
        )
        asking = Asking(
            by_mandate=bool(entitlement.mandate), as_parent=relation.child_born_on is not None
        )
        try:
            source = ProtectedSource(self.source, asking, application.issued_on)
            return await kind.read(source, application)
        except IssuerError as error:
            raise (error if relation.same_household else not_entitled()) from None

    async def _mandate(self, entitlement: Entitlement) -> Mandate | None:
        """Return the mandate an order names; None without one, and for one there is not."""
        if not entitlement.mandate:
            return None
        return await self.mandates.find(entitlement.mandate)
