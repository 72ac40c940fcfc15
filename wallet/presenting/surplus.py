"""What is asked for beyond the asking party's own word: shown apart, sent by a step of its own.

A party that shows terms has said which claims they are about. Whatever it asks for besides, nobody
gave a reason for; the holder may send it all the same, and has to say so. A party without terms
promises nothing at all, which is told by itself: there is nothing to compare with.
"""

from collections.abc import Iterable

from standards.dcql.paths import ClaimsPathPointer, Step
from wallet.errors import WalletError, WalletFailure
from wallet.presenting.choosing import Choice
from wallet.presenting.requests import ValidRequest


def over_asked(valid: ValidRequest) -> tuple[str, ...]:
    """Return the claims that are asked for and that the party's own terms do not name."""
    credentials = valid.request.dcql_query.credentials
    return _beyond(valid, (claim.path.steps for each in credentials for claim in each.claims))


def surplus_of(valid: ValidRequest, choice: Choice) -> tuple[str, ...]:
    """Return the claims of an answer that the party's own terms do not name."""
    return _beyond(valid, (path for each in choice for path in each.paths))


def check_surplus(valid: ValidRequest, choice: Choice, *, takes_surplus: bool) -> None:
    """Raise ``WalletError`` (beyond_terms) unless the holder took what goes beyond the terms."""
    if not takes_surplus and surplus_of(valid, choice):
        raise WalletError(WalletFailure.BEYOND_TERMS)


def _beyond(valid: ValidRequest, asked: Iterable[tuple[Step, ...]]) -> tuple[str, ...]:
    if valid.offer is None:
        return ()
    terms = valid.offer.terms
    named = [
        ClaimsPathPointer.parse_dotted(text) for text in (*terms.information, *terms.optional)
    ]
    surplus = (steps for steps in asked if not any(each.covers(steps) for each in named))
    return tuple(dict.fromkeys(ClaimsPathPointer(steps).dotted() for steps in surplus))
