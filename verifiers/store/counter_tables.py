"""What stands at counters: the challenges on their screens, the codes that were printed."""

from typing import Final

from sqlalchemy import BigInteger, Column, Index, String, Table

from verifiers.store.tables import metadata

# On a screen for a few minutes; a row of `CODES_READ` is what makes the answer once.
CHALLENGES: Final = Table(
    "challenges",
    metadata,
    Column("party", String(128), primary_key=True),
    Column("nonce", String(64), primary_key=True),
    Column("until", BigInteger, nullable=False),
)

# An institution's own printed code, one for each counter.
DESKS: Final = Table(
    "desks",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("party", String(128), nullable=False),
    Column("profile", String(128), nullable=False),
    Column("name", String(128), nullable=False),
    Column("opened_at", BigInteger, nullable=False),
    Column("closed_at", BigInteger),
    Index("desks_by_party", "party", "opened_at"),
)

# Which questions began at which printed code.
ASKED_AT: Final = Table(
    "asked_at",
    metadata,
    Column("transaction_id", String(64), primary_key=True),
    Column("desk", String(64), nullable=False),
    Column("at", BigInteger, nullable=False),
    Index("asked_at_by_desk", "desk", "at"),
)
