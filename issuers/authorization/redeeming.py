"""The pre-authorized code becomes an access token, once (OpenID4VCI sections 6 and 13.6)."""

from dataclasses import dataclass, replace
from datetime import datetime

from issuers.authorization.grants import ANONYMOUS, Granting, Redemption, Sender, code_invalid
from issuers.errors import IssuerError, IssuerFailure
from issuers.numbers.codes import IssuerSecret, at_rest, equal
from issuers.numbers.identifiers import identifiers_of
from issuers.offers.offer import GrantType, Offer, OfferState, tx_code_mac
from keys.entropy import Entropy
from standards.oauth.authorization_details import CredentialDetail
from standards.oauth.error_response import OAuthErrorCode, OAuthRequestError
from standards.openid4vci.token import PreAuthorizedCodeRequest


@dataclass(frozen=True, slots=True)
class Redeemer:
    """What the decision needs besides the offer; one per token request."""

    request: PreAuthorizedCodeRequest
    authority: str
    secret: IssuerSecret
    now: datetime
    entropy: Entropy
    sender: Sender = ANONYMOUS

    @property
    def code_hash(self) -> bytes:
        """Where the offer is found."""
        return at_rest(self.request.pre_authorized_code)

    def decide(self, offer: Offer | None) -> Redemption:
        """Return what becomes of ``offer``, found by `code_hash`.

        An unknown, foreign, expired, used or burned code all get the same answer.
        """
        if offer is None or offer.entitlement.authority != self.authority:
            return Redemption(code_invalid())
        if offer.grant is not GrantType.PRE_AUTHORIZED_CODE:
            return Redemption(code_invalid())
        if not offer.is_open(self.now):
            reused = offer.state is OfferState.REDEEMED and self._knows_tx_code(offer)
            return Redemption(code_invalid(), offer=offer, revoke=reused)
        try:
            self.request.require_tx_code(expected=offer.tx_code_mac is not None)
            check_details(self.request.details, offer.entitlement.kind)
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
        asked = bool(self.request.details)
        identifiers = identifiers_of(offer.id_hash, self.secret) if asked else ()
        granting = Granting(offer, self.sender, identifiers, self.now, self.entropy)
        return replace(granting.first(), offer=offer.redeemed())


def check_details(details: tuple[CredentialDetail, ...], kind: str) -> None:
    """Return when ``details`` ask for nothing but ``kind``, or raise `OAuthRequestError`.

    invalid_authorization_details; no details ask for whatever there is.
    """
    if any(detail.credential_configuration_id != kind for detail in details):
        raise OAuthRequestError(
            OAuthErrorCode.INVALID_AUTHORIZATION_DETAILS, "the code is for another certificate"
        )


def _tx_code_wrong() -> IssuerError:
    detail = "the transaction code is wrong: after five wrong tries the offer is burned"
    return IssuerError(IssuerFailure.TX_CODE_WRONG, detail)
