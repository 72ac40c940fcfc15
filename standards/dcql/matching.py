"""What the wallet can answer, and how (OpenID4VP 1.0 section 6.4).

Pure, and bounded: a query is never expanded into all the combinations it could mean. Options are
looked at in the verifier's order of preference, and only the first of them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, product

from standards.dcql.candidates import (
    Answer,
    CandidateCredential,
    answering_paths,
    find_claims,
    fits,
)
from standards.dcql.credential_query import CredentialQuery
from standards.dcql.errors import DcqlError, DcqlFailure, Unsatisfiable
from standards.dcql.paths import ClaimsPathPointer
from standards.dcql.query import CredentialSet, DcqlQuery

# Options offered to a person, and combinations looked at to find them (H49).
MAX_OFFERED = 64
MAX_EXPLORED = 1024


@dataclass(frozen=True, slots=True)
class Matches:
    """For every credential query, in the order of the query, the ways to answer it, best first."""

    by_query: tuple[tuple[str, tuple[Answer, ...]], ...]

    def of(self, query_id: str) -> tuple[Answer, ...]:
        """Return the ways to answer one credential query; none when nothing matches."""
        return next((answers for name, answers in self.by_query if name == query_id), ())

    def unmatched(self) -> tuple[str, ...]:
        """Return the ids of the credential queries nothing matches."""
        return tuple(name for name, answers in self.by_query if not answers)


@dataclass(frozen=True, slots=True)
class Option:
    """One whole response: an answer for each credential query it answers, in query order."""

    answers: tuple[Answer, ...]

    @property
    def query_ids(self) -> tuple[str, ...]:
        """The ids of the credential queries answered."""
        return tuple(answer.query_id for answer in self.answers)


def match(query: DcqlQuery, candidates: Sequence[CandidateCredential]) -> Matches:
    """Return what each credential query finds among ``candidates``.

    Answers follow the verifier's order of claim sets, then the order of ``candidates``.
    """
    return Matches(
        tuple(
            (credential.id, tuple(_answers(credential, candidates)))
            for credential in query.credentials
        )
    )


def options(query: DcqlQuery, matches: Matches) -> tuple[Option, ...]:
    """Return the responses that satisfy ``query``, the verifier's preferred first (section 6.4.2).

    Each uses the first answer of every credential query. Optional sets start out unanswered: the
    option without them comes before those with them. At most 64 are returned. Raises
    `Unsatisfiable` when a required set cannot be met.
    """
    explored = islice(_combinations(query, matches), MAX_EXPLORED)
    distinct = dict.fromkeys(names for names in explored if names)
    if not distinct:
        raise Unsatisfiable(matches.unmatched())
    return tuple(
        Option(tuple(matches.of(name)[0] for name in names))
        for names in islice(distinct, MAX_OFFERED)
    )


def choose(
    query: DcqlQuery,
    matches: Matches,
    *,
    include: Sequence[ClaimsPathPointer] = (),
    exclude: Sequence[ClaimsPathPointer] = (),
) -> Option:
    """Return the first option that discloses all of ``include`` and nothing of ``exclude``.

    Where several answers would do, each credential query takes the one with most of ``include``.
    Raises `Unsatisfiable`, or `DcqlError` (claim_required) when no option fits the choice.
    """
    for option in options(query, matches):
        answers = [
            _best(matches.of(name), include=include, exclude=exclude) for name in option.query_ids
        ]
        chosen = tuple(answer for answer in answers if answer is not None)
        if len(chosen) == len(answers) and _covers(chosen, include):
            return Option(chosen)
    names = ", ".join(pointer.dotted() for pointer in (*include, *exclude))
    raise DcqlError(DcqlFailure.CLAIM_REQUIRED, f"no option of the request fits: {names}")


def _answers(
    query: CredentialQuery, candidates: Sequence[CandidateCredential]
) -> Iterator[Answer]:
    fitting = [candidate for candidate in candidates if fits(query, candidate) is None]
    # Each claim is looked for once per credential, however many claim sets name it.
    found = [find_claims(query, candidate) for candidate in fitting]
    for index, positions in enumerate(query.alternatives()):
        for candidate, places in zip(fitting, found, strict=True):
            paths = answering_paths(positions, places)
            if paths is not None:
                yield Answer(query.id, candidate.id, index if query.claim_sets else None, paths)


def _combinations(query: DcqlQuery, matches: Matches) -> Iterator[tuple[str, ...]]:
    """Yield the ids to answer, in query order, one for each choice of an option per set."""
    order = [name for name, _ in matches.by_query]
    missing = frozenset(matches.unmatched())
    choices = [_choices(entry, missing) for entry in query.sets()]
    if not all(choices):
        raise Unsatisfiable(matches.unmatched())
    for combination in product(*choices):
        wanted = frozenset[str]().union(*combination)
        yield tuple(name for name in order if name in wanted)


def _choices(entry: CredentialSet, missing: frozenset[str]) -> tuple[frozenset[str], ...]:
    satisfiable = (frozenset(ids) for ids in entry.options if missing.isdisjoint(ids))
    nothing: tuple[frozenset[str], ...] = () if entry.required else (frozenset(),)
    return (*nothing, *dict.fromkeys(satisfiable))


def _best(
    answers: Sequence[Answer],
    *,
    include: Sequence[ClaimsPathPointer],
    exclude: Sequence[ClaimsPathPointer],
) -> Answer | None:
    allowed = [answer for answer in answers if not _touches(answer, exclude)]
    return max(allowed, key=lambda answer: _count(answer, include), default=None)


def _touches(answer: Answer, pointers: Sequence[ClaimsPathPointer]) -> bool:
    return _count(answer, pointers) > 0


def _count(answer: Answer, pointers: Sequence[ClaimsPathPointer]) -> int:
    return sum(any(pointer.overlaps(path) for path in answer.paths) for pointer in pointers)


def _covers(answers: Sequence[Answer], include: Sequence[ClaimsPathPointer]) -> bool:
    return all(any(_touches(answer, (pointer,)) for answer in answers) for pointer in include)
