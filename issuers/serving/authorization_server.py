"""Each authority as its own authorization server: a wallet pushes, the citizen decides.

The citizen's browser brings nothing but the name of a request that its wallet pushed before
(RFC 9126), so nothing on the way can change what is asked for (FAPI 2.0 section 5.3.2.2).
"""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from issuers.authorization.asking import kind_asked
from issuers.authorization.authorizing import Decider, check_order, unknown_offer
from issuers.authorization.proofs_of_possession import invalid_dpop_proof
from issuers.authorization.pushing import (
    REQUEST_LIFE,
    Outcome,
    PushedRequest,
    new_request_uri,
    unknown_request,
    uri_hash_of,
)
from issuers.catalogue import AnyKind, Catalogue
from issuers.clerks import ONLINE
from issuers.desk.desk import Desk
from issuers.numbers.codes import IssuerSecret, at_rest
from issuers.numbers.nonces import NonceUse, new_nonce
from issuers.offers.offer import GrantType, Offer, Order
from issuers.ports import Stores
from issuers.serving.callers import Callers, Presented
from issuers.source.port import SourceOfRecord
from issuers.surroundings import Surroundings
from standards.oauth.authorization import AuthorizationRequest
from standards.oauth.error_response import OAuthErrorCode, OAuthRequestError
from standards.oauth.par import PushedResponse
from standards.oauth.redirect_uri import check_redirect_uri


@dataclass(frozen=True, slots=True)
class Asked:
    """What a citizen is asked to allow; ``order`` is the desk's, None when the wallet began."""

    request: PushedRequest
    kind: AnyKind
    order: Offer | None

    @property
    def is_undecided(self) -> bool:
        """Whether nobody has decided about it yet."""
        return self.request.outcome is Outcome.OPEN

    @property
    def wallet(self) -> str:
        """What a citizen knows the wallet by: where its answers go."""
        parts = urlsplit(self.request.redirect_uri)
        return parts.netloc or parts.scheme


class AuthorizationServer:
    """All authorities' servers; the identifier of each is its Credential Issuer identifier."""

    def __init__(
        self,
        catalogue: Catalogue,
        stores: Stores,
        callers: Callers,
        desk: Desk,
        source: SourceOfRecord,
        around: Surroundings,
    ) -> None:
        self._catalogue = catalogue
        self._store = stores.authorizations
        self._callers = callers
        self._desk = desk
        self._source = source
        self._around = around
        self._secret = IssuerSecret(around.secret)

    def fresh(self, authority: str, use: NonceUse) -> str:
        """Return a nonce of an authority for one use, or raise `IssuerError`."""
        self._catalogue.authority(authority)
        now, entropy = self._around.clock(), self._around.entropy
        return new_nonce(authority, use=use, secret=self._secret, now=now, entropy=entropy)

    async def push(
        self, authority: str, request: AuthorizationRequest, presented: Presented
    ) -> PushedResponse:
        """Keep a request for the citizen to decide about, and return what it is called.

        Raises `IssuerError` (unknown_authority) and `OAuthRequestError`.
        """
        found = self._catalogue.authority(authority)
        client, sender = await self._callers.client(authority, presented)
        check_redirect_uri(request.redirect_uri, client.redirect_uris)
        kind, now = kind_asked(request, self._catalogue.of(found)), self._around.clock()
        uri = new_request_uri(self._around.entropy)
        pushed = PushedRequest(
            uri_hash=uri_hash_of(uri),
            authority=authority,
            client_id=client.client_id,
            redirect_uri=request.redirect_uri,
            code_challenge=request.code_challenge,
            state=request.state,
            kind=kind.name,
            with_details=bool(request.details),
            offer=await self._offer_named(request.issuer_state, kind, now),
            dpop_jkt=_key_of_code(request.dpop_jkt, sender.dpop_jkt),
            instance_jkt=sender.instance_jkt,
            expires_at=now + REQUEST_LIFE,
        )
        await self._store.push(pushed, now=now)
        return PushedResponse(uri, int(REQUEST_LIFE.total_seconds()))

    async def look(self, authority: str, client_id: str, request_uri: str) -> Asked:
        """Return what an open request asks for; it may be looked at often (FAPI 2.0, note 3).

        Raises `IssuerError`: unknown_authority; unknown_request, for another client's too.
        """
        asked = await self.named(authority, client_id, request_uri)
        asked.request.check_open(self._around.clock())
        return asked

    async def named(self, authority: str, client_id: str, request_uri: str) -> Asked:
        """Return what a request asks for, whatever became of it; raises as `look` does."""
        self._catalogue.authority(authority)
        found = await self._store.pushed(uri_hash_of(request_uri))
        if found is None:
            raise unknown_request()
        found.check(authority, client_id)
        order = None if found.offer is None else await self._store.order(found.offer)
        return Asked(found, self._catalogue.kind(found.kind), order)

    def check_theirs(self, asked: Asked, citizen: str) -> None:
        """Return when the order a request names, if any, is this citizen's (VCI-18).

        Raises `IssuerError` (unknown_offer).
        """
        if asked.request.offer is None:
            return
        if asked.order is None:
            raise unknown_offer()
        check_order(asked.order, citizen, self._around.clock())

    async def about(self, asked: Asked) -> str:
        """Return the name of whom an order is about, empty for whoever applied for themselves."""
        entitlement = None if asked.order is None else asked.order.entitlement
        if entitlement is None or not entitlement.about:
            return ""
        return (await self._source.person_of(entitlement.about)).name

    async def allow(
        self, asked: Asked, request_uri: str, citizen: str, order: Order | None
    ) -> str:
        """Return the address that brings the code to the wallet.

        ``order`` is as the citizen filled it in, None for an order of the desk. Raises
        `IssuerError`: unknown_request, unknown_offer, and what `issuers.desk.desk.Desk.made`
        raises.
        """
        new = None if order is None else (await self._desk.made(order, ONLINE)).offer
        return await self._decide(asked, request_uri, citizen, allows=True, ordered=new)

    async def refuse(self, asked: Asked, request_uri: str, citizen: str) -> str:
        """Return the address that tells the wallet ``access_denied``, or raise `IssuerError`."""
        return await self._decide(asked, request_uri, citizen, allows=False, ordered=None)

    async def _decide(
        self, asked: Asked, request_uri: str, citizen: str, *, allows: bool, ordered: Offer | None
    ) -> str:
        request = asked.request
        decider = Decider(
            request_uri=request_uri,
            client_id=request.client_id,
            authority=request.authority,
            citizen=citizen,
            allows=allows,
            ordered=ordered,
            issuer=asked.kind.authority.identifier(self._around.base),
            secret=self._secret,
            now=self._around.clock(),
        )
        return (await self._store.decide(decider)).outcome()

    async def _offer_named(
        self, issuer_state: str | None, kind: AnyKind, now: datetime
    ) -> bytes | None:
        """Return the order that an ``issuer_state`` names; whose it is shows at the sign-in."""
        if issuer_state is None:
            return None
        offer = await self._store.order_of(at_rest(issuer_state))
        if offer is None or offer.grant is not GrantType.AUTHORIZATION_CODE:
            raise _invalid_request("issuer_state is of no open offer")
        if offer.entitlement.kind != kind.name or not offer.is_open(now):
            raise _invalid_request("issuer_state is of no open offer")
        return offer.id_hash


def _key_of_code(named: str | None, proven: str | None) -> str | None:
    """Return the key a code is bound to; both ways of saying it must agree (RFC 9449 §10.1)."""
    if named is not None and proven is not None and named != proven:
        raise invalid_dpop_proof("dpop_jkt is not the key of the DPoP proof")
    return named or proven


def _invalid_request(detail: str) -> OAuthRequestError:
    return OAuthRequestError(OAuthErrorCode.INVALID_REQUEST, detail)
