"""What a deposit must be before anything is decided about it: it opens the entry, and is whole."""

from datetime import datetime, timedelta
from typing import Final

from consent.authorisation import SignedSubmission
from consent.errors import ConsentError, ConsentFailure
from consent.forms.deposit import Deposit
from consent.forms.entry import Author, EntryType
from consent.forms.submission import NewEntry
from keys import base64url
from keys.jwt_time import CLOCK_SKEW

# An event is written when it happens; a wallet or a party that was offline has a day.
PAST_LIMIT: Final = timedelta(days=1)
# A use without the ledger is filed when it can be reached again. One that is filed later still is
# no use that the ledger vouches for; a counter that had no line for a month has other worries.
LATE_LIMIT: Final = timedelta(days=30)

# Terms that say too little may be refused and held against who sent them: that is what these are.
_OF_ANY_TERMS = frozenset({EntryType.REFUSED, EntryType.OVER_ASKED})
_USES = frozenset({EntryType.USED, EntryType.USED_LATE})


def check_deposit(signed: SignedSubmission, *, now: datetime) -> Deposit:
    """Return what a submission deposits, or raise `ConsentError`.

    deposit_missing; record_mismatch: another record, label, type, party or key than the entry and
    its signer say, or a time that cannot be; terms_mismatch: other terms than the record names;
    terms_incomplete: one of the seven items is missing.
    """
    entry, deposit = signed.submission.entry, signed.submission.deposit
    if deposit is None:
        raise ConsentError(
            ConsentFailure.DEPOSIT_MISSING, "an entry comes with the record that it commits to"
        )
    _check_opens(entry, deposit)
    _check_terms(entry, deposit)
    _check_parties(signed, deposit)
    _check_time(entry, deposit, now)
    return deposit


def _check_opens(entry: NewEntry, deposit: Deposit) -> None:
    record = deposit.record
    opened = (record.commitment(deposit.salt), record.label, record.entry_type)
    if opened != (entry.commitment, entry.label, entry.type):
        raise _mismatch("the entry does not commit to this record")


def _check_terms(entry: NewEntry, deposit: Deposit) -> None:
    terms, record = deposit.terms, deposit.record
    if terms is None:
        is_foreign = entry.type in _USES and record.consent_id is None
        # A code that anybody reads, a party that shows none: such a consent names no terms.
        is_named = entry.type is EntryType.CONSENT and record.evidence.terms_sha256 is not None
        if is_named or is_foreign:
            raise ConsentError(
                ConsentFailure.TERMS_INCOMPLETE, "what is agreed to comes with its terms"
            )
        # What follows a consent names the same terms, which are here already.
        return
    if terms.sha256() != record.evidence.terms_sha256:
        raise ConsentError(ConsentFailure.TERMS_MISMATCH, "the record names other terms")
    if terms.receiver.id != record.controller.id:
        raise _mismatch("the terms are another party's than the record's")
    if entry.type not in _OF_ANY_TERMS:
        terms.check_complete()


def _check_parties(signed: SignedSubmission, deposit: Deposit) -> None:
    submitter, record = signed.submitter, deposit.record
    if submitter.role is Author.PARTY and submitter.id != record.controller.id:
        raise _mismatch("the record is another party's than the one that signs")
    if submitter.role is Author.HOLDER and deposit.holder_key is not None:
        raise _mismatch("a holder key is named for a wallet that keeps no ledger, by the party")
    named = record.evidence.pair_key
    # What the record names is what the relying party holds the holder's signature against.
    if submitter.role is Author.HOLDER and named not in (None, base64url.decode(submitter.id)):
        raise _mismatch("the record names another key of the pair than the one that signs")


def _check_time(entry: NewEntry, deposit: Deposit, now: datetime) -> None:
    limit = LATE_LIMIT if entry.type is EntryType.USED_LATE else PAST_LIMIT
    if not now - limit <= deposit.record.event_time <= now + CLOCK_SKEW:
        raise _mismatch("the record's time is not that of an event that is written now")


def _mismatch(detail: str) -> ConsentError:
    return ConsentError(ConsentFailure.RECORD_MISMATCH, detail)
