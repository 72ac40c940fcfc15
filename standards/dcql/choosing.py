"""Which of the possible responses the holder wants (OpenID4VP 1.0 section 6.4).

The verifier's order is a preference and the default; among all that satisfies the query the
holder is free.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from standards.dcql.candidates import Answer
from standards.dcql.errors import DcqlError, DcqlFailure
from standards.dcql.limits import MAX_PRESENTATIONS
from standards.dcql.matching import Matches
from standards.dcql.options import Option, check_sets, options
from standards.dcql.paths import ClaimsPathPointer
from standards.dcql.query import DcqlQuery


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the holder wants; nothing in particular takes the first possible response.

    ``credentials`` are ids of credentials to be used, wherever each fits; ``pinned`` those for
    one credential query, by its id.
    """

    include: tuple[ClaimsPathPointer, ...] = ()
    exclude: tuple[ClaimsPathPointer, ...] = ()
    credentials: tuple[str, ...] = ()
    pinned: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


ANYTHING = Wanted()


def choose(query: DcqlQuery, matches: Matches, wanted: Wanted = ANYTHING) -> Option:
    """Return the first response that shows all of ``include`` and nothing of ``exclude``.

    It uses every credential named, and of several ways to answer a credential query the one with
    most of ``include``. Raises `Unsatisfiable`, or `DcqlError` (claim_required) when no response
    fits the choice.
    """
    for option in options(query, matches):
        answers = _fill(query, matches, option.query_ids, wanted)
        if answers is not None and _fits(answers, wanted):
            return Option(answers)
    names = [pointer.dotted() for pointer in (*wanted.include, *wanted.exclude)]
    chosen = ", ".join((*names, *wanted.credentials, *wanted.pinned))
    raise DcqlError(DcqlFailure.CLAIM_REQUIRED, f"no option of the request fits: {chosen}")


def compose(query: DcqlQuery, matches: Matches, answers: Sequence[Answer]) -> Option:
    """Return these very answers as one response, in query order, or raise `DcqlError`.

    Each must be one that matches; together they must satisfy the query with nothing too much.
    """
    chosen = frozenset(answers)
    ordered = tuple(
        answer for name, found in matches.by_query for answer in found if answer in chosen
    )
    if len(ordered) != len(answers):
        raise DcqlError(DcqlFailure.UNKNOWN_QUERY_ID, "an answer to no question of this query")
    if not ordered:
        raise DcqlError(DcqlFailure.NO_PRESENTATION, "there is no empty response")
    option = Option(ordered)
    for name in option.query_ids:
        number = sum(answer.query_id == name for answer in ordered)
        if number > allowed(query, name):
            raise DcqlError(DcqlFailure.TOO_MANY_PRESENTATIONS, f"{name}: more than may be sent")
    check_sets(query, frozenset(option.query_ids))
    return option


def allowed(query: DcqlQuery, query_id: str) -> int:
    """Return how many presentations may answer one credential query."""
    credential = query.credential(query_id)
    return MAX_PRESENTATIONS if credential is not None and credential.multiple else 1


def _fill(
    query: DcqlQuery, matches: Matches, query_ids: Sequence[str], wanted: Wanted
) -> tuple[Answer, ...] | None:
    """Return an answer for each of these ids, None when one has none that is wanted."""
    found: list[Answer] = []
    for name in query_ids:
        answers = [each for each in matches.of(name) if not _touches(each, wanted.exclude)]
        named = wanted.pinned.get(name, wanted.credentials)
        used = {each.credential_id for each in found}
        chosen = _of_named(answers, named, used, wanted)[: allowed(query, name)]
        if not chosen and name not in wanted.pinned:
            chosen = _best(answers, wanted)
        if not chosen:
            return None
        found += chosen
    return tuple(found)


def _of_named(
    answers: Sequence[Answer], named: Sequence[str], used: set[str], wanted: Wanted
) -> list[Answer]:
    """Return the best answer of each credential named, those not used elsewhere first."""
    in_turn = sorted(dict.fromkeys(named), key=lambda each: each in used)
    return [
        best
        for each in in_turn
        for best in _best([one for one in answers if one.credential_id == each], wanted)
    ]


def _best(answers: Sequence[Answer], wanted: Wanted) -> list[Answer]:
    """Return the answer with most of what is wanted, of equals the first; none of none."""
    best = max(answers, key=lambda answer: _count(answer, wanted.include), default=None)
    return [] if best is None else [best]


def _fits(answers: Sequence[Answer], wanted: Wanted) -> bool:
    shown = all(any(_touches(answer, (each,)) for answer in answers) for each in wanted.include)
    used = {each.credential_id for each in answers}
    used_for = {(each.query_id, each.credential_id) for each in answers}
    pinned = {(name, each) for name, ids in wanted.pinned.items() for each in ids}
    return shown and used.issuperset(wanted.credentials) and used_for >= pinned


def _touches(answer: Answer, pointers: Sequence[ClaimsPathPointer]) -> bool:
    return _count(answer, pointers) > 0


def _count(answer: Answer, pointers: Sequence[ClaimsPathPointer]) -> int:
    return sum(any(pointer.overlaps(path) for path in answer.paths) for pointer in pointers)
