"""Whether an event may be written under its label now, and what falls due of it.

Pure: the label's records come in, opened as far as they can be; nothing is read and nothing asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from consent.dues import Due
from consent.errors import ConsentError, ConsentFailure
from consent.forms.deposit import Deposit
from consent.forms.entry import EntryType
from consent.forms.reading import Unopenable
from consent.forms.record import ConsentRecord, EventState
from consent.forms.states import NumberedRecord, check_use, fold
from consent.forms.terms import Terms
from consent.records import KeptRecord
from consent.retention import dues_of
from consent.sequencing import LabelKeys

# Whoever was cut off from the ledger files late uses when the line is back; what comes a month
# after a consent has ended was not waiting for a line.
LATE_LIMIT: Final = timedelta(days=30)

_USES = frozenset({EntryType.USED, EntryType.USED_LATE})
# What stands for itself; it may name a consent, but needs none.
_ALONE = frozenset({EntryType.REFUSED, EntryType.OVER_ASKED, EntryType.ABOUT, EntryType.AUDITED})
# What becomes of what was shared.
_ENDINGS = frozenset({EntryType.ERASED, EntryType.RETAINED})
# What ends a consent before its time.
_ENDS = frozenset({EventState.WITHDRAWN, EventState.EXPIRED})


@dataclass(frozen=True, slots=True)
class Subject:
    """What the ledger knows of one consent, or of one record that belongs to none.

    ``events`` are the records that can be opened, in the log's order; ``ids`` the record_ids of
    all. ``consent`` and ``terms`` are None where no consent is known or its record cannot be
    opened, which ``unopenable`` says.
    """

    events: tuple[NumberedRecord, ...]
    ids: frozenset[str]
    consent: ConsentRecord | None
    terms: Terms | None
    unopenable: Unopenable | None

    @classmethod
    def of(cls, known: Sequence[KeptRecord]) -> "Subject":
        """Return the subject that these records, in the order of the log, are about."""
        opened = [(each.leaf.number, each.deposit) for each in known if each.deposit is not None]
        consents = [each for each in known if each.leaf.type is EntryType.CONSENT]
        first = consents[0].deposit if consents else None
        return cls(
            tuple(NumberedRecord(number, deposit.record) for number, deposit in opened),
            frozenset(each.record_id for each in known),
            first.record if first is not None else None,
            first.terms if first is not None else None,
            consents[0].unopenable if consents else None,
        )

    @property
    def is_known(self) -> bool:
        """Whether there is a consent, opened or not."""
        return self.consent is not None or self.unopenable is not None


def decide(
    deposit: Deposit,
    subject: Subject,
    *,
    number: int,
    keys: LabelKeys | None,
    now: datetime,
) -> tuple[Due, ...]:
    """Return what is due of the subject once ``deposit`` is written as ``number``, or raise.

    ``keys`` are the label's. Raises `ConsentError`: record_mismatch for a record_id that is in the
    log already, or another party than consented to; consent_unknown; record_unopenable; and for a
    use whatever `consent.forms.states.check_use` raises.
    """
    record = deposit.record
    if record.record_id in subject.ids:
        raise _mismatch("a record of this record_id is in the log already")
    if record.entry_type in _USES:
        _check_use(record, subject, keys, now)
    elif record.entry_type not in _ALONE and record.entry_type is not EntryType.CONSENT:
        _check_known(record, subject, keys)
    return dues_after(deposit, subject, number=number, now=now)


def dues_after(
    deposit: Deposit, subject: Subject, *, number: int, now: datetime
) -> tuple[Due, ...]:
    """Return what is due of the subject once ``deposit`` is written as ``number``."""
    record = deposit.record
    is_consent = record.entry_type is EntryType.CONSENT
    return dues_of(
        (*subject.events, NumberedRecord(number, record)),
        deposit.terms if is_consent else subject.terms,
        label=record.label,
        subject=record.consent_id or record.record_id,
        now=now,
    )


def _check_use(
    use: ConsentRecord, subject: Subject, keys: LabelKeys | None, now: datetime
) -> None:
    if use.consent_id is None:
        # A wallet of another maker keeps no ledger: the party opened the label for this alone.
        if keys is not None and keys.holder is not None:
            raise _unknown("a use names its consent; only a foreign wallet's has none")
        return
    consent = subject.consent
    if consent is None:
        raise _missing(subject)
    standing = fold(subject.events, subject.terms, at=now)
    check_use(standing, consent, use)
    if use.event_state is EventState.USED_LATE and now > _ended_at(subject, now) + LATE_LIMIT:
        raise ConsentError(
            ConsentFailure.CONSENT_EXPIRED, "the consent ended too long ago for a late use"
        )


def _ended_at(subject: Subject, now: datetime) -> datetime:
    """Return when the consent ended, ``now`` while it has not."""
    ends = [e.record.event_time for e in subject.events if e.record.event_state in _ENDS]
    if subject.terms is not None and subject.terms.until is not None:
        ends.append(subject.terms.until)
    return min([*ends, now])


def _check_known(record: ConsentRecord, subject: Subject, keys: LabelKeys | None) -> None:
    """Raise unless there is such a consent, of this party; what was withdrawn may be so again.

    Of what no consent is kept for, a party says under the label it opened itself that it is gone.
    """
    is_own = keys is not None and keys.holder is None
    if record.consent_id is None and is_own and record.entry_type in _ENDINGS:
        return
    if record.consent_id is None or not subject.is_known:
        raise _unknown("there is no such consent under this label")
    consent = subject.consent
    if consent is not None and consent.controller.id != record.controller.id:
        raise _mismatch("the consent was given to another party")


def _missing(subject: Subject) -> ConsentError:
    if subject.unopenable is None:
        return _unknown("there is no such consent under this label")
    return ConsentError(
        ConsentFailure.RECORD_UNOPENABLE, "the consent's record cannot be opened any more"
    )


def _unknown(detail: str) -> ConsentError:
    return ConsentError(ConsentFailure.CONSENT_UNKNOWN, detail)


def _mismatch(detail: str) -> ConsentError:
    return ConsentError(ConsentFailure.RECORD_MISMATCH, detail)
