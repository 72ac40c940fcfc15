"""Questions that go by the browser: what a page hands over, and what it brings back."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from keys import base64url
from keys.entropy import Entropy
from keys.trust_list import TrustList
from standards.openid4vp.dc_api import DcApiRequest
from verifiers.asking.handing import handed_of, served_of
from verifiers.asking.questions import Asked
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.presented.responses import HandedBack
from verifiers.session import began_in, code_sha256
from verifiers.transaction import Transactions, check_open
from verifiers.verifying.verification import Desk, verify_response

# More ways of being named than any certificate has.
_SERVED_LIMIT: Final = 16
_CODE_SIZE: Final = 32


class Browser:
    """The browser's side of every relying party (OpenID4VP appendix A)."""

    def __init__(
        self,
        transactions: Transactions,
        desk: Desk,
        *,
        trust: Callable[[], TrustList],
        clock: Callable[[], datetime],
        entropy: Entropy,
    ) -> None:
        self._transactions = transactions
        self._desk = desk
        self._trust = trust
        self._clock = clock
        self._entropy = entropy

    async def serve(self, asked: Asked) -> None:
        """Note what a wallet may answer, before a page has it; a link's request is noted later."""
        if asked.handed is None:
            return
        for sha256, text in served_of(asked.handed).items():
            await self._transactions.note_served(
                asked.transaction_id, sha256, text, limit=_SERVED_LIMIT
            )

    async def handed(self, transaction_id: str, *, session: str | None = None) -> DcApiRequest:
        """Return what a page hands to the browser, to the session that began.

        Raises TRANSACTION_UNKNOWN, also in another session; TRANSACTION_EXPIRED and its like.
        """
        transaction, outcome = await self._transactions.find(transaction_id)
        if not transaction.mode.is_over_dc_api or not began_in(transaction, session):
            raise VerifierError(Failure.TRANSACTION_UNKNOWN)
        check_open(transaction, outcome, now=self._clock())
        return handed_of(transaction)

    async def receive(self, transaction_id: str, came: HandedBack) -> None:
        """Verify what the browser gave a page, or raise `VerifierError`.

        The session that brings it is the one that began: the result is redeemed with it.
        """
        code, now = base64url.encode(self._entropy(_CODE_SIZE)), self._clock()
        await verify_response(
            came,
            transaction_id,
            response_code=code,
            desk=self._desk,
            trust=self._trust(),
            now=now,
        )
        await self._transactions.redeem(transaction_id, code_sha256(code), now)
