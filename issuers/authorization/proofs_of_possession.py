"""DPoP at an authority's endpoints: its nonces, and every proof taken once (RFC 9449)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from issuers.errors import IssuerError
from issuers.numbers.codes import IssuerSecret
from issuers.numbers.nonces import NonceUse, check_nonce
from issuers.numbers.replays import REPLAY_WINDOW, ReplayedError, ReplayStore, Signed, replay_key
from standards.oauth.dpop import use_dpop_nonce, verify_dpop_proof
from standards.oauth.error_response import OAuthErrorCode, OAuthRequestError


@dataclass(frozen=True, slots=True)
class DpopPresented:
    """The ``DPoP`` headers of a request, and the request: ``url`` as the public knows it."""

    headers: Sequence[str]
    method: str
    url: str


@dataclass(frozen=True, slots=True)
class DpopCheck:
    """What proofs are measured against: an authority, its nonces, the time, what was taken."""

    authority: str
    secret: IssuerSecret
    replays: ReplayStore
    now: datetime

    async def thumbprint(
        self,
        presented: DpopPresented,
        *,
        access_token: str | None = None,
        needs_nonce: bool = True,
    ) -> str:
        """Return the thumbprint of the key that a request was proven with, once.

        Raises `OAuthRequestError`: invalid_dpop_proof, use_dpop_nonce.
        """

        def check(nonce: str | None) -> None:
            if nonce is not None or needs_nonce:
                self._check_nonce(nonce)

        proven = verify_dpop_proof(
            presented.headers,
            method=presented.method,
            url=presented.url,
            now=self.now,
            check_nonce=check,
            access_token=access_token,
        )
        thumbprint = proven.key.thumbprint()
        taken = replay_key(Signed.DPOP, thumbprint, proven.jti)
        try:
            await self.replays.remember(taken, until=self.now + REPLAY_WINDOW, now=self.now)
        except ReplayedError:
            raise invalid_dpop_proof("this proof was used before") from None
        return thumbprint

    def _check_nonce(self, nonce: str | None) -> None:
        try:
            check_nonce(
                nonce or "", self.authority, use=NonceUse.DPOP, secret=self.secret, now=self.now
            )
        except IssuerError:
            raise use_dpop_nonce() from None


def invalid_dpop_proof(detail: str) -> OAuthRequestError:
    """Return the error for a proof that proves nothing here."""
    return OAuthRequestError(OAuthErrorCode.INVALID_DPOP_PROOF, detail)
