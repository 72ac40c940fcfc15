"""A submission as the published protocol shows it, and changes of it that are refused.

Made by the forms themselves, so that it stays one; a test sends every one of them.
"""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from consent.errors import ConsentFailure
from consent.forms.deposit import Deposit
from consent.forms.legal_basis import LegalBasis
from consent.forms.notice import Notice, NoticeHashes
from consent.forms.record import Asked, ConsentRecord, EventState, Evidence
from consent.forms.submission import NewEntry, PairSecret, submission_payload
from consent.forms.terms import LocalText, Purpose, Receiver, Retention, Terms, Withdrawal
from keys.json_value import JsonObject, JsonValue

EXAMPLE_ORIGIN: Final = "mydata.example/consent/2026"
EXAMPLE_TIME: Final = datetime(2026, 11, 22, 9, tzinfo=UTC)
EXAMPLE_PAIR: Final = PairSecret(bytes(range(32)), bytes(range(32, 64)))

_TEXT: Final = LocalText("대출 심사", "Loan assessment", "融資審査")
_TERMS: Final = Terms(
    purpose=Purpose("loan-assessment", _TEXT),
    sender="국세청",
    receiver=Receiver("kr-110111-0000001", "미리내은행", "서울 중구 은행로 1", "02-100-0001"),
    information=("address",),
    optional=(),
    periodic=None,
    uses=1,
    until=None,
    retention=Retention("P5Y", LocalText("5년", "Five years", "5年")),
    legal_basis=LegalBasis.TRANSMISSION_REQUEST.value,
    jurisdiction="KR",
    notice=Notice(
        "https://bank.example/notice", "3", NoticeHashes(bytes(32), bytes(32), bytes(32))
    ),
    withdrawal=Withdrawal(_TEXT, "https://bank.example/withdrawals"),
)
_RECORD_ID: Final = str(uuid.UUID(int=0x1234, version=4))
_RECORD: Final = ConsentRecord(
    record_id=_RECORD_ID,
    event_state=EventState.GIVEN,
    event_time=EXAMPLE_TIME,
    label=EXAMPLE_PAIR.label,
    controller=_TERMS.receiver.party,
    asked=Asked(("address",), (), ("address",), ("https://tax.example/types/income/1",)),
    evidence=Evidence(terms_sha256=_TERMS.sha256()),
    language="ko",
    jurisdiction="KR",
    consent_id=_RECORD_ID,
)


@dataclass(frozen=True, slots=True)
class RefusedChange:
    """A change (JSON Merge Patch, RFC 7396) of the example, and the refusal it meets."""

    change: JsonObject
    failure: ConsentFailure


def example_payload() -> JsonObject:
    """Return the payload of a consent that the ledger takes at `EXAMPLE_TIME`."""
    deposit = Deposit(_RECORD, bytes(32), _TERMS)
    entry = NewEntry(
        _RECORD.entry_type, _RECORD.label, _RECORD.commitment(deposit.salt), "example-0001"
    )
    return submission_payload(
        entry, pair=EXAMPLE_PAIR, audience=EXAMPLE_ORIGIN, deposit=deposit, opens=True
    )


_ZERO: Final = "A" * 43
REFUSED_CHANGES: Final = (
    RefusedChange({"aud": "another.example/consent/2026"}, ConsentFailure.WRONG_AUDIENCE),
    RefusedChange({"key": "short"}, ConsentFailure.MALFORMED),
    RefusedChange({"extra": 1}, ConsentFailure.MALFORMED),
    # a relying party's type in a holder's hand, and the ledger's own
    RefusedChange({"type": "used"}, ConsentFailure.TYPE_NOT_ALLOWED),
    RefusedChange({"type": "map"}, ConsentFailure.TYPE_NOT_ALLOWED),
    RefusedChange({"mac": _ZERO}, ConsentFailure.MAC_INVALID),
    RefusedChange({"commitment": _ZERO}, ConsentFailure.RECORD_MISMATCH),
    RefusedChange({"label": _ZERO}, ConsentFailure.RECORD_MISMATCH),
    RefusedChange({"deposit": {"terms": {"sender": "?"}}}, ConsentFailure.TERMS_MISMATCH),
)


def refused_examples() -> list[JsonValue]:
    """Return the changes as the published description shows them."""
    return [{"change": each.change, "error": each.failure.value} for each in REFUSED_CHANGES]
