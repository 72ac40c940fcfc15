"""What a wallet holds that answers, and how (OpenID4VP 1.0 section 6.4.1).

Pure, and bounded (`standards.dcql.effort`). Each claim is looked for once in each credential,
however many credential queries and claim sets name it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from operator import itemgetter
from typing import NamedTuple

from standards.dcql.candidates import Answer, CandidateCredential, fits
from standards.dcql.claim_query import ClaimQuery
from standards.dcql.credential_query import CredentialQuery
from standards.dcql.effort import Effort
from standards.dcql.paths import Selected
from standards.dcql.query import DcqlQuery
from standards.positions import ClaimPath, leaves


@dataclass(frozen=True)
class Matches:
    """For every credential query, in the order of the query, the ways to answer it, best first."""

    by_query: tuple[tuple[str, tuple[Answer, ...]], ...]

    def of(self, query_id: str) -> tuple[Answer, ...]:
        """Return the ways to answer one credential query; none when nothing matches."""
        return self._by_id.get(query_id, ())

    def unmatched(self) -> tuple[str, ...]:
        """Return the ids of the credential queries nothing matches."""
        return tuple(name for name, answers in self.by_query if not answers)

    @cached_property
    def _by_id(self) -> Mapping[str, tuple[Answer, ...]]:
        return dict(self.by_query)


def match(
    query: DcqlQuery, candidates: Sequence[CandidateCredential], effort: Effort | None = None
) -> Matches:
    """Return what each credential query finds among ``candidates``, or raise `DcqlError` (limit).

    The best answer comes first: by the verifier's order of claim sets, then by ``rank``, then the
    one that shows the fewest values, then in the order of ``candidates``.
    """
    search = _Search(candidates, Effort() if effort is None else effort)
    return Matches(tuple((each.id, search.answers(each)) for each in query.credentials))


# Format and type.
_Kind = tuple[str, str]


class _Found(NamedTuple):
    """What one claim query finds in one credential; ``nested`` are those with values inside."""

    paths: tuple[ClaimPath, ...]
    nested: Sequence[Selected]


# What one claim query finds in each credential looked at so far, by its place.
_Known = dict[int, _Found]
_Asked = tuple[ClaimQuery, _Known]
# Claim set, rank, size, place.
_Order = tuple[int, int, int, int]


class _Search:
    """One query on its way through the credentials."""

    def __init__(self, candidates: Sequence[CandidateCredential], effort: Effort) -> None:
        self._effort = effort
        self._candidates = candidates
        self._by_kind: dict[_Kind, list[int]] = {}
        for place, each in enumerate(candidates):
            self._by_kind.setdefault((each.format, each.vct), []).append(place)
        self._known: dict[object, _Known] = {}

    def answers(self, query: CredentialQuery) -> tuple[Answer, ...]:
        """Return every way to answer one credential query, the best first."""
        asked = [(claim, self._known.setdefault(_same(claim), {})) for claim in query.claims]
        sets = [[asked[position] for position in each] for each in query.alternatives()]
        found = [
            each
            for place in self._of_kind(query)
            if fits(query, self._candidates[place]) is None
            for each in self._of_one(query, place, sets)
        ]
        found.sort(key=itemgetter(0))
        return tuple(answer for _, answer in found)

    def _of_kind(self, query: CredentialQuery) -> Sequence[int]:
        """Return the places of the credentials of a type asked for, in their order."""
        kinds = [(query.format, vct) for vct in dict.fromkeys(query.types)]
        if not query.types:
            kinds = [kind for kind in self._by_kind if kind[0] == query.format]
        places = [self._by_kind.get(kind, []) for kind in kinds]
        found = places[0] if len(places) == 1 else sorted(chain.from_iterable(places))
        self._effort.spend(len(found))
        return found

    def _of_one(
        self, query: CredentialQuery, place: int, sets: Sequence[Sequence[_Asked]]
    ) -> Iterator[tuple[_Order, Answer]]:
        """Yield the answers one credential gives, each with what it is sorted by."""
        candidate = self._candidates[place]
        for index, asked in enumerate(sets):
            found = self._look_for_all(asked, place)
            if found is not None:
                paths = tuple(dict.fromkeys([path for each in found for path in each.paths]))
                claim_set = index if query.claim_sets else None
                order = (index, candidate.rank, self._size(found, paths), place)
                yield order, Answer(query.id, candidate.id, claim_set, paths)

    def _look_for_all(self, asked: Sequence[_Asked], place: int) -> Sequence[_Found] | None:
        """Return what each of these claims finds, None as soon as one finds nothing."""
        every: list[_Found] = []
        for claim, known in asked:
            found = known.get(place)
            if found is None:
                found = known[place] = self._look(claim, self._candidates[place])
            if not found.paths:
                return None
            every.append(found)
        self._effort.spend(sum([len(found.paths) for found in every]))
        return every

    def _look(self, claim: ClaimQuery, candidate: CandidateCredential) -> _Found:
        # A claim that is not there costs a step as well.
        self._effort.spend(1)
        selected = claim.selected(candidate.claims, candidate.positions, self._effort)
        if len(selected) == 1 and not isinstance(selected[0].value, dict | list):
            # Nearly every claim is one value, and needs none of the lists below.
            return _Found((selected[0].path,), ())
        nested = [one for one in selected if isinstance(one.value, dict | list)]
        return _Found(tuple([one.path for one in selected]), nested)

    def _size(self, found: Sequence[_Found], paths: Sequence[ClaimPath]) -> int:
        """Return how many single values an answer shows; what two claims share counts once."""
        if not any(each.nested for each in found):
            return len(paths)
        nested = [one for each in found for one in each.nested]
        shown = set(paths).difference(one.path for one in nested)
        for one in nested:
            inside = [path for path, _ in leaves(one.value, one.path)]
            self._effort.spend(len(inside))
            shown.update(inside)
        return len(shown)


def _same(claim: ClaimQuery) -> object:
    """Return what two claim queries have in common that find the same in every credential.

    True, 1 and 1.0 are equal in Python, so the types of the values stand beside them.
    """
    return claim.path.steps, claim.values, tuple(map(type, claim.values))
