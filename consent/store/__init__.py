"""Keeping the log in SQLite or PostgreSQL: tables, reading, and the one durable writer."""

from consent.store.reading import ConsentStore
from consent.store.tables import metadata

__all__ = ["ConsentStore", "metadata"]
