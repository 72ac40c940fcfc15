"""The authorization code becomes tokens, once (RFC 6749 section 4.1.3, FAPI 2.0 section 5.3.2)."""

from dataclasses import dataclass, replace
from datetime import datetime

from issuers.authorization.authorizing import AuthorizationCode
from issuers.authorization.grants import Granting, Redemption, Sender, code_invalid
from issuers.numbers.codes import at_rest
from issuers.offers.offer import Offer
from keys.entropy import Entropy
from standards.oauth.error_response import OAuthErrorCode, OAuthRequestError
from standards.oauth.pkce import check_verifier
from standards.openid4vci.token import AuthorizationCodeRequest


@dataclass(frozen=True, slots=True)
class CodeRedeemer:
    """What the decision needs besides the code; one per token request."""

    request: AuthorizationCodeRequest
    authority: str
    sender: Sender
    now: datetime
    entropy: Entropy

    @property
    def code_hash(self) -> bytes:
        """Where the code is found."""
        return at_rest(self.request.code)

    def decide(self, code: AuthorizationCode | None, offer: Offer | None) -> Redemption:
        """Return what becomes of ``code``, found by `code_hash`, and of the order behind it.

        An unknown, foreign, expired or used code all get the same answer; a used one ends what it
        gave (H57). What was tried with wrong proofs stays good for whoever has the right ones.
        """
        if code is None or offer is None or offer.entitlement.authority != self.authority:
            return Redemption(code_invalid())
        if code.client_id != self.sender.client_id:
            return Redemption(code_invalid())
        if code.is_used:
            return Redemption(code_invalid(), offer=offer, revoke=True)
        if self.now >= code.expires_at:
            return Redemption(code_invalid())
        try:
            self._check_bindings(code)
        except OAuthRequestError as error:
            return Redemption(error)
        granting = Granting(offer, self.sender, code.identifiers, self.now, self.entropy)
        return replace(granting.first(), offer=offer)

    def _check_bindings(self, code: AuthorizationCode) -> None:
        """Return when the code came back as it was asked for, or raise (invalid_grant)."""
        if self.request.redirect_uri != code.redirect_uri:
            raise _invalid_grant("redirect_uri is not the one the code was sent to")
        check_verifier(self.request.code_verifier, code.code_challenge)
        if code.dpop_jkt not in (None, self.sender.dpop_jkt):
            raise _invalid_grant("the code is bound to another DPoP key")
        if code.instance_jkt != self.sender.instance_jkt:
            raise _invalid_grant("the code was asked for by another wallet instance")


def _invalid_grant(detail: str) -> OAuthRequestError:
    return OAuthRequestError(OAuthErrorCode.INVALID_GRANT, detail)
