"""Same device: the result belongs to the session that comes back with the response code.

OpenID4VP 14.2, HAIP 5.1: an attacker who starts a request and has somebody else answer it never
holds the code, which only the answering wallet's browser carries back.
"""

from datetime import datetime
from typing import assert_never

from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.session import began_in, code_sha256
from verifiers.transaction import Flow, Outcome, Transaction, Transactions


def may_see(transaction: Transaction, outcome: Outcome) -> bool:
    """Tell whether the result may be shown to the desk now, or must wait for the redirect."""
    match transaction.flow:
        case Flow.SAME_DEVICE:
            return outcome.redeemed_at is not None
        case Flow.COUNTER | Flow.CROSS_DEVICE | Flow.STANDING:
            return True
        case _:
            assert_never(transaction.flow)


async def redeem(
    transaction: Transaction,
    code: str,
    session: str | None,
    *,
    transactions: Transactions,
    now: datetime,
) -> None:
    """Use the response code, once, from the session that began; else REDEMPTION_REFUSED.

    The right code in another session means that the person was led there by somebody else: the
    result is destroyed (H86). A wrong code changes nothing, or anyone could destroy results.
    """
    await transactions.redeem(transaction.id, code_sha256(code), now)
    if not began_in(transaction, session):
        await transactions.discard(transaction.id, Failure.REDEMPTION_REFUSED)
        raise VerifierError(Failure.REDEMPTION_REFUSED)
