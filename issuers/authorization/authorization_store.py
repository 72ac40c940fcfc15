"""What the authorization server needs remembered between push, decision, code and refresh."""

from datetime import datetime
from typing import Protocol

from issuers.authorization.authorization_codes import CodeRedeemer
from issuers.authorization.authorizing import Decider, Decision
from issuers.authorization.grants import Redemption
from issuers.authorization.pushing import PushedRequest
from issuers.authorization.refreshing import Refresher
from issuers.offers.offer import Offer


class AuthorizationStore(Protocol):
    """Pushed requests, authorization codes and refresh tokens.

    `decide`, `redeem_code` and `refresh` hold what is decided about still: of many at once that
    bring the same, each sees what the one before it has written.
    """

    async def push(self, request: PushedRequest, *, now: datetime) -> None:
        """Store a pushed request, and forget those whose time is over."""
        ...

    async def pushed(self, uri_hash: bytes) -> PushedRequest | None:
        """Return a pushed request, whatever became of it."""
        ...

    async def order(self, id_hash: bytes) -> Offer | None:
        """Return an offer by its id."""
        ...

    async def order_of(self, state_hash: bytes) -> Offer | None:
        """Return the offer whose ``issuer_state`` hashes to this."""
        ...

    async def decide(self, decider: Decider) -> Decision:
        """Let the decider decide about its request, and write what it decided."""
        ...

    async def redeem_code(self, redeemer: CodeRedeemer) -> Redemption:
        """Let the redeemer decide about its code, and write what it decided."""
        ...

    async def refresh(self, refresher: Refresher) -> Redemption:
        """Let the refresher decide about its token, and write what it decided."""
        ...
