"""What a credential of the right type lacks to answer, so that its holder can be told.

It is for the holder alone: a verifier never hears whether something is not there, is there with
another value, or was not given (OpenID4VP 1.0 section 15.4.1).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

from standards.dcql.candidates import CandidateCredential, fits
from standards.dcql.claim_query import ClaimQuery
from standards.dcql.credential_query import CredentialQuery
from standards.dcql.effort import Effort
from standards.dcql.errors import DcqlFailure
from standards.dcql.paths import ClaimsPathPointer


class Gap(IntEnum):
    """What is lacking, the smallest lack first."""

    VALUE_DIFFERS = 1
    CLAIM_MISSING = 2
    OTHER_AUTHORITY = 3
    NOT_HOLDER_BOUND = 4


@dataclass(frozen=True, slots=True)
class Lacking:
    """What keeps one credential from being an answer; ``claims`` are those it does not answer."""

    credential_id: str
    gap: Gap
    claims: tuple[ClaimsPathPointer, ...] = ()


def lacking(
    query: CredentialQuery, candidates: Sequence[CandidateCredential], effort: Effort
) -> Lacking | None:
    """Return what the credential nearest to an answer lacks; None when none is of the type.

    Nothing matches ``query`` (`standards.dcql.matching`). The nearest lacks the smallest thing, of
    equals the fewest claims, of these the first. Raises `DcqlError` (limit).
    """
    found = (each for candidate in candidates for each in _of_one(query, candidate, effort))
    return min(found, key=lambda each: (each.gap, len(each.claims)), default=None)


def _of_one(
    query: CredentialQuery, candidate: CandidateCredential, effort: Effort
) -> Iterator[Lacking]:
    match fits(query, candidate):
        case None:
            yield from _claims(query, candidate, effort)
        case DcqlFailure.WRONG_AUTHORITY:
            yield Lacking(candidate.id, Gap.OTHER_AUTHORITY)
        case DcqlFailure.NOT_HOLDER_BOUND:
            yield Lacking(candidate.id, Gap.NOT_HOLDER_BOUND)
        case _:
            # Another type or format is another credential.
            return


def _claims(
    query: CredentialQuery, candidate: CandidateCredential, effort: Effort
) -> Iterator[Lacking]:
    """Yield what is lacking for each combination of claims that would do."""
    gaps = [_gap(claim, candidate, effort) for claim in query.claims]
    for positions in query.alternatives():
        effort.spend(len(positions))
        # Never none: a combination that lacks nothing would have been an answer.
        found = {place: gap for place in dict.fromkeys(positions) if (gap := gaps[place])}
        claims = tuple(query.claims[place].path for place in found)
        yield Lacking(candidate.id, max(found.values()), claims)


def _gap(claim: ClaimQuery, candidate: CandidateCredential, effort: Effort) -> Gap | None:
    if claim.selected(candidate.claims, candidate.positions, effort):
        return None
    is_there = bool(claim.path.resolve(candidate.claims, candidate.positions, effort))
    return Gap.VALUE_DIFFERS if is_there else Gap.CLAIM_MISSING
