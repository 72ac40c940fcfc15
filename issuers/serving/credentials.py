"""The credential endpoint and the deferred one (OpenID4VCI sections 8 and 9).

1. the token is good here, and the request asks for what it is good for, in a form we can answer;
2. every proof proves another key, with a nonce of ours;
3. what would be issued is read and held against the order (`issuers.serving.releasing`);
4. an order that an officer decides about, or one for a year (`issuers.offers.years`), waits: the
   wallet gets a transaction id, and brings it to the deferred endpoint until it is decided;
5. the copies are released, with the labels of the household.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from issuers.authorization.grants import Grant, refused
from issuers.catalogue import Catalogue
from issuers.issuance import issuing
from issuers.issuance.deferring import (
    Decision,
    Deferral,
    Deferred,
    denied,
    interval_after,
)
from issuers.issuance.proving import Proved, Prover
from issuers.numbers.codes import IssuerSecret, at_rest, equal, new_token
from issuers.numbers.numbering import notification_id, numbers_of
from issuers.offers.waiting import DEFERRAL_LIFE, wait_of
from issuers.offers.years import year_interval
from issuers.ports import Stores
from issuers.serving.access import Access, TokenPresented
from issuers.serving.inboxes import Inboxes, inbox_in
from issuers.serving.releasing import Releasing
from issuers.serving.years import YearsOrders
from issuers.surroundings import Surroundings
from keys.role import Role
from standards.openid4vci.credential import (
    CredentialRequest,
    CredentialResponse,
    DeferredResponse,
)
from standards.openid4vci.deferred import DeferredCredentialRequest, invalid_transaction_id


class Credentials:
    """What wallets are given, for all authorities."""

    def __init__(
        self,
        catalogue: Catalogue,
        stores: Stores,
        access: Access,
        releasing: Releasing,
        inboxes: Inboxes,
        around: Surroundings,
    ) -> None:
        self._catalogue = catalogue
        self._offers = stores.offers
        self._deferrals = stores.deferrals
        self._years = YearsOrders(stores, IssuerSecret(around.secret))
        self._access = access
        self._releasing = releasing
        self._inboxes = inboxes
        self._around = around
        self._secret = IssuerSecret(around.secret)

    async def ask(
        self, authority: str, presented: TokenPresented, request: CredentialRequest
    ) -> CredentialResponse | DeferredResponse:
        """Return one copy for each key proved, or a transaction id while an officer decides.

        Raises `IssuerError`, `CredentialRequestError` and what `Access.grant` raises.
        """
        now = self._around.clock()
        grant = await self._access.grant(authority, presented)  # 1
        issuing.check_request(request, grant.entitlement, grant.identifiers)
        inbox = inbox_in(request)
        proved = self._prover(authority, grant, now).prove(request.proofs)  # 2
        if grant.entitlement.year is not None and not await self._is_due(grant):
            return await self._deferred(grant, proved, has_inbox=False, now=now)  # 4
        paper = await self._releasing.paper(grant, now=now)  # 3
        if grant.entitlement.needs_decision and not await self._is_approved(grant):
            if inbox is not None:
                await self._inboxes.exchange(inbox, paper.record, grant.entitlement, now=now)
            return await self._deferred(grant, proved, has_inbox=inbox is not None, now=now)  # 4
        copies = await self._releasing.release(paper, proved, now=now)  # 5
        household = await self._inboxes.exchange(inbox, paper.record, grant.entitlement, now=now)
        return CredentialResponse(copies, notification_id(paper.number, self._secret), household)

    async def fetch(
        self, authority: str, presented: TokenPresented, request: DeferredCredentialRequest
    ) -> CredentialResponse | DeferredResponse:
        """Return the copies once, after the decision; before it, when to ask again.

        The keys are those of the first request. Raises `IssuerError` (access_refused,
        decision_refused), `CredentialRequestError` (invalid_transaction_id) for an id that is
        unknown, of another order, or used up, and what `Access.grant` raises.
        """
        now = self._around.clock()
        found = await self._deferrals.find(at_rest(request.transaction_id))
        grant = await self._fetching(authority, presented, found, now)
        if found is None or found.is_fetched or found.offer_id_hash != grant.offer_id_hash:
            raise invalid_transaction_id()
        match found.decision:
            case Decision.WAITING if not await self._years.is_made(grant.entitlement):
                interval = _interval(grant, now - found.since)
                return DeferredResponse(request.transaction_id, interval)
            case Decision.REFUSED | Decision.CANCELLED:
                raise denied()
            case Decision.WAITING | Decision.APPROVED:
                return await self._fetched(grant, found, now)

    async def _fetched(self, grant: Grant, found: Deferred, now: datetime) -> CredentialResponse:
        if grant.entitlement.year is not None:
            made = await self._years.fetched(grant, found, now=now)
            if made is not None:
                return made
            grant = replace(grant, is_waited_for=True)
        paper = await self._releasing.paper(grant, now=now)
        copies = await self._releasing.release(
            paper, Proved(found.holders, ()), found.transaction_hash, now=now
        )
        household = None
        if found.has_inbox:
            household = await self._inboxes.labels_for(paper.record, grant.entitlement, now=now)
        return CredentialResponse(copies, notification_id(paper.number, self._secret), household)

    async def _is_approved(self, grant: Grant) -> bool:
        """Tell whether an officer has approved; raises what was refused (decision_refused)."""
        decision = await self._deferrals.decision(grant.offer_id_hash)
        if decision in {Decision.REFUSED, Decision.CANCELLED}:
            raise denied()
        return decision is Decision.APPROVED

    async def _is_due(self, grant: Grant) -> bool:
        """Tell whether an order for a year waits no longer.

        A job passes over who is not among its people, and who came while it ran: once it is done,
        theirs is issued when they ask. Raises what was refused (decision_refused).
        """
        return await self._is_approved(grant) or await self._years.is_made(grant.entitlement)

    async def _deferred(
        self, grant: Grant, proved: Proved, *, has_inbox: bool, now: datetime
    ) -> DeferredResponse:
        transaction_id = new_token(self._around.entropy)
        deferral = Deferral(
            at_rest(transaction_id),
            numbers_of(grant.order, self._secret).issue,
            grant.offer_id_hash,
            grant.token_hash,
            proved.nonces,
            proved.holders,
            has_inbox,
            now,
            wait_of(grant.entitlement) or DEFERRAL_LIFE,
        )
        await self._deferrals.defer(deferral, now=now)
        return DeferredResponse(transaction_id, _interval(grant, now - now))

    async def _fetching(
        self, authority: str, presented: TokenPresented, found: Deferred | None, now: datetime
    ) -> Grant:
        """Return the grant of a token, which may have ended while its own transaction waited.

        Section 9 wants a valid token, and a wallet with a refresh token gets one. An anonymous
        wallet has none, and an officer takes longer than a token lives: so for the one transaction
        that it was used for it stays good. It opens nothing without the transaction id, and what
        it opens is bound to the keys of the first request.
        """
        token_hash = await self._access.token_hash(authority, presented)
        grant = await self._offers.grant(token_hash)
        if grant is None or grant.entitlement.authority != authority:
            raise refused()
        if found is None or not equal(found.token_hash, token_hash):
            grant.check(authority, now)
        return grant

    def _prover(self, authority: str, grant: Grant, now: datetime) -> Prover:
        return Prover(
            authority,
            self._catalogue.authority(authority).identifier(self._around.base),
            self._secret,
            now,
            self._around.trust().anchors(Role.WALLET_PROVIDER, now),
            self._catalogue.kind(grant.entitlement.kind).key_attestation,
        )


def _interval(grant: Grant, waited: timedelta) -> int:
    """Return when to ask again, in seconds: an officer is sooner than the year's end."""
    return interval_after(waited) if grant.entitlement.year is None else year_interval(waited)
