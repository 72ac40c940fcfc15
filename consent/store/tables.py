"""The ledger's tables, and reading them; what is written is written by `consent.store.journal`.

``entries`` is the log: the octets of each leaf, and beside them the columns that the database
itself keeps unique, so that no label has two entries of one number and no request two entries. A
label's keys stand on its first entry: a table of their own would be one more place to write to.
``type`` repeats what the leaf says, for whoever looks for one type; an audit reads the leaf alone.
``subtrees`` holds one hash for every 256 entries, every 65,536 and so on; all other hashes are
recomputed from at most 256 neighbours. ``verification`` is the last time the whole log was
verified from the auditor's page, running or done: one row, shared by every process.
"""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    and_,
    func,
    select,
)
from sqlalchemy.sql import Select

from consent.ports import Head
from consent.tlog.growth import Edge
from consent.tlog.merkle import HASH_SIZE

metadata = MetaData()

# SQLite keeps a table in the order of an INTEGER key, and of no other kind.
_Index = BigInteger().with_variant(Integer, "sqlite")

entries = Table(
    "entries",
    metadata,
    Column("position", _Index, primary_key=True, autoincrement=False),
    Column("leaf", LargeBinary, nullable=False),
    Column("label", LargeBinary, nullable=False),
    Column("number", _Index, nullable=False),
    Column("request", LargeBinary, nullable=False),
    # who may write under the label: on its first entry alone
    Column("mac_key", LargeBinary),
    Column("holder", Text),
    Column("type", Text, nullable=False, server_default=""),
    UniqueConstraint("label", "number", name="entries_label_number"),
    UniqueConstraint("request", name="entries_request"),
    Index("entries_type", "type", "position"),
)
subtrees = Table(
    "subtrees",
    metadata,
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("position", _Index, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
head = Table(
    "head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("size", _Index, nullable=False),
    Column("edge", LargeBinary, nullable=False),
    Column("checkpoint", Text, nullable=False),
)
# Times are Unix seconds; ``report`` is there when it is done.
verification = Table(
    "verification",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("run", LargeBinary, nullable=False),
    Column("started_at", BigInteger, nullable=False),
    Column("told_at", BigInteger, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("done", BigInteger, nullable=False),
    Column("since", Text),
    Column("report", Text),
)
# The one row of `head`: whoever changes it has sequenced.
HEAD_ID: Final = 0


def select_head() -> Select[int, bytes, str]:
    """Return the query for the one row of `head`."""
    return select(head.c.size, head.c.edge, head.c.checkpoint)


def select_leaves(start: int, end: int) -> Select[bytes]:
    """Return the query for the octets of entries ``[start, end)``."""
    within = and_(entries.c.position >= start, entries.c.position < end)
    return select(entries.c.leaf).where(within).order_by(entries.c.position)


def select_subtrees(level: int, start: int, end: int) -> Select[bytes]:
    """Return the query for hashes ``[start, end)`` of a tile level above the lowest."""
    within = and_(subtrees.c.position >= start, subtrees.c.position < end)
    query = select(subtrees.c.hash).where(subtrees.c.level == level, within)
    return query.order_by(subtrees.c.position)


def select_last(of_labels: Sequence[bytes]) -> Select[bytes, int, bytes]:
    """Return the query for the last entry (label, number, leaf) of each label."""
    last = (
        select(entries.c.label, func.max(entries.c.number).label("number"))
        .where(entries.c.label.in_(of_labels))
        .group_by(entries.c.label)
        .subquery()
    )
    same = and_(entries.c.label == last.c.label, entries.c.number == last.c.number)
    return select(entries.c.label, entries.c.number, entries.c.leaf).join(last, same)


def head_of(size: int, edge: bytes, checkpoint: str) -> Head:
    """Return the frozen form of the row of `head`."""
    hashes = tuple(edge[at : at + HASH_SIZE] for at in range(0, len(edge), HASH_SIZE))
    return Head(Edge(size, hashes), checkpoint)
