"""The register's sheets: one per resident, beside the households of `issuers.store.source_tables`.

Numbers count from the earliest entry, so that a move or a new name adds a row and changes none.
Where somebody lives now is the household's to say; a sheet's stays are those before, and for the
deregistered all of them. SQLite keeps these tables by their key alone, which takes half the room.
"""

from sqlalchemy import Column, ForeignKey, Integer, String, Table, Text

from issuers.store.columns import change_columns, day_column, text_column
from issuers.store.tables import metadata


def _of_a_person() -> Column[str]:
    return Column("citizen", String(64), ForeignKey("people.citizen"), primary_key=True)


def _number() -> Column[int]:
    return Column("number", Integer, primary_key=True, autoincrement=False)


# ``household`` is the one the person was counted with; it tells how far a load has come.
register_files = Table(
    "register_files",
    metadata,
    _of_a_person(),
    Column("household", Integer, nullable=False, index=True),
    Column("office", Integer, ForeignKey("offices.id"), nullable=False),
    text_column("status", 16),
    sqlite_with_rowid=False,
)

stays = Table(
    "stays",
    metadata,
    _of_a_person(),
    _number(),
    Column("address", Text, nullable=False),
    *change_columns(),
    Column("head_name", Text, nullable=False),
    text_column("head_relation", 32),
    text_column("status", 16),
    sqlite_with_rowid=False,
)

personal_changes = Table(
    "personal_changes",
    metadata,
    _of_a_person(),
    _number(),
    text_column("item"),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    day_column("changed_on"),
    text_column("change_reason"),
    sqlite_with_rowid=False,
)

service_records = Table(
    "service_records",
    metadata,
    _of_a_person(),
    text_column("branch", 32),
    text_column("service_number", 32),
    text_column("rank", 32),
    day_column("enlisted_on"),
    Column("discharged_on", String(10)),
    Column("discharge_reason", String(64)),
    sqlite_with_rowid=False,
)
