"""What the ledger keeps for a pair, read and destroyed by the pair: a signed request in the body.

Nobody signs in: who may read is in the request, and never in the address.
"""

from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from consent.asking import REQUEST_LIMIT
from consent.endpoints.published import erasure_operation, reading_operation, reused_operation
from consent.endpoints.refusals import refusal
from consent.errors import ConsentError, ConsentFailure
from consent.forms.fields import HASH_SIZE
from consent.ledger import Ledger
from keys import base64url
from keys.errors import KeysError
from web.body import read_body
from web.replies import json_reply

REQUEST_TYPE: Final = "application/jwt"


def add_records(router: APIRouter, ledger: Ledger) -> None:
    """Add the addresses of a label to ``router``."""

    @router.post("/labels/{label}/records", **reading_operation())
    async def read_records(request: Request, label: str) -> Response:
        """Answer one of the pair with its records; the request is a JWS (`reading`)."""
        token = await _token(request)
        try:
            found = await ledger.asking.read(_label(label), token)
        except ConsentError as refused:
            return refusal(refused)
        return json_reply(found.as_dict())

    @router.post("/labels/{label}/reused", **reused_operation())
    async def read_reused(request: Request, label: str) -> Response:
        """Tell a party which of the shown codes it used were used elsewhere too."""
        token = await _token(request)
        try:
            found = await ledger.asking.reused(_label(label), token)
        except ConsentError as refused:
            return refusal(refused)
        return json_reply(found.as_dict())

    @router.post("/labels/{label}/erasure", **erasure_operation())
    async def erase_records(request: Request, label: str) -> Response:
        """Destroy the records of a consent for its holder, once no law keeps them."""
        token = await _token(request)
        try:
            written = await ledger.asking.erase(_label(label), token)
        except ConsentError as refused:
            return refusal(refused)
        return json_reply({"shredded": [each.as_dict() for each in written]})


async def _token(request: Request) -> str:
    body = await read_body(request, expected_type=REQUEST_TYPE, limit=REQUEST_LIMIT)
    return body.decode("ascii", "replace")


def _label(text: str) -> bytes:
    try:
        label = base64url.decode(text)
    except KeysError:
        label = b""
    if len(label) != HASH_SIZE:
        raise ConsentError(ConsentFailure.NOT_FOUND, "a label is 43 characters of base64url")
    return label
