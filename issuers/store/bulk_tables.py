"""The tables of bulk jobs. Whom a job concerns is kept as handles; no claim and no ground is.

What a job has signed is kept sealed under a key that is not in the database.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
)

from issuers.store.tables import metadata

bulk_jobs = Table(
    "bulk_jobs",
    metadata,
    # The kind and the year, so that a year's certificates are made ready once.
    Column("name", String(80), primary_key=True),
    Column("kind", String(64), nullable=False),
    Column("year", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("people", Integer, nullable=False),
    Column("started_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
)

# What one worker takes at a time, and in one transaction; ``citizens`` are handles, one a line.
bulk_chunks = Table(
    "bulk_chunks",
    metadata,
    Column("job", String(80), ForeignKey("bulk_jobs.name"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("state", String(16), nullable=False),
    Column("citizens", Text, nullable=False),
    Column("ready", Integer, nullable=False),
    Column("issued", Integer, nullable=False, server_default="0"),
    Column("refused", Integer, nullable=False),
    Index("ix_bulk_chunks_state", "job", "state", "number"),
)

# Whose certificate is ready to be taken; the key makes one of each, whoever races for it.
ready_papers = Table(
    "ready_papers",
    metadata,
    Column("citizen", String(64), primary_key=True),
    Column("job", String(80), ForeignKey("bulk_jobs.name"), primary_key=True),
    Column("at", BigInteger, nullable=False),
)

# The signed copies of a transaction until its wallet fetches them; the row goes with them.
sealed_copies = Table(
    "sealed_copies",
    metadata,
    Column(
        "transaction",
        LargeBinary(32),
        ForeignKey("transactions.id_hash", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("certificate", String(32), ForeignKey("certificates.number"), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("ends_at", BigInteger, nullable=False, index=True),
)
