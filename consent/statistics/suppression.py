"""Hiding small counts, and whatever a small count could be worked out from.

A count below five may be one person known to somebody. Hiding it alone hides nothing: the total
less the others gives it back. So in every sum that is published (a column and its total, what was
asked and its parts) either nothing is hidden, or so much that the hidden add up to ten or more and
are at least two; zeros are nobody, and stay.

Totals are never hidden: they are the log's own counts, which everybody can make. So is what was
asked too much, whose label the public can compute: it is about an institution, and no person.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from consent.statistics.counting import Column, PartyCounts

# Below this a count is hidden: it may be one person whom somebody knows.
SMALL: Final = 5
# What is hidden of one sum adds up to this at the least: two counts of one are no secret.
HIDDEN_SUM: Final = 2 * SMALL

_OPEN: Final = tuple(Column).index(Column.OVER_ASKED)
# What was asked is the sum of these and of what was asked too much.
_ASKED: Final = tuple(
    tuple(Column).index(column) for column in (Column.ASKED, Column.CONSENTS, Column.REFUSED)
)

Cell = tuple[int, int]


def suppressed(parties: Sequence[PartyCounts]) -> tuple[tuple[int | None, ...], ...]:
    """Return the counts of each party with None for what is hidden."""
    counts = [party.counts for party in parties]
    hidden = {
        (row, column)
        for row, each in enumerate(counts)
        for column, count in enumerate(each)
        if 0 < count < SMALL and column != _OPEN
    }
    while (cell := _next(counts, hidden)) is not None:
        hidden.add(cell)
    return tuple(
        tuple(None if (row, column) in hidden else count for column, count in enumerate(each))
        for row, each in enumerate(counts)
    )


def _next(counts: Sequence[tuple[int, ...]], hidden: set[Cell]) -> Cell | None:
    """Return the smallest count to hide beside those of the first sum that gives one away."""
    for cells in _sums(counts):
        secret = [cell for cell in cells if cell in hidden]
        total = sum(counts[row][column] for row, column in secret)
        if not secret or (len(secret) > 1 and total >= HIDDEN_SUM):
            continue
        shown = [(counts[row][column], (row, column)) for row, column in cells]
        left = [(count, cell) for count, cell in shown if count and cell not in hidden]
        if left:
            return min(left)[1]
    return None


def _sums(counts: Sequence[tuple[int, ...]]) -> Iterator[list[Cell]]:
    """Return the cells of every sum that can be made of what is published."""
    for column in range(len(Column)):
        if column != _OPEN:
            yield [(row, column) for row in range(len(counts))]
    for row in range(len(counts)):
        yield [(row, column) for column in _ASKED]
