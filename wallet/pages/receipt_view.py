"""A receipt in words: what was agreed with whom, on what terms, and where it stands in the log."""

from dataclasses import dataclass

from consent.errors import ConsentError
from consent.forms.receipt import Receipt, verify_receipt
from consent.forms.record import EventState
from consent.tlog.signed_note import VerifierKey
from wallet.pages.asker import Promise, promise_of
from wallet.pages.type_names import KnownNames
from web.language import Language


@dataclass(frozen=True, slots=True)
class SeenReceipt:
    """What a receipt says.

    ``entry`` is the number of its line in the log, ``lines`` how many there were then.
    ``is_countersigned``: the party signed that it got this; ``is_proven``: the log has it.
    """

    state: EventState
    at: str
    party: str
    kinds: tuple[str, ...]
    claims: tuple[str, ...]
    promise: Promise | None
    entry: int
    lines: int
    is_countersigned: bool
    is_proven: bool


def seen_receipt(
    receipt: Receipt, names: KnownNames, language: Language, *, log_key: VerifierKey
) -> SeenReceipt:
    """Return a kept receipt in the reader's language, its place in the log checked anew."""
    record, asked = receipt.record, receipt.record.asked
    is_given = record.event_state is EventState.GIVEN
    return SeenReceipt(
        state=record.event_state,
        at=record.event_time.isoformat(),
        party=record.controller.name,
        kinds=tuple(names.type_name(vct, language) for vct in asked.credential_types),
        claims=names.dotted_claims(asked.disclosed if is_given else asked.requested, language),
        promise=None if receipt.terms is None else promise_of(receipt.terms, language),
        entry=receipt.log.index + 1,
        lines=receipt.log.size,
        is_countersigned=receipt.countersignature is not None,
        is_proven=_is_proven(receipt, log_key),
    )


def _is_proven(receipt: Receipt, log_key: VerifierKey) -> bool:
    try:
        verify_receipt(receipt, log_key=log_key)
    except ConsentError:
        return False
    return True
