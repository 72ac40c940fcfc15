"""All entries of a label, with the proof that they are all: ``GET /consent/labels/{label}``.

Nobody signs in: the log is public, and whoever knows a label finds the same in its tiles.
"""

from fastapi import APIRouter
from starlette.responses import Response

from consent.complete.prefix_map import LABEL_SIZE
from consent.endpoints.refusals import refusal
from consent.errors import ConsentError, ConsentFailure
from consent.ledger import Ledger
from keys import base64url
from keys.errors import KeysError
from web.replies import json_reply


def add_complete(router: APIRouter, ledger: Ledger) -> None:
    """Add the address to ``router``."""

    @router.get("/labels/{label}")
    async def complete(label: str) -> Response:
        """Return the label's entries and their proof; one that nobody used is proven absent."""
        try:
            proof = await ledger.complete(_label(label))
        except ConsentError as refused:
            return refusal(refused)
        return json_reply(proof.as_dict())


def _label(text: str) -> bytes:
    try:
        label = base64url.decode(text)
    except KeysError:
        label = b""
    if len(label) != LABEL_SIZE:
        raise ConsentError(ConsentFailure.MALFORMED, "a label is 32 octets as base64url")
    return label
