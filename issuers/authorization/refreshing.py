"""A refresh token becomes another access token, for the wallet it was given to and no other.

It is bound to the client, to the key of its DPoP proofs and to the attested wallet instance
(RFC 6749 section 6, RFC 9449 section 5, attestation draft section 10.3).
"""

from dataclasses import dataclass
from datetime import datetime

from issuers.authorization.grants import Granting, Redemption, RefreshToken, Sender
from issuers.numbers.codes import at_rest
from issuers.offers.offer import Offer
from keys.entropy import Entropy
from standards.oauth.error_response import OAuthErrorCode, OAuthRequestError
from standards.openid4vci.token import RefreshRequest


@dataclass(frozen=True, slots=True)
class Refresher:
    """What the decision needs besides the token; one per token request."""

    request: RefreshRequest
    authority: str
    sender: Sender
    now: datetime
    entropy: Entropy

    @property
    def token_hash(self) -> bytes:
        """Where the refresh token is found."""
        return at_rest(self.request.refresh_token)

    def decide(self, token: RefreshToken | None, offer: Offer | None) -> Redemption:
        """Return what ``token``, found by `token_hash`, gives this sender.

        An unknown, foreign, ended and another sender's token all get the same answer.
        """
        if token is None or offer is None or offer.entitlement.authority != self.authority:
            return Redemption(_invalid())
        if token.sender.client_id is not None and self.sender.client_id is None:
            code, detail = OAuthErrorCode.INVALID_CLIENT, "the client proves who it is"
            return Redemption(OAuthRequestError(code, detail))
        if token.sender != self.sender or self.now >= token.expires_at:
            return Redemption(_invalid())
        if set(self.request.scope) - {offer.entitlement.kind}:
            code = OAuthErrorCode.INVALID_SCOPE
            return Redemption(OAuthRequestError(code, "the scope is wider than what was granted"))
        granting = Granting(offer, self.sender, token.identifiers, self.now, self.entropy)
        return granting.again()


def _invalid() -> OAuthRequestError:
    detail = "the refresh token is unknown, ended or not this wallet's: ask the citizen again"
    return OAuthRequestError(OAuthErrorCode.INVALID_GRANT, detail)
