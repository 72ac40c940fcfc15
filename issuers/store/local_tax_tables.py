"""The towns' tax accounts: a third authority's own copy of names and addresses."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table, Text

from issuers.store.columns import day_column, tax_columns, text_column
from issuers.store.tables import metadata


def _of_an_account() -> Column[str]:
    return Column(
        "citizen", String(64), ForeignKey("local_tax_accounts.citizen"), primary_key=True
    )


def _number() -> Column[int]:
    return Column("number", Integer, primary_key=True, autoincrement=False)


local_tax_accounts = Table(
    "local_tax_accounts",
    metadata,
    Column("citizen", String(64), primary_key=True),
    Column("office", Integer, ForeignKey("offices.id"), nullable=False),
    Column("name", Text, nullable=False),
    text_column("number_front", 6),
    text_column("number_back", 7),
    Column("address", Text, nullable=False),
    Column("company", Text),
    Column("business_number", String(12)),
    sqlite_with_rowid=False,
)

local_open_taxes = Table(
    "local_open_taxes",
    metadata,
    _of_an_account(),
    _number(),
    *tax_columns(),
    sqlite_with_rowid=False,
)

local_deferrals = Table(
    "local_deferrals",
    metadata,
    _of_an_account(),
    _number(),
    text_column("kind"),
    day_column("since"),
    day_column("until"),
    *tax_columns(),
    sqlite_with_rowid=False,
)
