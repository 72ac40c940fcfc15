"""Which credential queries a response answers together (OpenID4VP 1.0 sections 6.2 and 6.4.2).

A query is never expanded into all the combinations it could mean: options are looked at in the
verifier's order of preference, and only the first of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, product
from typing import Final

from standards.dcql.candidates import Answer
from standards.dcql.errors import DcqlError, DcqlFailure, Unsatisfiable
from standards.dcql.matching import Matches
from standards.dcql.query import CredentialSet, DcqlQuery

# Options offered to a person, and combinations looked at to find them (H49).
MAX_OFFERED: Final = 64
MAX_EXPLORED: Final = 1024


@dataclass(frozen=True, slots=True)
class Option:
    """One whole response, in query order: an answer for each credential query it answers.

    Several for one that says ``multiple``, if the holder likes.
    """

    answers: tuple[Answer, ...]

    @property
    def query_ids(self) -> tuple[str, ...]:
        """The ids of the credential queries answered, each once."""
        return tuple(dict.fromkeys(answer.query_id for answer in self.answers))


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


def check_sets(query: DcqlQuery, answered: frozenset[str]) -> None:
    """Return when these credential queries together are a response, else raise `DcqlError`.

    Every required set is answered (set_not_answered), and nothing that no answered option names
    (unrequested_credential).
    """
    used: set[str] = set()
    for entry in query.sets():
        met = [option for option in entry.options if answered.issuperset(option)]
        if entry.required and not met:
            raise DcqlError(DcqlFailure.SET_NOT_ANSWERED, "a required credential set is missing")
        used.update(name for option in met for name in option)
    if used != answered:
        raise DcqlError(DcqlFailure.UNREQUESTED_CREDENTIAL, "a credential nobody asked for")


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
