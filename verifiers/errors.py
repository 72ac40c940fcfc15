"""The one exception of this room: a failure, and the place it is about."""

from verifiers.failure import Failure


class VerifierError(Exception):
    """Something was refused: ``failure`` says why, ``where`` which part.

    ``where`` names a query id or a member of a message, never a claim's value.
    """

    def __init__(self, failure: Failure, where: str = "") -> None:
        super().__init__(f"{failure.code}: {where}" if where else failure.code)
        self.failure = failure
        self.where = where

    @property
    def detail(self) -> str:
        """What to do next, with the place it is about."""
        return f"{self.failure.next_step} ({self.where})" if self.where else self.failure.next_step
