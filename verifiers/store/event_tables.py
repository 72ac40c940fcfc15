"""Where institutions are told of events, and the events as they were numbered; no claim in them.

Times are UNIX seconds.
"""

from typing import Final

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text

from verifiers.store.tables import metadata

WEBHOOKS: Final = Table(
    "webhooks",
    metadata,
    Column("party", String(128), primary_key=True),
    Column("address", Text, nullable=False),
    Column("numbered", BigInteger, nullable=False),
    Column("delivered", BigInteger, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("trouble", String(64)),
    Column("next_try_at", BigInteger, nullable=False),
    Column("registered_at", BigInteger, nullable=False),
)

EVENTS: Final = Table(
    "events",
    metadata,
    Column("party", String(128), primary_key=True),
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("transaction_id", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("happened_at", BigInteger, nullable=False),
    # Each thing is one event, whoever gathers it.
    Index("events_once", "transaction_id", "kind", unique=True),
)
