"""A receipt in words: what was agreed with whom, on what terms, and where it stands in the log."""

from collections.abc import Callable
from dataclasses import dataclass

from consent.errors import ConsentError
from consent.forms.first_receipt import FirstReceipt
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
    kept: Receipt | FirstReceipt, names: KnownNames, language: Language, *, log_key: VerifierKey
) -> SeenReceipt:
    """Return a kept receipt in the reader's language, its place in the log checked anew."""
    match kept:
        case Receipt():
            return _seen(kept, names, language, log_key)
        case FirstReceipt():
            return _seen_first(kept, names, language, log_key)


def credential_types(kept: Receipt | FirstReceipt) -> tuple[str, ...]:
    """Return the types of the certificates a receipt is about."""
    return kept.types if isinstance(kept, FirstReceipt) else kept.record.asked.credential_types


def _seen_first(
    receipt: FirstReceipt, names: KnownNames, language: Language, log_key: VerifierKey
) -> SeenReceipt:
    """Show a receipt of the first release as it is: its terms had another form."""
    return SeenReceipt(
        state=EventState(receipt.event_state),
        at=receipt.event_time,
        party=receipt.party,
        kinds=tuple(names.type_name(vct, language) for vct in receipt.types),
        claims=names.dotted_claims(receipt.claims, language),
        promise=None,
        entry=receipt.log.index + 1,
        lines=receipt.log.size,
        is_countersigned=isinstance(receipt.value.get("countersignature"), str),
        is_proven=_holds(lambda: receipt.verify(log_key=log_key)),
    )


def _seen(
    receipt: Receipt, names: KnownNames, language: Language, log_key: VerifierKey
) -> SeenReceipt:
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
        is_proven=_holds(lambda: verify_receipt(receipt, log_key=log_key)),
    )


def _holds(check: Callable[[], object]) -> bool:
    try:
        check()
    except ConsentError:
        return False
    return True
