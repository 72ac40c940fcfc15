"""This room's database: the source of record, and what issuing has to remember."""

from issuers.store.issuing import IssuersStore
from issuers.store.source import SqlSourceOfRecord
from issuers.store.tables import metadata

__all__ = ["IssuersStore", "SqlSourceOfRecord", "metadata"]
