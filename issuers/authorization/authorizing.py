"""The citizen decides about a pushed request, once; allowing makes an authorization code.

The code is computed from the request and a secret: whoever presses twice is led to the wallet with
the same code, and the database holds its hash alone.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from issuers.authorization.pushing import Outcome, PushedRequest, unknown_request, uri_hash_of
from issuers.errors import IssuerError, IssuerFailure
from issuers.numbers.codes import IssuerSecret, at_rest
from issuers.numbers.identifiers import identifiers_of
from issuers.offers.offer import GrantType, Offer
from keys import base64url
from standards.oauth.authorization import AuthorizationError, AuthorizationResponse
from standards.oauth.error_response import OAuthErrorCode

# FAPI 2.0 section 5.3.2.1: at most a minute; the wallet redeems it at once.
CODE_LIFE = timedelta(seconds=60)

_CODE = "authorization code"


@dataclass(frozen=True, slots=True)
class AuthorizationCode:
    """A code as it is stored, and all it is bound to."""

    code_hash: bytes
    offer_id_hash: bytes
    client_id: str
    redirect_uri: str
    code_challenge: str
    dpop_jkt: str | None
    instance_jkt: str | None
    identifiers: tuple[str, ...]
    expires_at: datetime
    is_used: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to be written before the browser leaves, and the address it is led to.

    ``ordered`` is a new order, ``offer`` one that an ``issuer_state`` named and that is taken now.
    """

    answer: str | IssuerError
    request: PushedRequest | None = None
    ordered: Offer | None = None
    offer: Offer | None = None
    code: AuthorizationCode | None = None

    def outcome(self) -> str:
        """Return the address to send the browser to, or raise why it is sent nowhere."""
        if isinstance(self.answer, IssuerError):
            raise self.answer
        return self.answer


@dataclass(frozen=True, slots=True)
class Decider:
    """What the decision needs besides the request; one for each press of a button.

    ``ordered`` is what the citizen ordered by allowing; None for a refusal, and where the request
    names an order of the desk. ``issuer`` is this server's identifier.
    """

    request_uri: str
    client_id: str
    authority: str
    citizen: str
    allows: bool
    ordered: Offer | None
    issuer: str
    secret: IssuerSecret
    now: datetime

    @property
    def uri_hash(self) -> bytes:
        """Where the request is found."""
        return uri_hash_of(self.request_uri)

    @property
    def code(self) -> str:
        """The code this request leads to, 256 bits that nobody without the secret can compute."""
        return base64url.encode(self.secret.mac(_CODE, self.request_uri))

    @property
    def code_hash(self) -> bytes:
        """Where that code is found."""
        return at_rest(self.code)

    def decide(
        self, request: PushedRequest | None, offer: Offer | None, code: AuthorizationCode | None
    ) -> Decision:
        """Return what becomes of a request, held still, with its offer and its code if any."""
        try:
            if request is None:
                raise unknown_request()
            request.check(self.authority, self.client_id)
            if request.outcome is not Outcome.OPEN:
                return self._again(request, code)
            request.check_open(self.now)
            return self._allowed(request, offer) if self.allows else self._refused(request)
        except IssuerError as error:
            return Decision(error)

    def _again(self, request: PushedRequest, code: AuthorizationCode | None) -> Decision:
        """Lead whoever pressed twice to the same place, as long as it is of any use."""
        wanted = Outcome.ALLOWED if self.allows else Outcome.REFUSED
        if (request.outcome, request.citizen) != (wanted, self.citizen):
            raise unknown_request()
        if wanted is Outcome.REFUSED:
            return Decision(self._denial(request), request)
        if code is None or code.is_used or self.now >= code.expires_at:
            raise unknown_request()
        return Decision(self._response(request), request)

    def _refused(self, request: PushedRequest) -> Decision:
        return Decision(self._denial(request), request.decided(Outcome.REFUSED, self.citizen))

    def _allowed(self, request: PushedRequest, offer: Offer | None) -> Decision:
        order = self.ordered if request.offer is None else offer
        if order is None:
            raise unknown_offer()
        if request.offer is not None:
            check_order(order, self.citizen, self.now)
        taken = order.redeemed()
        code = AuthorizationCode(
            self.code_hash,
            taken.id_hash,
            request.client_id,
            request.redirect_uri,
            request.code_challenge,
            request.dpop_jkt,
            request.instance_jkt,
            identifiers_of(taken.id_hash, self.secret) if request.with_details else (),
            self.now + CODE_LIFE,
        )
        is_new = request.offer is None
        return Decision(
            self._response(request),
            request.decided(Outcome.ALLOWED, self.citizen),
            ordered=taken if is_new else None,
            offer=None if is_new else taken,
            code=code,
        )

    def _response(self, request: PushedRequest) -> str:
        response = AuthorizationResponse(self.code, request.state, self.issuer)
        return response.redirect(request.redirect_uri)

    def _denial(self, request: PushedRequest) -> str:
        code, told = OAuthErrorCode.ACCESS_DENIED, "the citizen did not allow it"
        denial = AuthorizationError(code.value, told, request.state, self.issuer)
        return denial.redirect(request.redirect_uri)


def check_order(offer: Offer, citizen: str, now: datetime) -> None:
    """Return when this citizen can take an order of the desk, or raise `IssuerError`.

    unknown_offer for another citizen's too: an ``issuer_state`` that somebody slipped into a
    wallet tells nothing and opens nothing (VCI-18).
    """
    is_mine = offer.entitlement.citizen == citizen and offer.is_open(now)
    if not is_mine or offer.grant is not GrantType.AUTHORIZATION_CODE:
        raise unknown_offer()


def unknown_offer() -> IssuerError:
    """Return the one error for an order that is not there, not open, or not this citizen's."""
    detail = "the offer is unknown, used or expired: ask the authority for a new one"
    return IssuerError(IssuerFailure.UNKNOWN_OFFER, detail)
