"""The ledger on the wire: entries to write, static files, and what is of a label."""

from fastapi import APIRouter

from consent.endpoints.complete import add_complete
from consent.endpoints.entries import add_entries
from consent.endpoints.files import add_files
from consent.endpoints.records import add_records
from consent.endpoints.refusals import answer_of, refusal
from consent.ledger import Ledger
from consent.pruning import Pruning

__all__ = ["answer_of", "refusal", "routes"]


def routes(ledger: Ledger, pruning: Pruning | None = None) -> APIRouter:
    """Return the ledger's addresses, to be mounted at the root."""
    router = APIRouter(prefix="/consent", tags=["ledger"])
    add_entries(router, ledger)
    add_files(router, ledger, pruning or Pruning())
    add_complete(router, ledger)
    add_records(router, ledger)
    return router
