"""An authority's desk: what its clerks find, order, look up and change.

What belongs to another authority answers like what does not exist, byte for byte (H90).
"""

from datetime import datetime

from issuers.catalogue import AnyKind, Catalogue
from issuers.certificate.authority import RESIDENT_REGISTRY
from issuers.certificate.relatives import relatives
from issuers.certificate.statutory import narrowed
from issuers.certificate.tripwire import Identity
from issuers.clerks import Clerk
from issuers.desk.applications import Applications
from issuers.desk.mandating import Mandates
from issuers.desk.registry import Registry
from issuers.desk.tills import Till
from issuers.errors import IssuerError
from issuers.grounds import Ground
from issuers.issuance.book import (
    PAGE_LIMIT,
    BookCursor,
    BookFilter,
    BookPage,
    KeptCertificate,
    check_number,
    unknown_certificate,
)
from issuers.issuance.bulk import ReadyPaper
from issuers.issuance.deciding import Decisions
from issuers.issuance.issuing import end_of
from issuers.issuance.refusals import Refusal
from issuers.issuance.refusing import Refusals
from issuers.issuance.years import YearOrder
from issuers.numbers.codes import IssuerSecret
from issuers.offers.fees import Service, fee_of
from issuers.offers.offer import (
    Entitlement,
    HandedOffer,
    NewOffer,
    Order,
    entitlement_for,
    handed,
    new_offer,
)
from issuers.offers.previewing import Preview, shown_claims
from issuers.offers.years import check_year
from issuers.ports import Change, Stores
from issuers.published.guarding import SignerGuard
from issuers.register.access_records import Accesses, AccessOverview
from issuers.register.accesses import AccessAct
from issuers.register.citizens import (
    CitizenQuery,
    FoundCitizen,
    check_handle,
    not_entitled,
)
from issuers.register.notices import Notice, concerned
from issuers.register.viewings import Viewing
from issuers.source.records import Person
from issuers.surroundings import Surroundings


class Desk:
    """Every authority's desk; the clerk says which one is meant."""

    def __init__(
        self,
        catalogue: Catalogue,
        stores: Stores,
        applications: Applications,
        guard: SignerGuard,
        around: Surroundings,
    ) -> None:
        self._catalogue = catalogue
        self._stores = stores
        self._applications = applications
        self._guard = guard
        self._around = around
        self._secret = IssuerSecret(around.secret)
        self._accesses = Accesses(stores.accesses, around.clock)
        self.mandates = Mandates(catalogue, stores, applications.source, around)
        self.registry = Registry(stores.register, around.clock)
        self.till = Till(stores, around.clock)
        self.refusals = Refusals(stores.refusals, around.clock)
        self.decisions = Decisions(stores.deferrals, self.refusals, self._accesses, around.clock)

    async def find_citizens(self, query: str, clerk: Clerk) -> tuple[FoundCitizen, ...]:
        """Return who has this handle or name; a birth date behind the name tells namesakes apart.

        Nothing typed finds nobody. The register answers clerks of every authority. Raises
        `IssuerError` (bulk_access).
        """
        wanted = CitizenQuery.parse(query)
        if wanted is None:
            return ()
        found = await self._stores.register.find(wanted)
        await self._accesses.note(AccessAct.FOUND, [one.citizen for one in found], clerk)
        return found

    def kinds(self, clerk: Clerk) -> tuple[AnyKind, ...]:
        """Return the kinds of certificate this clerk can offer."""
        return tuple(
            kind for kind in self._catalogue.kinds.values() if clerk.covers(kind.authority.name)
        )

    async def relatives(self, citizen: str, kind: AnyKind) -> tuple[Person, ...]:
        """Return whom else a citizen can apply about without an officer; none without a home."""
        try:
            home = await self._applications.source.household_of(check_handle(citizen))
        except IssuerError:
            return ()
        return relatives(home, citizen, kind, today=self.till.today())

    async def preview(self, order: Order, clerk: Clerk) -> Preview:
        """Return what would be signed for an order; nothing is written.

        Raises `IssuerError` as `offer` does.
        """
        kind, entitlement, now = await self._examined(order, clerk)
        await self._accesses.note(AccessAct.PREVIEWED, (order.citizen, entitlement.about), clerk)
        record = await self._applications.record(kind, entitlement, now=now)
        source = self._applications.source
        claims = narrowed(kind.claims(record), kind.name, entitlement.view)
        return Preview(
            kind=kind.name,
            authority=kind.authority.name,
            applicant_name=(await source.person_of(entitlement.citizen)).name,
            about_name=(await source.person_of(entitlement.subject)).name,
            claims=shown_claims(claims, kind.described),
            validity=kind.validity(record),
            fee=fee_of(entitlement),
        )

    async def offer(self, order: Order, clerk: Clerk) -> HandedOffer:
        """Return a new offer.

        Raises `IssuerError`: unknown_kind, unknown_purpose, unknown_option, unknown_view,
        unknown_citizen, not_entitled, too_many_offers, bulk_access, and what
        `issuers.published.guarding.SignerGuard.check` raises: nobody is handed what could not be
        signed. Whether the citizen is entitled is asked again when the certificate is issued; a
        refusal is kept and told to them.
        """
        new = await self.made(order, clerk)
        await self._stores.offers.add(new.offer, now=self._around.clock())
        authority = self._catalogue.authority(new.offer.entitlement.authority)
        issuer = authority.identifier(self._around.base)
        return handed(new, order.by, issuer=issuer, secret=self._secret)

    async def made(self, order: Order, clerk: Clerk) -> NewOffer:
        """Return a new offer that is kept nowhere yet; raises as `offer` but too_many_offers."""
        kind, entitlement, now = await self._examined(order, clerk)
        await self._accesses.note(AccessAct.OFFERED, (order.citizen, entitlement.about), clerk)
        if entitlement.year is None:
            # For a year it is the day of the job that decides, and its signer.
            record = await self._record(kind, entitlement, now)
            until = end_of(kind.validity(record).until)
            await self._guard.check(entitlement.authority, until=until, now=now)
        subject = await self._applications.source.person_of(entitlement.subject)
        return new_offer(
            entitlement,
            Identity.of(subject),
            with_tx_code=order.with_tx_code,
            grant=order.grant,
            secret=self._secret,
            now=now,
            entropy=self._around.entropy,
        )

    async def show(self, order: Order, clerk: Clerk) -> Viewing:
        """Write down that somebody looked at the register here (열람): told and paid like a paper.

        Raises `IssuerError` as `offer`, and not_entitled for what is no register or no desk.
        """
        kind, entitlement, now = await self._examined(order, clerk)
        if not clerk.is_attended or kind.authority != RESIDENT_REGISTRY:
            raise not_entitled()
        await self._accesses.note(AccessAct.PREVIEWED, (order.citizen, entitlement.about), clerk)
        told = concerned(await self._record(kind, entitlement, now), entitlement)
        viewing = Viewing(now, entitlement, fee_of(entitlement, Service.VIEW).won, told)
        await self._stores.viewings.keep(viewing)
        return viewing

    async def refuse(self, order: Order, ground: Ground, clerk: Clerk) -> Refusal:
        """Refuse an application on a ground; who applied reads it with what to do next.

        Raises `IssuerError`: unknown_kind, unknown_purpose, unknown_option, unknown_view,
        unknown_citizen.
        """
        _kind, entitlement, _now = await self._examined(order, clerk)
        await self._applications.source.person_of(order.citizen)
        return await self.refusals.refuse(entitlement, ground)

    async def certificate(self, number: str, clerk: Clerk) -> KeptCertificate:
        """Return a certificate with its history.

        Raises `IssuerError` (unknown_certificate, bulk_access).
        """
        found = await self._stores.book.find(
            check_number(number), clerk.authority, now=self._around.clock()
        )
        if found is None:
            raise unknown_certificate()
        entitlement = found.certificate.entitlement
        people = (entitlement.citizen, entitlement.about)
        await self._accesses.note(AccessAct.OPENED, people, clerk)
        return found

    async def certificates_of(self, citizen: str) -> tuple[KeptCertificate, ...]:
        """Return what a citizen applied for, of every authority, the latest first.

        It is for the citizen's own page; a clerk looks into `book`.
        """
        return await self._stores.book.of(check_handle(citizen), now=self._around.clock())

    async def change(self, change: Change) -> KeptCertificate:
        """Revoke, suspend or reinstate a certificate, or raise `IssuerError`.

        unknown_certificate, also for another authority's; status_final, status_unchanged.
        """
        check_number(change.number)
        return await self._stores.certificates.change(change, now=self._around.clock())

    async def book(
        self,
        clerk: Clerk,
        filters: BookFilter,
        before: BookCursor | None = None,
        limit: int = PAGE_LIMIT,
    ) -> BookPage:
        """Return a page of the issue book (주민등록법 시행규칙 §13⑧), the latest entry first."""
        if not f"{filters.kind}{filters.text}".isprintable():
            return BookPage((), None)  # no kind, number or handle is written so
        return await self._stores.book.page(
            clerk.authority,
            filters,
            before,
            limit=max(1, min(limit, PAGE_LIMIT)),
            now=self._around.clock(),
        )

    async def notices_of(self, citizen: str) -> tuple[Notice, ...]:
        """Return who was issued or shown what about a citizen (주민등록법 시행규칙 §13⑩)."""
        papers = await self._stores.book.notices_of(check_handle(citizen))
        views = await self._stores.viewings.notices_of(citizen)
        return tuple(sorted((*papers, *views), key=lambda notice: notice.at, reverse=True))

    async def ready_for(self, citizen: str) -> tuple[ReadyPaper, ...]:
        """Return what was made ready for a citizen and not taken since, the latest first."""
        return await self._stores.bulk.ready_for(check_handle(citizen))

    async def year_orders(self, citizen: str) -> tuple[YearOrder, ...]:
        """Return a citizen's orders that wait: for a year's job, an officer, or the wallet."""
        return await self._stores.years.of(check_handle(citizen))

    async def cancel_year_order(self, number: str, citizen: str) -> None:
        """Cancel a citizen's own order, or raise `IssuerError` (unknown_certificate)."""
        now = self._around.clock()
        await self._stores.years.cancel(check_number(number), check_handle(citizen), now=now)

    async def accesses(self, clerk: Clerk) -> AccessOverview:
        """Return the latest accesses of a clerk's authority, and what the rules say of them."""
        return await self._accesses.overview(clerk)

    async def _record(self, kind: AnyKind, entitlement: Entitlement, now: datetime) -> object:
        """Return the record of an order; a refusal is kept and told to who applied."""
        try:
            return await self._applications.record(kind, entitlement, now=now)
        except IssuerError as error:
            await self.refusals.note(entitlement, error)
            raise

    async def _examined(self, order: Order, clerk: Clerk) -> tuple[AnyKind, Entitlement, datetime]:
        kind = Catalogue(self.kinds(clerk)).kind(order.kind)
        check_handle(order.citizen)
        if order.view is not None and not clerk.is_attended:
            raise not_entitled()  # the claim against the person is proven to an officer
        meant = await self.mandates.ordered(order, clerk)
        check_year(kind, meant, today=self.till.today())
        entitlement = entitlement_for(kind, meant, officer=clerk.name)
        return kind, entitlement, self._around.clock()
