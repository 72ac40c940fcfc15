"""How many questions of one relying party may wait for an answer at once (H51).

What nobody answers ends by itself after five minutes, and the party can go on; what was answered
does not count, so a busy desk is never stopped.
"""

from typing import Final

from verifiers.errors import VerifierError
from verifiers.failure import Failure

# A whole country's portal at its peak leaves about four thousand unanswered in five minutes.
OPEN_PER_PARTY: Final = 10_000


def check_flood(waiting: int) -> None:
    """Return when one more question may wait, or raise TOO_MANY_OPEN."""
    if waiting >= OPEN_PER_PARTY:
        raise VerifierError(Failure.TOO_MANY_OPEN)
