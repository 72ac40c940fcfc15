"""Giving, listing and withdrawing mandates, and ordering under one."""

from dataclasses import replace

from issuers.ages import age_on
from issuers.catalogue import Catalogue
from issuers.certificate.kind import Purpose
from issuers.clerks import Clerk
from issuers.errors import IssuerError, IssuerFailure
from issuers.grounds import Ground
from issuers.issuance.mandates import (
    GIVING_AGE,
    Mandate,
    MandateState,
    ShownMandate,
    Wanted,
    day_of,
    id_in,
    unknown_mandate,
)
from issuers.numbers.codes import new_name
from issuers.offers.offer import Order
from issuers.ports import Stores
from issuers.register.citizens import NOBODY, CitizenQuery, check_handle
from issuers.source.port import SourceOfRecord
from issuers.surroundings import Surroundings


class Mandates:
    """The mandates between citizens, whichever authority's papers they are for."""

    def __init__(
        self,
        catalogue: Catalogue,
        stores: Stores,
        source: SourceOfRecord,
        around: Surroundings,
    ) -> None:
        self._catalogue = catalogue
        self._stores = stores
        self._source = source
        self._around = around

    async def give(self, wanted: Wanted, by: Clerk) -> Mandate:
        """Write a mandate down; whoever is not found by the name in it is nobody, and not told so.

        Raises `IssuerError`: unknown_kind, unknown_purpose, malformed, unknown_citizen for the
        principal, not_entitled (guardian_unconfirmed) for a child, too_many_mandates.
        """
        now = self._around.clock()
        wanted.check(day_of(now))
        kinds = self._catalogue.kinds.values()
        kind = Catalogue(each for each in kinds if by.covers(each.authority.name)).kind(
            wanted.kind
        )
        kind.check_purpose(Purpose(wanted.purpose))
        await self._check_of_age(wanted.principal)
        mandate = Mandate(
            mandate_id=new_name(self._around.entropy),
            principal=wanted.principal,
            proxy=await self._proxy(wanted),
            proxy_name=wanted.proxy,
            authority=kind.authority.name,
            kind=kind.name,
            purpose=wanted.purpose,
            until=wanted.until,
            allowed=wanted.uses,
            used=0,
            given_at=now,
            by=by.name,
        )
        await self._stores.mandates.add(mandate, now=now)
        return mandate

    async def withdraw(self, mandate_id: str, principal: str) -> None:
        """End a mandate of the principal; twice is as once.

        Raises `IssuerError` (unknown_mandate), also for somebody else's.
        """
        withdrawn = await self._stores.mandates.withdraw(
            id_in(mandate_id), check_handle(principal), now=self._around.clock()
        )
        if not withdrawn:
            raise unknown_mandate()

    async def given_by(self, principal: str) -> tuple[ShownMandate, ...]:
        """Return what a citizen has let others do, the latest first."""
        now = self._around.clock()
        return await self._stores.mandates.given_by(check_handle(principal), now=now)

    async def given_to(self, proxy: str) -> tuple[ShownMandate, ...]:
        """Return what others let a citizen do, the latest first.

        Left out are those of people who are protected from the proxy (시행규칙 제13조의2).
        """
        now = self._around.clock()
        return await self._stores.mandates.given_to(check_handle(proxy), now=now)

    async def to_use(self, mandate_id: str, proxy: str) -> ShownMandate:
        """Return a mandate the proxy was given, or raise `IssuerError` (unknown_mandate)."""
        for shown in await self.given_to(proxy):
            if shown.mandate.mandate_id == mandate_id:
                return shown
        raise unknown_mandate()

    async def ordered(self, order: Order, clerk: Clerk) -> Order:
        """Return the order with what its mandate says where the order itself says nothing.

        A mandate that is not the applicant's, not open or not for this kind and desk becomes one
        that nobody gave: it is refused where a stranger is refused, by the same steps.
        """
        if not order.mandate:
            return order
        mandate = await self._stores.mandates.find(id_in(order.mandate))
        if mandate is None or not self._is_usable(mandate, order, clerk):
            return replace(order, mandate=NOBODY)
        return replace(
            order,
            about=order.about or mandate.principal,
            purpose=order.purpose or Purpose(mandate.purpose),
        )

    def _is_usable(self, mandate: Mandate, order: Order, clerk: Clerk) -> bool:
        is_open = mandate.state(self._around.clock()) is MandateState.OPEN
        is_theirs = (mandate.proxy, mandate.kind) == (order.citizen, order.kind)
        return is_open and is_theirs and (clerk.is_attended or not mandate.is_for_counter)

    async def _check_of_age(self, principal: str) -> None:
        person = await self._source.person_of(check_handle(principal))
        if age_on(day_of(self._around.clock()), person.born_on) < GIVING_AGE:
            detail = f"below the age of {GIVING_AGE} the legal representative applies"
            raise IssuerError(
                IssuerFailure.NOT_ENTITLED, detail, ground=Ground.GUARDIAN_UNCONFIRMED
            )

    async def _proxy(self, wanted: Wanted) -> str:
        """Return the one person the principal can mean, or nobody; nobody is one's own proxy."""
        query = CitizenQuery.parse(wanted.proxy)
        found = () if query is None else await self._stores.register.find(query)
        proxies = [one.citizen for one in found if one.citizen != wanted.principal]
        return proxies[0] if len(found) == len(proxies) == 1 else NOBODY
