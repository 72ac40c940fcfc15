"""The answer given by default, against every response there is (decision 0037)."""

from collections.abc import Iterator, Sequence
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from keys.strict_json import JsonObject
from standards.dcql.candidates import Answer, CandidateCredential
from standards.dcql.choosing import Wanted, choose, compose
from standards.dcql.errors import DcqlError, Unsatisfiable
from standards.dcql.matching import Matches, match
from standards.dcql.options import Option, options
from standards.dcql.paths import ClaimsPathPointer
from standards.dcql.query import DcqlQuery
from standards.positions import ClaimPath
from tests.standards.dcql.asking import VCT
from tests.standards.dcql.test_oracle import claims, nodes, queries

Cards = Sequence[CandidateCredential]
Worth = tuple[tuple[int, ...], ...]

cards = st.lists(st.tuples(claims, st.integers(0, 2)), min_size=1, max_size=4)


def held(drawn: Sequence[tuple[JsonObject, int]]) -> list[CandidateCredential]:
    return [
        CandidateCredential(f"card{n}", "dc+sd-jwt", VCT, document, rank=rank)
        for n, (document, rank) in enumerate(drawn)
    ]


def size(answer: Answer, wallet: Cards) -> int:
    """Count the values shown by looking at every node of the credential."""
    (card,) = [each for each in wallet if each.id == answer.credential_id]
    shown: set[ClaimPath] = {
        at
        for at, value in nodes(card.claims)
        for path in answer.paths
        if at[: len(path)] == path and not (isinstance(value, dict | list) and value)
    }
    return len(shown)


def every_response(query: DcqlQuery, matches: Matches) -> Iterator[Option]:
    """Yield each way to fill each combination of options, one answer for each query."""
    for option in options(query, matches):
        for answers in product(*(matches.of(name) for name in option.query_ids)):
            yield Option(answers)


def worth(option: Option, order: Sequence[Option], wallet: Cards) -> Worth:
    """Return what decides, in the words of the decision page: less is better."""
    cards_of = {each.id: each for each in wallet}
    place = [each.query_ids for each in order].index(option.query_ids)
    return (
        (place,),
        tuple(answer.claim_set or 0 for answer in option.answers),
        tuple(cards_of[answer.credential_id].rank for answer in option.answers),
        (sum(size(answer, wallet) for answer in option.answers),),
        tuple(wallet.index(cards_of[answer.credential_id]) for answer in option.answers),
    )


@given(queries(), cards)
def test_the_default_is_the_smallest_within_the_verifiers_order(
    query: DcqlQuery, drawn: Sequence[tuple[JsonObject, int]]
) -> None:
    """
    Of all responses there are none is better: order first, then standing, then size.
    """
    wallet = held(drawn)
    matches = match(query, wallet)
    try:
        order = options(query, matches)
    except Unsatisfiable:
        return
    best = min(worth(each, order, wallet) for each in every_response(query, matches))

    assert best[:2] == worth(choose(query, matches), order, wallet)[:2]
    for answer in choose(query, matches).answers:
        equals = [a for a in matches.of(answer.query_id) if a.claim_set == answer.claim_set]
        ranks = {each.id: each.rank for each in wallet}
        least = min((ranks[a.credential_id], size(a, wallet)) for a in equals)
        assert least == (ranks[answer.credential_id], size(answer, wallet))


@given(queries(), cards)
def test_every_response_there_is_can_be_chosen(
    query: DcqlQuery, drawn: Sequence[tuple[JsonObject, int]]
) -> None:
    """
    VP-53: whatever combination satisfies the query, the holder may have it; nothing else.
    """
    matches = match(query, held(drawn))
    answers = [answer for _, found in matches.by_query for answer in found]
    try:
        possible = {frozenset(each.answers) for each in every_response(query, matches)}
    except Unsatisfiable:
        possible = set()
    least = [frozenset(each.query_ids) for each in _options(query, matches)]
    for chosen in product((False, True), repeat=min(len(answers), 6)):
        picked = [each for each, is_in in zip(answers, chosen, strict=False) if is_in]
        try:
            option = compose(query, matches, picked)
        except DcqlError:
            assert frozenset(picked) not in possible
        else:
            ids = frozenset(option.query_ids)
            assert len(ids) == len(picked)
            assert any(each <= ids for each in least)


def _options(query: DcqlQuery, matches: Matches) -> tuple[Option, ...]:
    try:
        return options(query, matches)
    except Unsatisfiable:
        return ()


@given(queries(), cards, st.data())
def test_what_is_wished_for_is_what_is_chosen(
    query: DcqlQuery, drawn: Sequence[tuple[JsonObject, int]], data: st.DataObject
) -> None:
    """
    A credential named is used, a claim excluded is not shown, or there is no answer at all.
    """
    wallet = held(drawn)
    named = tuple(data.draw(st.lists(st.sampled_from([each.id for each in wallet]), max_size=2)))
    away = (ClaimsPathPointer(("a",)),) if data.draw(st.booleans()) else ()
    try:
        option = choose(query, match(query, wallet), Wanted(exclude=away, credentials=named))
    except DcqlError:
        return

    assert set(named) <= {answer.credential_id for answer in option.answers}
    shown = [path for answer in option.answers for path in answer.paths]
    assert not any(pointer.overlaps(path) for pointer in away for path in shown)
