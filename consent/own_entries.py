"""What the ledger writes for itself: its records, and the requests that make each of them one."""

import hashlib
import uuid
from datetime import datetime

from consent.forms.entry import EntryType
from consent.forms.reason import Reason
from consent.forms.record import Asked, ConsentRecord, EventState, Evidence
from consent.forms.submission import REQUEST_SIZE
from keys.entropy import Entropy

_REQUEST_CONTEXT = b"mydata-own-request-v1"
_UUID_SIZE = 16


def own_request(type_: EntryType, *parts: bytes) -> bytes:
    """Return the request under which one entry of the ledger is written once, by any process."""
    digest = hashlib.sha256(_REQUEST_CONTEXT + type_.encode())
    for part in parts:
        digest.update(b"\x00" + hashlib.sha256(part).digest())
    return digest.digest()[:REQUEST_SIZE]


def own_record(
    consent: ConsentRecord,
    state: EventState,
    *,
    reason: Reason,
    now: datetime,
    entropy: Entropy,
) -> ConsentRecord:
    """Return the ledger's record of something about a consent; it asks and discloses nothing."""
    return ConsentRecord(
        record_id=str(uuid.UUID(bytes=entropy(_UUID_SIZE), version=4)),
        event_state=state,
        event_time=now.replace(microsecond=0),
        label=consent.label,
        controller=consent.controller,
        asked=Asked(()),
        evidence=Evidence(terms_sha256=consent.evidence.terms_sha256),
        language=consent.language,
        jurisdiction=consent.jurisdiction,
        consent_id=consent.record_id,
        reason=reason,
    )
