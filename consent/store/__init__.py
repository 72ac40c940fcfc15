"""Keeping the log in SQLite or PostgreSQL: tables, reading, and the one durable writer."""

from consent.store.anchor import Anchor
from consent.store.reading import ConsentStore
from consent.store.startup import check_stored
from consent.store.tables import metadata

__all__ = ["Anchor", "ConsentStore", "check_stored", "metadata"]
