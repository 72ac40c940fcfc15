"""The one address to write to: ``POST /consent/entries``, a submission as ``application/jwt``.

Nobody signs in: who may write is in the submission.
"""

from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from consent.authorisation import SUBMISSION_LIMIT
from consent.endpoints.published import entries_operation
from consent.endpoints.refusals import refusal
from consent.errors import ConsentError
from consent.ledger import Ledger
from web.body import read_body
from web.replies import json_reply

SUBMISSION_TYPE: Final = "application/jwt"


def add_entries(router: APIRouter, ledger: Ledger) -> None:
    """Add the address to ``router``."""

    @router.post("/entries", **entries_operation())
    async def append(request: Request) -> Response:
        """Write one entry, durably, and prove it; the same key again is the same entry."""
        body = await read_body(request, expected_type=SUBMISSION_TYPE, limit=SUBMISSION_LIMIT)
        try:
            proof = await ledger.submit(body.decode("ascii", "replace"))
        except ConsentError as refused:
            return refusal(refused)
        return json_reply(proof.as_dict())
