"""What a relying party says of itself: it stopped, it erased, a law keeps it, it over-asked."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from consent.forms.reason import Reason
from consent.forms.record import SALT_SIZE, Asked, ConsentRecord, EventState, Evidence
from consent.forms.submission import PairSecret
from consent.forms.terms import Party
from keys.entropy import Entropy
from verifiers.owing.kept_sharing import KeptSharing
from verifiers.recording.draft import Draft
from verifiers.recording.filing import Filing, filing_id
from verifiers.recording.sealing import Sealing
from verifiers.registered.registration import RelyingParty

# Records are written for Korean law (ISO 3166) and read in its language (BCP 47).
JURISDICTION: Final = "KR"
LANGUAGE: Final = "ko"
_UUID_SIZE: Final = 16


@dataclass(frozen=True, slots=True)
class Word:
    """One thing a party says; ``reason`` and ``kept_until`` where a law keeps it, ``asked`` paths.

    ``cause`` tells one duty of a kind from the next: the same cause is the same entry. ``due_at``
    is when having said nothing is overdue.
    """

    state: EventState
    cause: str
    due_at: datetime | None = None
    reason: Reason | None = None
    kept_until: datetime | None = None
    asked: tuple[str, ...] = ()


class DutyRecords:
    """Makes the entries a duty is done with, each ready to be owed."""

    def __init__(self, sealing: Sealing, entropy: Entropy) -> None:
        self._sealing = sealing
        self._entropy = entropy

    def of_sharing(
        self, sharing: KeptSharing, party: RelyingParty, word: Word, *, now: datetime
    ) -> Filing:
        """Return the entry that says ``word`` of a sharing's consent, under its pair's label."""
        pair = self._sealing.open_pair(sharing.transaction_id, sharing.pair_sealed)
        record = self._record(party, pair.label, word, sharing.consent_id, now)
        return self._filing(record, pair, sharing.subject, word, now)

    def of_party(self, party: RelyingParty, label: bytes, word: Word, *, now: datetime) -> Filing:
        """Return the entry that says ``word`` of a party alone, under the party's own label."""
        record = self._record(party, label, word, None, now)
        return self._filing(record, None, party.id, word, now)

    def _record(
        self,
        party: RelyingParty,
        label: bytes,
        word: Word,
        consent_id: str | None,
        now: datetime,
    ) -> ConsentRecord:
        return ConsentRecord(
            record_id=str(uuid.UUID(bytes=self._entropy(_UUID_SIZE), version=4)),
            event_state=word.state,
            event_time=now.replace(microsecond=0),
            label=label,
            controller=Party(party.id, party.names.ko),
            asked=Asked(requested=word.asked),
            evidence=Evidence(),
            language=LANGUAGE,
            jurisdiction=JURISDICTION,
            consent_id=consent_id,
            reason=word.reason,
            kept_until=word.kept_until,
        )

    def _filing(
        self,
        record: ConsentRecord,
        pair: PairSecret | None,
        subject: str,
        word: Word,
        now: datetime,
    ) -> Filing:
        key = filing_id(record.entry_type, record.controller.id, subject, word.cause)
        draft = Draft(record, self._entropy(SALT_SIZE), pair)
        return Filing(
            id=key,
            party=record.controller.id,
            type=record.entry_type,
            subject=subject,
            sealed=self._sealing.seal_draft(key, draft),
            created_at=now,
            due_at=word.due_at,
        )
