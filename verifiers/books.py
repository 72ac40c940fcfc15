"""The books of a relying party: what it keeps of sharings, what it owes, what it over-asked.

Made once, of one store and one ledger, so that all of them write into the same outbox.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from consent.tlog.signed_note import VerifierKey
from keys.entropy import Entropy
from verifiers.asking.over_asking import OverAskings, RefusedAskings
from verifiers.owing.duties import Duties
from verifiers.owing.duty_records import DutyRecords
from verifiers.owing.erasing import DutyStore, Erasing
from verifiers.owing.reused import Reused, ReusedCodes
from verifiers.owing.withdrawals import Withdrawals
from verifiers.recording.filer import Filer
from verifiers.recording.recorder import LedgerEntries
from verifiers.recording.sealing import Sealing
from verifiers.registered.party_keys import PartyKeys
from verifiers.registered.registration import Registrations


class BookLedger(LedgerEntries, ReusedCodes, Protocol):
    """The ledger, as the books need it."""


class BookStore(DutyStore, RefusedAskings, Protocol):
    """Where the books are kept."""


@dataclass(frozen=True, slots=True)
class Books:
    """Everything that is written down beside the transactions themselves."""

    duties: Duties
    erasing: Erasing
    filer: Filer
    over_askings: OverAskings


def open_books(  # noqa: PLR0913  # each is one thing the books cannot have by themselves
    registrations: Registrations,
    store: BookStore,
    ledger: BookLedger,
    *,
    sealing: Sealing,
    party_keys: PartyKeys,
    log_key: Callable[[], VerifierKey],
    clock: Callable[[], datetime],
    entropy: Entropy,
) -> Books:
    """Return the books of every registered party, kept in ``store``."""
    records = DutyRecords(sealing, entropy)
    filer = Filer(store, ledger, sealing=sealing, party_keys=party_keys, log_key=log_key)
    erasing = Erasing(registrations, store, records, sealing)
    withdrawals = Withdrawals(registrations, store, records, erasing, filer, log_key=log_key)
    reused = Reused(registrations, store, ledger, party_keys=party_keys, log_key=log_key)
    return Books(
        duties=Duties(store, withdrawals, erasing, filer, reused, clock=clock),
        erasing=erasing,
        filer=filer,
        over_askings=OverAskings(
            registrations, store, records, origin=lambda: log_key().name, entropy=entropy
        ),
    )
