"""Every way to answer one request, and the answer that the holder chose among them.

Nothing is expanded: of several like certificates one is taken until the holder picks another, so
there are as many choices as options, however many certificates are kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from standards.dcql.candidates import Answer
from standards.dcql.choosing import Wanted, allowed, choose, compose
from standards.dcql.errors import DcqlError, Unsatisfiable
from standards.dcql.matching import Matches, match
from standards.dcql.options import Option, options
from standards.dcql.query import DcqlQuery
from wallet.errors import WalletError, WalletFailure
from wallet.presenting.choosing import Choice, Disclosing, Picks, answer_key, picks_of
from wallet.presenting.lawful import Limit, lawful
from wallet.presenting.pool import Pool

Wish = Wanted
"""What the holder ticked, unticked and picked; the empty one takes the first possible answer."""


@dataclass(frozen=True, slots=True)
class Possible:
    """Every way to answer one request, within ``limit``, the law it relies on.

    ``beyond`` are the ways there would be without that law.
    """

    query: DcqlQuery
    matches: Matches
    beyond: Matches
    pool: Pool
    limit: Limit

    @classmethod
    def of(cls, query: DcqlQuery, pool: Pool, *, limit: Limit) -> Self:
        """Return what ``pool`` can answer; none of it is decided yet.

        Raises ``WalletError`` (request_unsupported) for a query that would take too long.
        """
        try:
            beyond = match(query, pool.candidates(query))
        except DcqlError as error:
            raise WalletError(WalletFailure.REQUEST_UNSUPPORTED, error.detail) from None
        return cls(query, lawful(beyond, pool, limit), beyond, pool, limit)

    def choices(self, picks: Picks | None = None) -> tuple[Choice, ...]:
        """Return one answer for each option, the one given without further word first.

        None would do when nothing is returned. What was picked takes its place in each option
        that asks for it; where nothing was, a credential that was picked elsewhere is preferred.
        """
        picked = picks or {}
        used = {each.credential.id for found in picked.values() for each in found}
        try:
            found = options(self.query, self.matches)
        except Unsatisfiable:
            return ()
        return tuple(
            tuple(each for name in option.query_ids for each in self._of_query(name, picked, used))
            for option in found
        )

    def alternatives(self, query_id: str) -> Choice:
        """Return every way to answer one credential query, the best first, each once."""
        found: dict[str, Disclosing] = {}
        for answer in self.matches.of(query_id):
            each = self._disclosing(answer)
            found.setdefault(each.key, each)
        return tuple(found.values())

    def presentations(self, query_id: str) -> int:
        """Return with how many credentials at once a credential query may be answered."""
        return allowed(self.query, query_id)

    def chosen(self, wish: Wish) -> Choice:
        """Return the answer the holder wished for.

        Raises ``WalletError``: no_matching_credential; unknown_credential; claim_required when no
        possible answer is what was ticked and picked; withheld_by_law when only an answer beyond
        the limit would have been.
        """
        named = [*wish.credentials, *(one for each in wish.pinned.values() for one in each)]
        if not {each.id for each in self.pool.credentials}.issuperset(named):
            raise WalletError(WalletFailure.UNKNOWN_CREDENTIAL)
        try:
            return self._choice(_chosen(self.query, self.matches, wish))
        except WalletError:
            if _would_do(self.query, self.beyond, wish):
                raise WalletError(WalletFailure.WITHHELD_BY_LAW, self.limit.article) from None
            raise

    def composed(self, keys: Sequence[str]) -> Choice:
        """Return the answer made of what these keys name, or raise (claim_required)."""
        by_key = {
            answer_key(answer.query_id, answer.credential_id, answer.paths): answer
            for _, answers in reversed(self.matches.by_query)
            for answer in reversed(answers)
        }
        try:
            answers = [by_key[key] for key in keys]
            return self._choice(compose(self.query, self.matches, answers))
        except (DcqlError, KeyError):
            raise WalletError(WalletFailure.CLAIM_REQUIRED) from None

    def like(self, choice: Choice) -> tuple[Choice, ...]:
        """Return the answers there are with the very credentials of ``choice``."""
        return self.choices(picks_of(choice))

    def _of_query(self, name: str, picked: Picks, used: set[str]) -> Sequence[Disclosing]:
        if name in picked:
            return picked[name]
        answers = self.matches.of(name)
        best = next((each for each in answers if each.credential_id in used), answers[0])
        return (self._disclosing(best),)

    def _choice(self, option: Option) -> Choice:
        return tuple(self._disclosing(answer) for answer in option.answers)

    def _disclosing(self, answer: Answer) -> Disclosing:
        credential = self.pool.credential(answer.credential_id)
        return Disclosing(answer.query_id, credential, answer.paths)


def _chosen(query: DcqlQuery, matches: Matches, wish: Wish) -> Option:
    try:
        return choose(query, matches, wish)
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
