"""The ledger on the wire: one address to write to, and static files to read.

``POST /consent/entries`` takes a submission as ``application/jwt``; ``GET /consent/log/…`` is what
C2SP tlog-tiles says. Nobody signs in: who may write is in the submission, and all may read.
"""

from http import HTTPStatus
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from consent.authorisation import SUBMISSION_LIMIT
from consent.errors import ConsentError, ConsentFailure
from consent.ledger import Ledger
from web.body import read_body
from web.errors import Party, Problem
from web.replies import json_reply, problem_reply

SUBMISSION_TYPE: Final = "application/jwt"

# A checkpoint is good until the next one; a tile is good for ever.
_FRESH: Final = "no-cache"
_IMMUTABLE: Final = "public, max-age=31536000, immutable"
_RETRY_SECONDS: Final = {
    HTTPStatus.TOO_MANY_REQUESTS: "60",
    HTTPStatus.SERVICE_UNAVAILABLE: "1",
}


def routes(ledger: Ledger) -> APIRouter:
    """Return the ledger's addresses, to be mounted at the root."""
    router = APIRouter(prefix="/consent", tags=["ledger"])

    @router.post("/entries")
    async def append(request: Request) -> Response:
        """Write one entry; the answer is its index, octets, proof and checkpoint."""
        body = await read_body(request, expected_type=SUBMISSION_TYPE, limit=SUBMISSION_LIMIT)
        try:
            proof = await ledger.submit(body.decode("ascii", "replace"))
        except ConsentError as refused:
            return refusal(refused)
        return json_reply(proof.as_dict())

    @router.get("/log/{path:path}")
    async def read(path: str) -> Response:
        """Return a static file of the log."""
        try:
            octets = await ledger.file(path)
        except ConsentError as refused:
            return refusal(refused)
        if path.startswith("tile/"):
            headers = {"Cache-Control": _IMMUTABLE}
            return Response(octets, media_type="application/octet-stream", headers=headers)
        headers = {"Cache-Control": _FRESH}
        return Response(octets, media_type="text/plain; charset=utf-8", headers=headers)

    return router


def refusal(error: ConsentError) -> Response:
    """Return the answer to whatever this room refuses."""
    status, party = answer_of(error.failure)
    reply = problem_reply(status, Problem(error.failure.value, party, error.detail))
    if status in _RETRY_SECONDS:
        reply.headers["Retry-After"] = _RETRY_SECONDS[status]
    return reply


def answer_of(failure: ConsentFailure) -> tuple[HTTPStatus, Party]:
    """Return the status of a refusal, and whom it is up to."""
    return _WIRE[failure]


_BAD: Final = HTTPStatus.BAD_REQUEST
_AWAY: Final = HTTPStatus.SERVICE_UNAVAILABLE
# Total: a test holds that every failure stands here.
_WIRE: Final = {
    ConsentFailure.MALFORMED: (_BAD, Party.CALLER),
    ConsentFailure.TERMS_MISMATCH: (_BAD, Party.CALLER),
    ConsentFailure.RECORD_MISMATCH: (_BAD, Party.CALLER),
    ConsentFailure.COUNTERSIGNATURE_INVALID: (_BAD, Party.VERIFIER),
    ConsentFailure.NOTE_UNSIGNED: (_AWAY, Party.LEDGER),
    ConsentFailure.NOTE_SIGNATURE_INVALID: (_AWAY, Party.LEDGER),
    ConsentFailure.WRONG_ORIGIN: (_AWAY, Party.LEDGER),
    ConsentFailure.PROOF_INVALID: (_BAD, Party.CALLER),
    ConsentFailure.SUBMISSION_INVALID: (_BAD, Party.CALLER),
    ConsentFailure.WRONG_AUDIENCE: (_BAD, Party.CALLER),
    ConsentFailure.NOT_REGISTERED: (HTTPStatus.UNAUTHORIZED, Party.TRUST_LIST),
    ConsentFailure.TYPE_NOT_ALLOWED: (HTTPStatus.FORBIDDEN, Party.CALLER),
    ConsentFailure.LABEL_UNKNOWN: (HTTPStatus.CONFLICT, Party.CALLER),
    ConsentFailure.MAC_INVALID: (HTTPStatus.FORBIDDEN, Party.CALLER),
    ConsentFailure.KEY_NOT_OF_LABEL: (HTTPStatus.FORBIDDEN, Party.CALLER),
    ConsentFailure.IDEMPOTENCY_CONFLICT: (HTTPStatus.CONFLICT, Party.CALLER),
    ConsentFailure.QUOTA_EXCEEDED: (HTTPStatus.TOO_MANY_REQUESTS, Party.CALLER),
    ConsentFailure.LEDGER_BUSY: (_AWAY, Party.LEDGER),
    ConsentFailure.LEDGER_STOPPED: (_AWAY, Party.LEDGER),
    ConsentFailure.LEDGER_IN_USE: (_AWAY, Party.LEDGER),
    ConsentFailure.CHECKPOINT_AHEAD: (_AWAY, Party.LEDGER),
    ConsentFailure.STORE_DAMAGED: (_AWAY, Party.LEDGER),
    ConsentFailure.NOT_FOUND: (HTTPStatus.NOT_FOUND, Party.CALLER),
}
