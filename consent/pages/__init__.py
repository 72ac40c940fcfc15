"""The auditor's pages: the log, one entry with its proof, and the verification of all of it."""

from pathlib import Path

from fastapi import APIRouter

from consent.endpoints import answer_of
from consent.errors import ConsentError
from consent.ledger import Ledger
from consent.pages.institutions import add_institution_pages
from consent.pages.log import add_log_pages
from consent.pages.looking_up import add_looking_up_pages
from consent.pages.verification import add_verification_pages
from web.kit import Kit, PageProblem

__all__ = ["pages"]

_HOME = "/consent"


def pages(ledger: Ledger, kit: Kit) -> APIRouter:
    """Return ``/consent``, its entries, its look-ups and its verification, for auditors alone.

    What the public reads, without a name and without a page, is ``/consent/log/…``.
    """
    room = kit.room(Path(__file__).parent)
    router = room.router(_problem_of)
    add_log_pages(router, ledger.browsing, room)
    add_verification_pages(router, ledger.verifying, room)
    add_institution_pages(router, ledger, room)
    add_looking_up_pages(router, ledger.looking_up, ledger.browsing, room)
    return router


def _problem_of(error: Exception) -> PageProblem | None:
    if not isinstance(error, ConsentError):
        return None
    status, party = answer_of(error.failure)
    return PageProblem(error.failure.value, party, status, error.detail, back=_HOME)
