"""The tables of this room and the one class that reads and writes them."""

from verifiers.store.events import EventsStore
from verifiers.store.tables import metadata
from verifiers.store.verifiers_store import VerifiersStore

__all__ = ["EventsStore", "VerifiersStore", "metadata"]
