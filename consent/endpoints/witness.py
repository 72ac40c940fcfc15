"""A witness on the wire, as C2SP tlog-witness says; its status codes are one total table."""

import hashlib
from http import HTTPStatus
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from consent.witness.asking import SIZE_TYPE
from consent.witness.errors import Refusal, WitnessError
from consent.witness.judging import REQUEST_LIMIT
from consent.witness.witness import Witness
from web.body import read_body

TEXT: Final = "text/plain; charset=utf-8"

# Total: a test holds that every refusal stands here.
STATUS: Final = {
    Refusal.MALFORMED: HTTPStatus.BAD_REQUEST,
    Refusal.UNKNOWN_LOG: HTTPStatus.NOT_FOUND,
    Refusal.UNSIGNED: HTTPStatus.FORBIDDEN,
    Refusal.OLD_SIZE_BEYOND: HTTPStatus.BAD_REQUEST,
    Refusal.OTHER_SIZE: HTTPStatus.CONFLICT,
    Refusal.OTHER_ROOT: HTTPStatus.CONFLICT,
    Refusal.PROOF_INVALID: HTTPStatus.UNPROCESSABLE_ENTITY,
}


def witness_routes(witness: Witness) -> APIRouter:
    """Return a witness' addresses; both its prefixes are where they are mounted."""
    router = APIRouter(tags=["witness"])

    @router.post("/add-checkpoint")
    async def add_checkpoint(request: Request) -> Response:
        """Cosign a checkpoint that continues the last one: the answer is signature lines."""
        body = await read_body(request, expected_type=None, limit=REQUEST_LIMIT)
        try:
            return _text(await witness.add_checkpoint(body))
        except WitnessError as refused:
            return _refusal(refused)

    @router.get("/vkey")
    async def vkey() -> Response:
        """Return what its cosignatures are verified with, one key a line."""
        return _text("".join(f"{key.text()}\n" for key in witness.keys))

    @router.get("/logs")
    async def logs() -> Response:
        """Return the origin and the size last cosigned of every log, one a line."""
        kept = [each.checkpoint for each in await witness.logs()]
        return _text("".join(f"{each.size} {each.origin}\n" for each in kept))

    @router.get("/{origin_hash}/checkpoint")
    async def checkpoint(origin_hash: str) -> Response:
        """Return the checkpoint last cosigned, by the SHA-256 of its origin in hex.

        As the editor's copy of tlog-witness proposes for its monitoring prefix.
        """
        for kept in await witness.logs():
            if hashlib.sha256(kept.checkpoint.origin.encode()).hexdigest() == origin_hash:
                return _text(kept.note)
        return _text("nothing was cosigned of this log\n", HTTPStatus.NOT_FOUND)

    return router


def _refusal(refused: WitnessError) -> Response:
    status = STATUS[refused.refusal]
    if refused.stored is not None:
        # Exactly this media type: clients compare the whole header.
        headers = {"Content-Type": SIZE_TYPE}
        return Response(f"{refused.stored}\n", status, headers=headers)
    return _text(f"{refused.detail}\n", status)


def _text(text: str, status: HTTPStatus = HTTPStatus.OK) -> Response:
    return Response(text, status, headers={"Content-Type": TEXT, "Cache-Control": "no-store"})
