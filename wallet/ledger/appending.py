"""Bring one record of the holder's to the ledger, and come back with its proof."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from consent.errors import ConsentError
from consent.forms.deposit import Deposit
from consent.forms.receipt import EntryProof
from consent.forms.submission import NewEntry, sign_submission
from consent.tlog.signed_note import VerifierKey
from keys import base64url
from keys.entropy import Entropy
from keys.errors import KeysError
from keys.strict_json import loads_object
from wallet.errors import WalletError, WalletFailure
from wallet.ledger.pairing import Pair
from wallet.outside.correspondence import (
    JSON,
    SMALL_ANSWER,
    Answer,
    Correspondent,
    UnansweredError,
)

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


def new_key(entropy: Entropy) -> str:
    """Return an idempotency key; whoever keeps it can bring the same entry again."""
    return base64url.encode(entropy(_KEY_SIZE))


async def append(
    deposit: Deposit, key: str, *, pair: Pair, log: Log, correspondent: Correspondent
) -> EntryProof:
    """Return the ledger's proof for the entry of a record, not yet verified.

    Posted once again when no answer came: ``key`` makes it the same entry. Raises
    ``WalletError``: ledger_unavailable, ledger_refused.
    """
    record = deposit.record
    submission = sign_submission(
        NewEntry(record.entry_type, record.label, record.commitment(deposit.salt), key),
        deposit=deposit,
        pair=pair.secret,
        audience=log.key().name,
        signer=pair.signer,
        opens=True,
    )
    try:
        with suppress(UnansweredError):
            return _proof(await _post(submission, log, correspondent))
        return _proof(await _post(submission, log, correspondent))
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
