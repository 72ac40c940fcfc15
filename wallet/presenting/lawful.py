"""What the law behind a request lets its party see, whatever it asks and whatever is ticked.

Terms that carry the legal basis of a rule (`consent.forms.statutory`) are held to that rule: an
answer that would show more is no answer, even where the holder would agree. A party without terms
of ours names no law, and is held to what the holder chooses.

Of somebody nobody vouches for no law is believed: what takes a law to ask for is never sent.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from consent.forms.statutory import (
    UNIQUE_IDENTIFIERS,
    UNIQUE_IDENTIFIERS_ARTICLE,
    StatutoryRule,
    covers,
    kind_of,
)
from standards.dcql.candidates import Answer
from standards.dcql.credential_query import CredentialQuery
from standards.dcql.matching import Matches
from standards.dcql.paths import Step
from standards.dcql.query import DcqlQuery
from standards.positions import ClaimPath, leaves
from standards.sd_jwt.present import present
from standards.sd_jwt_vc.credential import SET_BY_FORMAT
from wallet.kept.holdings import HeldCredential, read_issued
from wallet.presenting.pool import Pool


@dataclass(frozen=True, slots=True)
class NoStatute:
    """What holds for a party whose word on any law counts for nothing."""

    article: str = UNIQUE_IDENTIFIERS_ARTICLE


NO_STATUTE: Final = NoStatute()
# What an asking party may not see, whatever is chosen; None limits nothing.
Limit: TypeAlias = StatutoryRule | NoStatute | None


def lawful(matches: Matches, pool: Pool, limit: Limit) -> Matches:
    """Return the answers that show nothing beyond ``limit``; all of them without one."""
    if limit is None:
        return matches
    return Matches(
        tuple(
            (name, tuple(each for each in answers if _is_lawful(each, pool, limit)))
            for name, answers in matches.by_query
        )
    )


def withheld_claims(query: DcqlQuery, limit: Limit) -> tuple[str, ...]:
    """Return the claims a query names that ``limit`` keeps from its party, as dotted text.

    It depends on the question alone: the party is told nothing of what is held.
    """
    if limit is None:
        return ()
    named = (
        claim.path
        for credential in query.credentials
        for claim in credential.claims
        if not all(_permits(limit, kind, claim.path.steps) for kind in _kinds(credential))
    )
    return tuple(dict.fromkeys(path.dotted() for path in named))


def _is_lawful(answer: Answer, pool: Pool, limit: StatutoryRule | NoStatute) -> bool:
    credential = pool.credential(answer.credential_id)
    kind = kind_of(credential.vct) or ""
    shown = (*answer.paths, *_shown(credential, answer.paths))
    is_known = isinstance(limit, NoStatute) or kind in limit.permitted
    return is_known and all(_permits(limit, kind, path) for path in shown)


def _permits(limit: StatutoryRule | NoStatute, kind: str, path: Sequence[Step]) -> bool:
    match limit:
        case NoStatute():
            return UNIQUE_IDENTIFIERS.isdisjoint(path)
        case StatutoryRule():
            return covers(limit, kind, path)


def _shown(credential: HeldCredential, paths: Sequence[ClaimPath]) -> Iterator[ClaimPath]:
    """Yield every claim a presentation of ``paths`` would show, by the issuer's positions.

    It is read back from the presentation itself: what an issuer left open, or put into one
    disclosure with something else, is shown too.
    """
    shown = read_issued(present(credential.sd_jwt, paths), credential.provenance.key)
    for path, value in leaves(shown.claims):
        # A frame whose content stays hidden says nothing.
        if path[0] not in SET_BY_FORMAT and value not in ({}, []):
            yield shown.positions.issued(path)


def _kinds(query: CredentialQuery) -> list[str]:
    # A query that takes any type names no kind, and no rule permits anything of none.
    return [kind_of(vct) or "" for vct in query.types] or [""]
