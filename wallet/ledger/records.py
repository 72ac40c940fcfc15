"""Read what the ledger keeps for a pair, and hold it against what the log has."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from consent.errors import ConsentError
from consent.forms.entry import EntryType, Leaf
from consent.forms.reading import ReadRecord, ReadRecords, sign_reading
from keys import base64url
from keys.errors import KeysError
from keys.strict_json import loads_object
from wallet.errors import WalletError, WalletFailure
from wallet.ledger.appending import Log
from wallet.ledger.pairing import Pair
from wallet.outside.correspondence import JSON, LARGE_ANSWER, Correspondent, UnansweredError

_READING_TYPE: Final = "application/jwt"
_OK: Final = 200
_SERVER_ERROR: Final = 500
# A use every five minutes for a year, at some hundreds an answer.
_ANSWERS: Final = 400


async def read_records(
    pair: Pair, *, log: Log, correspondent: Correspondent, now: datetime
) -> tuple[ReadRecord, ...]:
    """Return every record of the pair's label as the ledger tells it, in the log's order.

    Raises ``WalletError``: ledger_unavailable, ledger_refused. Nothing is proven yet.
    """
    read: list[ReadRecord] = []
    following: int | None = 1
    for _ in range(_ANSWERS):
        if following is None:
            break
        answered = await _read(pair, following, log, correspondent, now)
        read.extend(answered.records)
        following = answered.following
    return tuple(read)


async def _read(
    pair: Pair, first: int, log: Log, correspondent: Correspondent, now: datetime
) -> ReadRecords:
    token = sign_reading(
        pair.secret, audience=log.key().name, signer=pair.signer, now=now, first=first
    )
    label = base64url.encode(pair.secret.label)
    try:
        answer = await correspondent.post(
            f"{log.url}/consent/labels/{label}/records",
            content=token.encode(),
            content_type=_READING_TYPE,
            accept=JSON,
            limit=LARGE_ANSWER,
        )
    except UnansweredError as error:
        raise WalletError(WalletFailure.LEDGER_UNAVAILABLE, str(error)) from None
    if answer.status != _OK:
        is_away = answer.status >= _SERVER_ERROR
        failure = WalletFailure.LEDGER_UNAVAILABLE if is_away else WalletFailure.LEDGER_REFUSED
        raise WalletError(failure, f"the ledger answered {answer.status}")
    try:
        return ReadRecords.parse(loads_object(answer.body, limit=LARGE_ANSWER))
    except (KeysError, ConsentError):
        raise WalletError(
            WalletFailure.LEDGER_REFUSED, "the ledger's answer cannot be read"
        ) from None


def are_of_log(records: Iterable[ReadRecord], leaves: Mapping[int, Leaf]) -> bool:
    """Tell whether each record is what its entry committed to; ``leaves`` by number, proven.

    Of every entry something must have been told: a record, or why there is none. The list was
    asked for first, so what came since is told and not in it.
    """
    told = {each.number: each for each in records}
    # An entry about a destroyed key has no record of its own.
    owed = {number for number, leaf in leaves.items() if leaf.type is not EntryType.SHREDDED}
    return told.keys() >= owed and all(
        _is_of(each, leaves[number]) for number, each in told.items() if number in leaves
    )


def _is_of(read: ReadRecord, leaf: Leaf) -> bool:
    record, salt = read.record, read.salt
    if record is None or salt is None:
        return True
    expected = (record.commitment(salt), record.label, record.entry_type)
    return expected == (leaf.commitment, leaf.label, leaf.type)
