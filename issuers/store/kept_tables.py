"""The table of status lists as they were served."""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text

from issuers.store.tables import metadata

# One row per version and half hour; ``day`` counts days from 1970 in UTC.
kept_lists = Table(
    "kept_lists",
    metadata,
    Column("authority", String(64), primary_key=True),
    Column("list", Integer, primary_key=True, autoincrement=False),
    Column("slot", BigInteger, primary_key=True, autoincrement=False),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("day", Integer, nullable=False),
    Column("issued_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("token", Text, nullable=False),
    Index("ix_kept_lists_time", "authority", "list", "issued_at"),
)
