"""A holder withdraws, or asks for deletion: stop at once, say so on the ledger, then erase.

1 the notice proves that its entry is on the log   `consent.forms.withdrawal_notice`
2 the consent is one of ours, and the pair's own key has signed
3 further use ends, and the acknowledgement is owed   in one step, whatever happens to us then
4 the acknowledgement is filed, and its receipt is the answer

A notice is sent until it is answered, so all of it may happen again: what was noted stays, and the
same notice has the same acknowledgement. Erasure follows by itself (`verifiers.owing.erasing`).
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from consent.errors import ConsentError
from consent.forms.course import ERASE_TIME, STOP_TIME
from consent.forms.receipt import Receipt
from consent.forms.record import EventState
from consent.forms.withdrawal_notice import NoticeKind, VerifiedNotice, verify_notice
from consent.tlog.signed_note import VerifierKey
from keys import base64url
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.owing.duty_records import DutyRecords, Word
from verifiers.owing.erasing import DutyStore, Erasing
from verifiers.owing.kept_sharing import ErasureAsked, KeptSharing
from verifiers.recording.filer import Filer
from verifiers.registered.registration import Registrations

# So long before it is due, what a person was to decide is decided by the registration.
DECIDED_BEFORE: Final = timedelta(days=1)


class Withdrawals:
    """Takes the notices of holders for every registered party."""

    def __init__(
        self,
        registrations: Registrations,
        store: DutyStore,
        records: DutyRecords,
        erasing: Erasing,
        filer: Filer,
        *,
        log_key: Callable[[], VerifierKey],
    ) -> None:
        self._registrations = registrations
        self._store = store
        self._records = records
        self._erasing = erasing
        self._filer = filer
        self._log_key = log_key

    async def receive(self, token: str, now: datetime) -> Receipt:
        """Return the receipt of the acknowledgement, or raise `VerifierError`.

        NOTICE_INVALID; CONSENT_UNKNOWN in the same words for what never was, is another party's,
        or is not the signer's; LEDGER_… when it could not be filed yet: then use has ended all
        the same, and the holder asks again.
        """
        verified = self._verified(token, now)  # 1
        sharings = await self._own(verified)  # 2
        owed = await self._stop(verified, sharings, now)  # 3
        return await self._filer.file(owed, now)  # 4

    def _verified(self, token: str, now: datetime) -> VerifiedNotice:
        parties = {party.id for party in self._registrations.parties}
        try:
            return verify_notice(token, expected_parties=parties, log_key=self._log_key(), now=now)
        except ConsentError as error:
            raise VerifierError(Failure.NOTICE_INVALID, error.failure.value) from error

    async def _own(self, verified: VerifiedNotice) -> tuple[KeptSharing, ...]:
        notice = verified.notice
        sharings = await self._store.sharings_of(notice.party, notice.consent_id)
        own = tuple(
            sharing
            for sharing in sharings
            if (sharing.label, sharing.holder) == (notice.label, verified.holder)
        )
        if not own:
            raise VerifierError(Failure.CONSENT_UNKNOWN)
        return own

    async def _stop(
        self, verified: VerifiedNotice, sharings: tuple[KeptSharing, ...], now: datetime
    ) -> str:
        """Write down that it was asked, with what is owed for it; return the acknowledgement."""
        notice, latest = verified.notice, sharings[-1]
        party = self._registrations.party(notice.party)
        # Another entry of the holder's is another duty, the same one sent again is not.
        cause = base64url.encode(verified.entry.leaf.hash())
        since = min(now, notice.issued_at)
        word = Word(EventState.ACKNOWLEDGED, cause, due_at=since + STOP_TIME)
        owed = self._records.of_sharing(latest, party, word, now=now)
        asked = ErasureAsked(
            at=since,
            due_at=since + ERASE_TIME,
            acts_at=self._acts_at(latest, since, now),
            ends_use=notice.kind is NoticeKind.WITHDRAWN,
        )
        await self._store.stop(notice.party, notice.consent_id, asked, owed)
        await self._erasing.say_again(latest, cause=cause, due_at=asked.due_at, now=now)
        return owed.id

    def _acts_at(self, sharing: KeptSharing, since: datetime, now: datetime) -> datetime:
        """Return when the worker erases: at once, unless a person should decide first."""
        kept = self._registrations.party(sharing.party).purpose(sharing.purpose).kept_by_law
        if kept is None or not kept.is_conditional:
            return now
        return since + ERASE_TIME - DECIDED_BEFORE
