"""What the ledger refuses, on the wire: status, code and whose turn it is; one total table."""

from http import HTTPStatus
from typing import Final

from starlette.responses import Response

from consent.errors import ConsentError, ConsentFailure
from web.errors import Party, Problem
from web.replies import problem_reply

_RETRY_SECONDS: Final = {
    HTTPStatus.TOO_MANY_REQUESTS: "60",
    HTTPStatus.SERVICE_UNAVAILABLE: "1",
}


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
    ConsentFailure.HOLDER_SIGNATURE_INVALID: (_BAD, Party.WALLET),
    ConsentFailure.NOTICE_INVALID: (_BAD, Party.CALLER),
    ConsentFailure.NOTE_UNSIGNED: (_AWAY, Party.LEDGER),
    ConsentFailure.NOTE_SIGNATURE_INVALID: (_AWAY, Party.LEDGER),
    ConsentFailure.WRONG_ORIGIN: (_AWAY, Party.LEDGER),
    ConsentFailure.PROOF_INVALID: (_BAD, Party.CALLER),
    ConsentFailure.INCOMPLETE: (_AWAY, Party.LEDGER),
    ConsentFailure.QUORUM_MISSING: (_AWAY, Party.LEDGER),
    ConsentFailure.PRUNED: (HTTPStatus.GONE, Party.LEDGER),
    ConsentFailure.SUBMISSION_INVALID: (_BAD, Party.CALLER),
    ConsentFailure.WRONG_AUDIENCE: (_BAD, Party.CALLER),
    ConsentFailure.NOT_REGISTERED: (HTTPStatus.UNAUTHORIZED, Party.TRUST_LIST),
    ConsentFailure.TYPE_NOT_ALLOWED: (HTTPStatus.FORBIDDEN, Party.CALLER),
    ConsentFailure.LABEL_UNKNOWN: (HTTPStatus.CONFLICT, Party.CALLER),
    ConsentFailure.MAC_INVALID: (HTTPStatus.FORBIDDEN, Party.CALLER),
    ConsentFailure.KEY_NOT_OF_LABEL: (HTTPStatus.FORBIDDEN, Party.CALLER),
    ConsentFailure.IDEMPOTENCY_CONFLICT: (HTTPStatus.CONFLICT, Party.CALLER),
    ConsentFailure.QUOTA_EXCEEDED: (HTTPStatus.TOO_MANY_REQUESTS, Party.CALLER),
    ConsentFailure.DEPOSIT_MISSING: (_BAD, Party.CALLER),
    ConsentFailure.TERMS_INCOMPLETE: (_BAD, Party.CALLER),
    ConsentFailure.CONSENT_UNKNOWN: (HTTPStatus.CONFLICT, Party.CALLER),
    ConsentFailure.CONSENT_WITHDRAWN: (HTTPStatus.CONFLICT, Party.CALLER),
    ConsentFailure.CONSENT_EXPIRED: (HTTPStatus.CONFLICT, Party.CALLER),
    ConsentFailure.CONSENT_USED_UP: (HTTPStatus.CONFLICT, Party.CALLER),
    ConsentFailure.USE_TOO_EARLY: (HTTPStatus.CONFLICT, Party.CALLER),
    ConsentFailure.BEYOND_CONSENT: (HTTPStatus.CONFLICT, Party.CALLER),
    ConsentFailure.RETAINED_BY_LAW: (HTTPStatus.CONFLICT, Party.CALLER),
    ConsentFailure.RECORD_UNOPENABLE: (HTTPStatus.GONE, Party.LEDGER),
    ConsentFailure.CODE_USED: (HTTPStatus.CONFLICT, Party.WALLET),
    ConsentFailure.LEDGER_BUSY: (_AWAY, Party.LEDGER),
    ConsentFailure.LEDGER_STOPPED: (_AWAY, Party.LEDGER),
    ConsentFailure.LEDGER_IN_USE: (_AWAY, Party.LEDGER),
    ConsentFailure.CHECKPOINT_AHEAD: (_AWAY, Party.LEDGER),
    ConsentFailure.STORE_DAMAGED: (_AWAY, Party.LEDGER),
    ConsentFailure.NOT_FOUND: (HTTPStatus.NOT_FOUND, Party.CALLER),
    ConsentFailure.OPENING_UNKNOWN: (HTTPStatus.NOT_FOUND, Party.CALLER),
    ConsentFailure.OPENING_REFUSED: (_BAD, Party.CALLER),
}
