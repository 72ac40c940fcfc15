"""How the wallet says that it stopped: a failure of the closed list, whom it concerns, what next.

The wallet never says more than the code, the party and one sentence: no claim, no key and no
text of the other side beyond a short code appears in an error.
"""

from typing_extensions import override

from wallet.advice import MEANING
from wallet.failures import WalletFailure
from web.errors import Party

__all__ = ["WalletError", "WalletFailure"]


class WalletError(Exception):
    """The wallet stopped; ``reason`` is at most a short code or sentence without secrets.

    ``receipt`` is the id of a consent that was recorded before the failure.
    """

    def __init__(
        self, failure: WalletFailure, reason: str = "", *, receipt: str | None = None
    ) -> None:
        super().__init__(failure, reason)
        self.failure = failure
        self.reason = reason
        self.receipt = receipt

    @property
    def party(self) -> Party:
        """Who is concerned."""
        return MEANING[self.failure].party

    @property
    def detail(self) -> str:
        """What happened and what to do next, one or two sentences for a person."""
        advice = MEANING[self.failure].advice
        return f"{advice} Reason: {self.reason}." if self.reason else advice

    @override
    def __str__(self) -> str:
        return f"{self.failure}: {self.detail}"
