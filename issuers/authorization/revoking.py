"""A wallet gives its tokens back, and with them what was issued on them (RFC 7009).

Whoever has lost a device has lost its keys: ending the tokens alone would leave certificates in a
finder's hands. So a revoked refresh token ends everything its authorization has led to
(docs/decisions/0027-lost-wallets.md); a revoked access token ends alone.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from issuers.authorization.grants import Grant, RefreshToken, Sender
from issuers.clerks import Clerk
from issuers.numbers.codes import IssuerSecret, at_rest, bound_at_rest
from issuers.numbers.numbering import numbers_of
from issuers.offers.offer import Offer
from standards.oauth.error_response import OAuthErrorCode, OAuthRequestError
from standards.oauth.revocation import RevocationRequest


@dataclass(frozen=True, slots=True)
class Revocation:
    """What is to be written; nothing for a token that is none (any more), which is no error.

    ``order`` loses every token it has given, ``numbers`` are the certificates to be revoked;
    ``access`` is one access token that ends alone.
    """

    order: Offer | None = None
    numbers: tuple[str, ...] = ()
    access: bytes | None = None
    error: OAuthRequestError | None = None

    def check(self) -> None:
        """Raise why nothing was revoked, if so; to be called once all is written."""
        if self.error is not None:
            raise self.error


@dataclass(frozen=True, slots=True)
class Revoker:
    """What the decision needs besides the token; one for each request."""

    request: RevocationRequest
    authority: str
    sender: Sender
    secret: IssuerSecret
    now: datetime

    @property
    def refresh_hash(self) -> bytes:
        """Where a refresh token is found."""
        return at_rest(self.request.token)

    @property
    def access_hash(self) -> bytes:
        """Where an access token is found; a bound one by who proves its key."""
        thumbprint, token = self.sender.dpop_jkt, self.request.token
        return at_rest(token) if thumbprint is None else bound_at_rest(token, thumbprint)

    def decide(
        self, token: RefreshToken | None, order: Offer | None, grant: Grant | None
    ) -> Revocation:
        """Return what becomes of what was found by the hashes.

        Another client's token is refused (RFC 7009 section 2.1), another authority's is none.
        """
        if token is not None and order is not None and self._is_here(order.entitlement.authority):
            return self._ended(token, order)
        if grant is None or not self._is_here(grant.entitlement.authority):
            return Revocation()
        if grant.client_id != self.sender.client_id:
            return Revocation(error=_not_yours())
        return Revocation(access=grant.token_hash)

    def _ended(self, token: RefreshToken, order: Offer) -> Revocation:
        owner, sender = token.sender, self.sender
        if (owner.client_id, owner.instance_jkt) != (sender.client_id, sender.instance_jkt):
            return Revocation(error=_not_yours())
        grants = (
            Grant(b"", order.id_hash, order.entitlement, self.now, edition=edition)
            for edition in range(order.edition + 1)
        )
        numbers = tuple(numbers_of(grant.order, self.secret).issue for grant in grants)
        return Revocation(order, numbers)

    def _is_here(self, authority: str) -> bool:
        return authority == self.authority


@dataclass(frozen=True, slots=True)
class MassRevocation:
    """Everything issued to one citizen, and every right to more of it; why, and by whom."""

    citizen: str
    reason: str
    by: Clerk


class RevocationStore(Protocol):
    """Ends tokens and certificates together."""

    async def revoke(self, revoker: Revoker) -> Revocation:
        """Let the revoker decide about its token, held still, and write what it decided."""
        ...

    async def revoke_all(self, wanted: MassRevocation, *, now: datetime) -> int:
        """Revoke what one citizen was issued by the clerk's authority, in one step.

        Their offers and tokens end too. Returns how many certificates were revoked by it.
        """
        ...


def _not_yours() -> OAuthRequestError:
    return OAuthRequestError(OAuthErrorCode.INVALID_GRANT, "the token is another client's")
