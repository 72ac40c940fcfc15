"""Tell a party that a consent is over, with the proof, and read what it signs in return."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from consent.errors import ConsentError
from consent.forms.receipt import Receipt, verify_receipt
from consent.forms.record import EventState
from consent.forms.withdrawal_notice import WithdrawalNotice, sign_notice
from consent.tlog.signed_note import VerifierKey
from keys.errors import KeysError
from keys.strict_json import loads_object
from wallet.ledger.pairing import Pair
from wallet.ledger.withdrawal import Trouble, Withdrawal
from wallet.outside.correspondence import JSON, SMALL_ANSWER, Answer, UnansweredError
from wallet.ports import Ports

_NOTICE_TYPE: Final = "application/jwt"
_OK: Final = 200


@dataclass(frozen=True, slots=True)
class Told:
    """What came of one attempt: the party's acknowledgement, proven, or the trouble."""

    acknowledgement: Receipt | None
    trouble: Trouble | None


async def tell(
    withdrawal: Withdrawal, receipt: Receipt, *, pair: Pair, ports: Ports, now: datetime
) -> Told:
    """Post the notice; ``receipt`` is that of the withdrawal's own entry. Raises nothing."""
    record = withdrawal.record
    notice = WithdrawalNotice(
        party=record.controller.id,
        label=record.label,
        consent_id=withdrawal.consent_id,
        kind=withdrawal.kind,
        entry=receipt.log,
        issued_at=now,
    )
    try:
        answer = await ports.correspondent.post(
            withdrawal.uri or "",
            content=sign_notice(notice, signer=pair.signer).encode(),
            content_type=_NOTICE_TYPE,
            accept=JSON,
            limit=SMALL_ANSWER,
        )
    except UnansweredError:
        return Told(None, Trouble.UNREACHABLE)
    if answer.status != _OK:
        return Told(None, Trouble.REFUSED)
    return _read(answer, withdrawal, log_key=ports.log.key())


def _read(answer: Answer, withdrawal: Withdrawal, *, log_key: VerifierKey) -> Told:
    """Return the acknowledgement, if the log has it and it is about this very consent."""
    try:
        acknowledged = loads_object(answer.body, limit=SMALL_ANSWER).get("acknowledged")
        receipt = Receipt.parse(acknowledged)
        record = verify_receipt(receipt, log_key=log_key).record
    except (KeysError, ConsentError):
        return Told(None, Trouble.ANSWER_INVALID)
    about = (record.event_state, record.label, record.controller.id, record.consent_id)
    mine = withdrawal.record
    if about != (EventState.ACKNOWLEDGED, mine.label, mine.controller.id, withdrawal.consent_id):
        return Told(None, Trouble.ANSWER_INVALID)
    return Told(receipt, None)
