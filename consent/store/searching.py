"""Looking for entries: each search is answered out of one index, however long the log is."""

from sqlalchemy import ColumnElement, select
from sqlalchemy.sql import Select

from consent.ports import EntryFilter, Turn
from consent.store.tables import entries

# Larger than any index; neither database has numbers beyond.
_LAST = 2**63 - 1


def select_found(wanted: EntryFilter, turn: Turn, limit: int) -> Select[int, bytes]:
    """Return the query for the entries next to the turn: newest first, or oldest first after it.

    Within a label, number and index grow together, so the order by number is that of the log, and
    it is the order of that label's index.
    """
    order = entries.c.position if wanted.label is None else entries.c.number
    forward = turn.newer_than is not None
    query = select(entries.c.position, entries.c.leaf).where(*_conditions(wanted, turn))
    return query.order_by(order.asc() if forward else order.desc()).limit(limit)


def _conditions(wanted: EntryFilter, turn: Turn) -> list[ColumnElement[bool]]:
    first = max(wanted.first or 0, -1 if turn.newer_than is None else turn.newer_than + 1)
    last = min(
        _LAST if wanted.last is None else wanted.last,
        _LAST if turn.older_than is None else turn.older_than - 1,
    )
    conditions: list[ColumnElement[bool]] = [entries.c.position.between(min(first, _LAST), last)]
    if wanted.type is not None:
        # A label has few entries and there are many of a type: joined with nothing, the column
        # is out of sight of whoever plans the query.
        type_ = entries.c.type if wanted.label is None else entries.c.type + ""
        conditions.append(type_ == wanted.type.value)
    if wanted.label is not None:
        conditions.append(entries.c.label == wanted.label)
    return conditions
