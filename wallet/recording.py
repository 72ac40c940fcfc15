"""Log before use: the holder's decision becomes an entry of the ledger before anything is sent.

The record is made and kept here; the ledger gets its commitment, a label and a proof that the
pair wrote it, and answers with the proof that the entry is there.
"""

import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from consent.errors import ConsentError
from consent.forms.receipt import EntryProof, Receipt, verify_receipt
from consent.forms.record import (
    SALT_SIZE,
    Asked,
    ConsentRecord,
    EventState,
    Evidence,
)
from consent.forms.submission import NewEntry, sign_submission
from consent.forms.terms import Party, TermsOffer
from consent.tlog.signed_note import VerifierKey
from keys import base64url
from keys.entropy import Entropy
from keys.errors import KeysError
from keys.strict_json import loads_object
from wallet.correspondence import JSON, SMALL_ANSWER, Answer, Correspondent, UnansweredError
from wallet.errors import WalletError, WalletFailure
from wallet.pairing import Pair

# The authority whose law the records are under (ISO 3166).
JURISDICTION: Final = "KR"
_SUBMISSION_TYPE: Final = "application/jwt"
_KEY_SIZE: Final = 16
_OK: Final = 200
_TOO_MANY: Final = 429
_SERVER_ERROR: Final = 500


@dataclass(frozen=True, slots=True)
class Log:
    """The ledger consent is recorded in: its address, and the key its checkpoints are signed by.

    ``url`` is the public base address; entries go to ``{url}/consent/entries``. ``key`` is asked
    at each use, so that the composition may learn it late.
    """

    url: str
    key: Callable[[], VerifierKey]


@dataclass(frozen=True, slots=True)
class Decision:
    """What the holder decided about one request, before it is written down."""

    state: EventState
    controller: Party
    asked: Asked
    evidence: Evidence
    offer: TermsOffer | None
    disclosure_salt: bytes | None
    language: str


async def record(
    decision: Decision,
    *,
    pair: Pair,
    log: Log,
    correspondent: Correspondent,
    now: datetime,
    entropy: Entropy,
) -> Receipt:
    """Return the receipt of the recorded decision, its proof verified.

    Raises ``WalletError``: ledger_unavailable, ledger_refused; request_unsupported when what is
    asked cannot be written down.
    """
    written = _write(decision, pair, now, entropy)
    salt = entropy(SALT_SIZE)
    submission = sign_submission(
        NewEntry(
            type=written.entry_type,
            label=pair.secret.label,
            commitment=written.commitment(salt),
            key=base64url.encode(entropy(_KEY_SIZE)),
        ),
        pair=pair.secret,
        audience=log.key().name,
        signer=pair.signer,
        opens=True,
    )
    proof = _proof(await _append(submission, log, correspondent))
    return _checked_receipt(decision, written, salt, proof, log)


def _write(decision: Decision, pair: Pair, now: datetime, entropy: Entropy) -> ConsentRecord:
    """Return the record; one that could not be read again is not made (hidden characters)."""
    written = ConsentRecord(
        record_id=str(uuid.UUID(bytes=entropy(16), version=4)),
        event_state=decision.state,
        event_time=now.replace(microsecond=0),
        label=pair.secret.label,
        controller=decision.controller,
        asked=decision.asked,
        evidence=decision.evidence,
        language=decision.language,
        jurisdiction=JURISDICTION,
    )
    try:
        return ConsentRecord.parse(written.as_dict())
    except ConsentError as error:
        raise WalletError(WalletFailure.REQUEST_UNSUPPORTED, error.detail) from None


async def _append(submission: str, log: Log, correspondent: Correspondent) -> Answer:
    """Post, and once again when no answer came: the idempotency key makes it the same entry."""
    try:
        with suppress(UnansweredError):
            return await _post(submission, log, correspondent)
        return await _post(submission, log, correspondent)
    except UnansweredError as error:
        raise WalletError(WalletFailure.LEDGER_UNAVAILABLE, str(error)) from None


async def _post(submission: str, log: Log, correspondent: Correspondent) -> Answer:
    return await correspondent.post(
        f"{log.url}/consent/entries",
        content=submission.encode(),
        content_type=_SUBMISSION_TYPE,
        accept=JSON,
        limit=SMALL_ANSWER,
    )


def _proof(answer: Answer) -> EntryProof:
    if answer.status >= _SERVER_ERROR or answer.status == _TOO_MANY:
        reason = f"the ledger answered {answer.status}"
        raise WalletError(WalletFailure.LEDGER_UNAVAILABLE, reason)
    if answer.status != _OK:
        raise WalletError(WalletFailure.LEDGER_REFUSED, f"the ledger answered {answer.status}")
    try:
        return EntryProof.parse(loads_object(answer.body, limit=SMALL_ANSWER))
    except (KeysError, ConsentError):
        raise WalletError(
            WalletFailure.LEDGER_REFUSED, "the ledger's answer cannot be read"
        ) from None


def _checked_receipt(
    decision: Decision, written: ConsentRecord, salt: bytes, proof: EntryProof, log: Log
) -> Receipt:
    """Return the receipt; an entry that is not provably in the log is not recorded."""
    receipt = Receipt(
        record=written,
        record_salt=salt,
        log=proof,
        terms=decision.offer.terms if decision.offer else None,
        random=decision.offer.random if decision.offer else None,
        disclosure_salt=decision.disclosure_salt,
    )
    try:
        verify_receipt(receipt, log_key=log.key())
    except ConsentError as error:
        reason = f"the ledger's proof does not hold ({error.failure.value})"
        raise WalletError(WalletFailure.LEDGER_REFUSED, reason) from None
    return receipt
