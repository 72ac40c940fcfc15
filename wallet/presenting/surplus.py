"""What is asked for beyond a party's word or a registrar's: shown apart, sent by its own step.

A party that shows terms has said which claims they are about, and one that shows a registration
certificate has a registrar who said what it may ask for. Whatever it asks for besides, nobody gave
a reason for, or nobody allowed; the holder may send it all the same, and has to say so. A party
that shows neither promises nothing at all, which is told by itself: there is nothing to compare
with. Ours cannot ask so much; of others' requests it stands in the record of the consent.
"""

from collections.abc import Iterator, Sequence

from standards.dcql.paths import ClaimsPathPointer
from wallet.errors import WalletError, WalletFailure
from wallet.presenting.choosing import Choice
from wallet.presenting.requests import ValidRequest

# A claim that is asked for or about to be shown, with the types it may be of.
_Asked = tuple[Sequence[str], ClaimsPathPointer]


def over_asked(valid: ValidRequest) -> tuple[str, ...]:
    """Return the claims asked for beyond the party's own terms or beyond its registration."""
    return _named(each for each in _asked(valid) if _exceeds(valid, each))


def beyond_registration(valid: ValidRequest) -> tuple[str, ...]:
    """Return the claims asked for that the registration shown does not allow; none without."""
    return _named(each for each in _asked(valid) if _is_unregistered(valid, each))


def surplus_of(valid: ValidRequest, choice: Choice) -> tuple[str, ...]:
    """Return the claims of an answer beyond the party's own terms or beyond its registration."""
    return _named(each for each in _chosen(choice) if _exceeds(valid, each))


def unregistered_of(valid: ValidRequest, choice: Choice) -> tuple[str, ...]:
    """Return the claims of an answer that the registration shown does not allow."""
    return _named(each for each in _chosen(choice) if _is_unregistered(valid, each))


def check_surplus(valid: ValidRequest, choice: Choice, *, takes_surplus: bool) -> None:
    """Raise ``WalletError`` unless the holder took what is too much.

    beyond_registration when a registrar did not allow some of it, else beyond_terms.
    """
    if takes_surplus:
        return
    if unregistered_of(valid, choice):
        raise WalletError(WalletFailure.BEYOND_REGISTRATION)
    if surplus_of(valid, choice):
        raise WalletError(WalletFailure.BEYOND_TERMS)


def _asked(valid: ValidRequest) -> Iterator[_Asked]:
    for credential in valid.request.dcql_query.credentials:
        # Whoever takes any type asks for a type that no registration names.
        types = credential.types or ("",)
        yield from ((types, claim.path) for claim in credential.claims)


def _chosen(choice: Choice) -> Iterator[_Asked]:
    for each in choice:
        yield from (((each.credential.vct,), ClaimsPathPointer(path)) for path in each.paths)


def _named(beyond: Iterator[_Asked]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(path.dotted() for _, path in beyond))


def _exceeds(valid: ValidRequest, asked: _Asked) -> bool:
    return _is_unregistered(valid, asked) or _is_without_reason(valid, asked)


def _is_unregistered(valid: ValidRequest, asked: _Asked) -> bool:
    types, path = asked
    registration = valid.registration
    return registration is not None and not all(registration.allows(vct, path) for vct in types)


def _is_without_reason(valid: ValidRequest, asked: _Asked) -> bool:
    if valid.offer is None:
        return False
    terms = valid.offer.terms
    named = map(ClaimsPathPointer.parse_dotted, (*terms.information, *terms.optional))
    return not any(each.covers(asked[1].steps) for each in named)
