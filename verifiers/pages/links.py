"""The page behind the desk's picture: who asks what, where to answer, and the way back.

The picture holds this short https address and not the request itself, so that an old camera reads
it, and a telephone without any wallet still learns what it is about.
"""

from http import HTTPStatus
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from keys.strict_json import loads
from standards.dcql.query import parse_query
from verifiers.delivering.result import EXPIRED, Look
from verifiers.endpoints.wallets import BACK
from verifiers.errors import VerifierError
from verifiers.pages.asked import asked_of
from verifiers.transaction import Progress
from verifiers.verifier import Verifiers
from web.kit import RoomPages

OPEN: Final = "/verifiers/open"


def link_pages(verifiers: Verifiers, room: RoomPages, router: APIRouter) -> APIRouter:
    """Return ``/verifiers/open/…`` and ``/verifiers/back/…``, open to who holds the link."""

    @router.get(OPEN + "/{transaction_id}")
    async def opened(request: Request, transaction_id: str) -> Response:
        visitor = await room.guest(request)
        try:
            look = await verifiers.look(transaction_id)
        except VerifierError:
            return room.page(
                request,
                "verifiers/ended.html",
                visitor,
                status=HTTPStatus.NOT_FOUND,
                ended="open_unknown",
            )
        if look.state != Progress.PENDING.value:
            return room.page(request, "verifiers/ended.html", visitor, ended=_why(look))
        transaction = look.transaction
        party = verifiers.catalogue.registrations.party(transaction.party)
        purpose = party.purpose(transaction.purpose)
        return room.page(
            request,
            "verifiers/open.html",
            visitor,
            party=party,
            purpose=purpose,
            asked=await asked_of(verifiers, parse_query(loads(transaction.query)), purpose),
            uri=await verifiers.link_of(transaction_id),
        )

    @router.get(BACK + "/{transaction_id}")
    async def back(request: Request, transaction_id: str) -> Response:
        """Say that the answer has come; the verdict is the desk's to tell."""
        look = await verifiers.look(transaction_id)
        party = verifiers.catalogue.registrations.party(look.transaction.party)
        visitor = await room.guest(request)
        return room.page(request, "verifiers/back.html", visitor, party=party)

    return router


def _why(look: Look) -> str:
    """Return the text that says why the code opens nothing any more."""
    return "open_expired" if look.state == EXPIRED else "open_answered"
