"""From what the holder wished to the one answer, ready to be signed with what it confirms."""

from datetime import datetime

from wallet.errors import WalletError, WalletFailure
from wallet.presenting.agreeing import Agreed, agreed_choice
from wallet.presenting.choosing import Choice
from wallet.presenting.confirming import further_claims
from wallet.presenting.possible import Possible, Wish
from wallet.presenting.presentation import PreparedAnswer, prepare
from wallet.presenting.requests import ValidRequest


def decided(
    valid: ValidRequest, possible: Possible, wish: Wish | Agreed, *, confirms: bool
) -> Choice:
    """Return the answer the holder wished for, or the very one that was shown.

    Raises ``WalletError``: confirmation_needed when a transaction comes with it that nobody has
    said was read (``confirms``; whoever agreed to a page has), and what choosing raises.
    """
    match wish:
        case Wish():
            if valid.transactions and not confirms:
                raise WalletError(WalletFailure.CONFIRMATION_NEEDED)
            return possible.chosen(wish)
        case Agreed():
            return agreed_choice(valid, possible, wish)


def prepare_answer(valid: ValidRequest, choice: Choice, *, now: datetime) -> PreparedAnswer:
    """Return the presentations for this request, each with the transactions it confirms."""
    return prepare(
        choice,
        valid.request.bound(valid.verified.audience),
        now=now,
        further=further_claims(choice, valid.transactions),
    )
