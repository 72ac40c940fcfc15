"""The pre-authorized code becomes an access token, once (OpenID4VCI sections 6 and 13.6).

The rule decides while the store holds the offer still: so of a hundred wallets that bring the same
code at the same moment exactly one is given a token.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from issuers.codes import IssuerSecret, at_rest, equal, new_token
from issuers.errors import IssuerError, IssuerFailure
from issuers.offers import Entitlement, Offer, OfferState, tx_code_mac
from issuers.tripwire import Identity, check_subject
from keys.entropy import Entropy
from standards.oauth.error_response import OAuthRequestError
from standards.openid4vci.token import TokenRequest, TokenResponse

# Bearer tokens are short-lived (OpenID4VCI section 13.10): time for a few credential requests.
TOKEN_LIFE = timedelta(minutes=5)
# A batch, some retries after a lost answer, and no way to empty a status list.
REQUESTS_PER_TOKEN = 10


@dataclass(frozen=True, slots=True)
class Grant:
    """A token as it is stored: what it is good for, until when, how often it was used.

    ``subject_mac`` is its offer's.
    """

    token_hash: bytes
    offer_id_hash: bytes
    entitlement: Entitlement
    expires_at: datetime
    uses: int = 0
    subject_mac: bytes | None = None

    def check(self, authority: str, now: datetime) -> None:
        """Return when this authority takes the token ``now``, else raise `IssuerError`.

        The token of another authority is no token here (H76): access_refused. One used too often
        is access_spent.
        """
        if self.entitlement.authority != authority or now >= self.expires_at:
            raise refused()
        if self.uses >= REQUESTS_PER_TOKEN:
            raise IssuerError(IssuerFailure.ACCESS_SPENT, "ask the authority for a new offer")

    def check_subject(self, named: Iterable[Identity], secret: IssuerSecret) -> None:
        """Return when the order was about one of the ``named``, or raise `IssuerError`.

        mis_issue; access_refused for an order that says nothing of it.
        """
        if self.subject_mac is None:
            raise refused()
        check_subject(named, self.subject_mac, self.offer_id_hash, secret)


@dataclass(frozen=True, slots=True)
class Redemption:
    """What is to be written before the answer leaves, and the answer.

    ``offer`` None leaves it as it is. ``revoke`` ends every token the offer has given: its code
    came a second time, so one of the two who have it stole it (RFC 6749 section 4.1.2).
    """

    answer: TokenResponse | IssuerError | OAuthRequestError
    offer: Offer | None = None
    grant: Grant | None = None
    revoke: bool = False

    def outcome(self) -> TokenResponse:
        """Return the token, or raise why there is none; to be called once all is written."""
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@dataclass(frozen=True, slots=True)
class Redeemer:
    """What the decision needs besides the offer; one per token request."""

    request: TokenRequest
    authority: str
    secret: IssuerSecret
    now: datetime
    entropy: Entropy

    @property
    def code_hash(self) -> bytes:
        """Where the offer is found."""
        return at_rest(self.request.pre_authorized_code)

    def decide(self, offer: Offer | None) -> Redemption:
        """Return what becomes of ``offer``, found by `code_hash`.

        An unknown, foreign, expired, used or burned code all get the same answer.
        """
        if offer is None or offer.entitlement.authority != self.authority:
            return Redemption(_code_invalid())
        if not offer.is_open(self.now):
            reused = offer.state is OfferState.REDEEMED and self._knows_tx_code(offer)
            return Redemption(_code_invalid(), offer=offer, revoke=reused)
        try:
            self.request.require_tx_code(expected=offer.tx_code_mac is not None)
        except OAuthRequestError as error:
            return Redemption(error)
        if not self._knows_tx_code(offer):
            return Redemption(_tx_code_wrong(), offer=offer.tried_wrongly())
        return self._granted(offer)

    def _knows_tx_code(self, offer: Offer) -> bool:
        if offer.tx_code_mac is None:
            return True
        shown = tx_code_mac(self.request.tx_code or "", offer.code_hash, self.secret)
        return equal(shown, offer.tx_code_mac)

    def _granted(self, offer: Offer) -> Redemption:
        token = new_token(self.entropy)
        grant = Grant(
            at_rest(token),
            offer.id_hash,
            offer.entitlement,
            self.now + TOKEN_LIFE,
            subject_mac=offer.subject_mac,
        )
        life = int(TOKEN_LIFE.total_seconds())
        response = TokenResponse(token, expires_in=life, scope=offer.entitlement.kind)
        return Redemption(response, offer=offer.redeemed(), grant=grant)


def refused() -> IssuerError:
    """Return the one error for every token that is not good here, so that none is told apart."""
    return IssuerError(IssuerFailure.ACCESS_REFUSED, "redeem a credential offer for a new token")


def _code_invalid() -> IssuerError:
    detail = "the code is unknown, used or expired: ask the authority for a new offer"
    return IssuerError(IssuerFailure.CODE_INVALID, detail)


def _tx_code_wrong() -> IssuerError:
    detail = "the transaction code is wrong: after five wrong tries the offer is burned"
    return IssuerError(IssuerFailure.TX_CODE_WRONG, detail)
