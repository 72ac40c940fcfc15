"""Presented originals under seal, and the book of those who read them. Times are UNIX seconds."""

from typing import Final

from sqlalchemy import BigInteger, Column, Index, LargeBinary, String, Table

from verifiers.store.tables import metadata

SEALED_ORIGINALS: Final = Table(
    "sealed_originals",
    metadata,
    Column("transaction_id", String(64), primary_key=True),
    Column("party", String(128), nullable=False),
    Column("purpose", String(128), nullable=False),
    Column("kept_at", BigInteger, nullable=False),
    Column("kept_until", BigInteger, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Index("sealed_originals_by_party", "party", "kept_at"),
    Index("sealed_originals_by_end", "kept_until"),
)

# Rows are only ever added.
ORIGINAL_READINGS: Final = Table(
    "original_readings",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("transaction_id", String(64), nullable=False),
    Column("party", String(128), nullable=False),
    Column("person", String(64), nullable=False),
    Column("reason_sealed", LargeBinary, nullable=False),
    Column("read_at", BigInteger, nullable=False),
    Index("original_readings_by_party", "party", "read_at"),
)
