"""Keeping the log in SQLite or PostgreSQL: tables, reading, one durable writer, and the keys."""

from consent.store.anchor import Anchor
from consent.store.openings import SqlOpeningStore
from consent.store.reading import ConsentStore
from consent.store.record_keys import RecordKeyStore
from consent.store.startup import check_stored
from consent.store.tables import metadata

__all__ = [
    "Anchor",
    "ConsentStore",
    "RecordKeyStore",
    "SqlOpeningStore",
    "check_stored",
    "metadata",
]
