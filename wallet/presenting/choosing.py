"""Which answers the holder can give, and which one the holder chose.

Optional claims come as several credential queries under one required set, smallest first (DESIGN,
section 3). So a claim is required when every possible answer discloses it, and optional when only
some do; optional claims start unticked, because the first answer is the smallest.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from consent.forms.statutory import StatutoryRule
from standards.dcql.candidates import Answer
from standards.dcql.errors import DcqlError, Unsatisfiable
from standards.dcql.matching import Matches, Option, choose, match, options
from standards.dcql.paths import ClaimsPathPointer, dotted
from standards.dcql.query import DcqlQuery
from standards.positions import ClaimPath
from wallet.errors import WalletError, WalletFailure
from wallet.kept.holdings import HeldCredential, candidates
from wallet.presenting.lawful import lawful


@dataclass(frozen=True, slots=True)
class Wish:
    """What the holder ticked and unticked; both empty takes the first possible answer."""

    include: tuple[ClaimsPathPointer, ...] = ()
    exclude: tuple[ClaimsPathPointer, ...] = ()


@dataclass(frozen=True, slots=True)
class Disclosing:
    """One credential of an answer: which, for which credential query, and which claims of it."""

    query_id: str
    credential: HeldCredential
    paths: tuple[ClaimPath, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The claims as dotted text."""
        return tuple(dotted(path) for path in self.paths)


Choice = tuple[Disclosing, ...]
"""One whole answer: what is disclosed of which credential, in the order of the query."""


def possible_choices(
    query: DcqlQuery, held: Sequence[HeldCredential], *, rule: StatutoryRule | None
) -> tuple[Choice, ...]:
    """Return every answer that would do, the first being the one given without further word.

    None would do when nothing is returned. ``rule`` is the law the request relies on: an answer
    beyond it is none.
    """
    try:
        found = options(query, lawful(_matches(query, held), held, rule))
    except Unsatisfiable:
        return ()
    return tuple(_choice(option, held) for option in found)


def choose_answer(
    query: DcqlQuery, held: Sequence[HeldCredential], wish: Wish, *, rule: StatutoryRule | None
) -> Choice:
    """Return the answer the holder wished for.

    Raises ``WalletError``: no_matching_credential; claim_required when no possible answer has all
    that was ticked and nothing of what was unticked; withheld_by_law when only an answer beyond
    ``rule`` would have.
    """
    matches = _matches(query, held)
    try:
        return _choice(_chosen(query, lawful(matches, held, rule), wish), held)
    except WalletError:
        if rule is not None and _would_do(query, matches, wish):
            raise WalletError(WalletFailure.WITHHELD_BY_LAW, rule.article) from None
        raise


def required_claims(choices: Sequence[Choice]) -> tuple[str, ...]:
    """Return the claims, as dotted text, that every possible answer discloses."""
    every = [claim_names(choice) for choice in choices]
    first = next(iter(every), ())
    return tuple(name for name in first if all(name in names for names in every))


def optional_claims(choices: Sequence[Choice]) -> tuple[str, ...]:
    """Return the claims that some possible answers disclose and some do not."""
    required = required_claims(choices)
    every = dict.fromkeys(name for choice in choices for name in claim_names(choice))
    return tuple(name for name in every if name not in required)


def claim_names(choice: Choice) -> tuple[str, ...]:
    """Return every claim of an answer as dotted text, each once."""
    return tuple(dict.fromkeys(name for each in choice for name in each.names))


def _matches(query: DcqlQuery, held: Sequence[HeldCredential]) -> Matches:
    return match(query, candidates(query, held))


def _chosen(query: DcqlQuery, matches: Matches, wish: Wish) -> Option:
    try:
        return choose(query, matches, include=wish.include, exclude=wish.exclude)
    except Unsatisfiable:
        raise WalletError(WalletFailure.NO_MATCHING_CREDENTIAL) from None
    except DcqlError:
        raise WalletError(WalletFailure.CLAIM_REQUIRED) from None


def _would_do(query: DcqlQuery, matches: Matches, wish: Wish) -> bool:
    try:
        _chosen(query, matches, wish)
    except WalletError:
        return False
    return True


def _choice(option: Option, held: Sequence[HeldCredential]) -> Choice:
    return tuple(_disclosing(answer, held) for answer in option.answers)


def _disclosing(answer: Answer, held: Sequence[HeldCredential]) -> Disclosing:
    credential = next(each for each in held if each.id == answer.credential_id)
    return Disclosing(answer.query_id, credential, answer.paths)
