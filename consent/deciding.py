"""Whether an event may be written under its label now, and what falls due of it.

Pure: the label's records come in, opened as far as they can be; nothing is read and nothing asked.
"""

from collections.abc import Sequence
from datetime import datetime

from consent.dues import Due
from consent.errors import ConsentError, ConsentFailure
from consent.forms.deposit import Deposit
from consent.records import KeptRecord
from consent.sequencing import LabelKeys
from consent.submitters import Submitter


def decide(
    deposit: Deposit,
    known: Sequence[KeptRecord],
    *,
    keys: LabelKeys | None,
    by: Submitter,
    now: datetime,
) -> tuple[Due, ...]:
    """Return what is due of the subject once this is written, or raise `ConsentError`.

    ``known`` are the records of the same consent, or of the same id; ``keys`` the label's.
    record_mismatch: a record of this id is in the log already.
    """
    if any(each.record_id == deposit.record.record_id for each in known):
        raise ConsentError(
            ConsentFailure.RECORD_MISMATCH, "a record of this record_id is in the log already"
        )
    return ()
