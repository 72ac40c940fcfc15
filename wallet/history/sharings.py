"""How each sharing stands today: the published rule over the events the ledger has of it."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from consent.forms.entry import Leaf
from consent.forms.reading import ReadRecord
from consent.forms.receipt import Receipt
from consent.forms.record import EventState
from consent.forms.states import NumberedRecord, Standing, fold, of_consent
from consent.forms.terms import Party
from consent.forms.withdrawal_notice import NoticeKind
from keys.strict_json import JsonObject
from wallet.errors import WalletError, WalletFailure
from wallet.history.completeness import held_receipts, list_of
from wallet.kept.outbox import Errand
from wallet.kept.vault import Vault
from wallet.ledger.pairing import Met, Pair, pair_with
from wallet.ledger.records import are_of_log, read_records
from wallet.ledger.withdrawal import Withdrawal, opened, subject_of
from wallet.ports import Ports

# A person waits for the page: what has not come by then is told from what is kept here.
READING_SECONDS: Final = 3.0


class Source(StrEnum):
    """Where the events of a sharing come from.

    proven: each was held against its entry in the log; read: the ledger says so; kept: the ledger
    could not be asked, these are the receipts here; contradicted: the ledger tells something else
    than its log has.
    """

    PROVEN = "proven"
    READ = "read"
    KEPT = "kept"
    CONTRADICTED = "contradicted"


@dataclass(frozen=True, slots=True)
class Wish:
    """What the holder wanted of the party, and how far that has come."""

    errand: Errand
    withdrawal: Withdrawal


@dataclass(frozen=True, slots=True)
class Sharing:
    """One consent with everything that happened to it, in the order of the log.

    ``wishes`` are the withdrawal and the deletion request, where there are any.
    """

    given: Receipt
    events: tuple[NumberedRecord, ...]
    standing: Standing
    source: Source
    wishes: tuple[Wish, ...]

    @property
    def kept_until(self) -> datetime | None:
        """Until when a law has the party keep it, by its own last word."""
        told = (each.record.kept_until for each in reversed(self.events))
        return next((until for until in told if until is not None), None)

    @property
    def reused_by(self) -> tuple[Party, ...]:
        """Who used the code that was shown, where it was used at more than one institution."""
        told = (each.record for each in self.events)
        return tuple(each.controller for each in told if each.event_state is EventState.REUSED)

    def as_dict(self) -> JsonObject:
        """Return the JSON form."""
        left, at = self.standing.uses_left, self.standing.next_use_at
        return {
            "consent": self.given.record.record_id,
            "party": self.given.record.controller.as_dict(),
            "state": self.standing.state.value,
            "source": self.source.value,
            "uses": self.standing.uses,
            "uses_left": left,
            "next_use_at": None if at is None else at.isoformat(),
            "kept_until": None if self.kept_until is None else self.kept_until.isoformat(),
            "reused_by": [each.as_dict() for each in self.reused_by],
            "duties": [
                {
                    "kind": duty.kind.value,
                    "since": duty.since.isoformat(),
                    "due_at": duty.due_at.isoformat(),
                    "done_at": None if duty.done_at is None else duty.done_at.isoformat(),
                    "overdue": duty.overdue,
                }
                for duty in self.standing.duties
            ],
            "events": [
                {
                    "number": each.number,
                    "event": each.record.event_state.value,
                    "at": each.record.event_time.isoformat(),
                }
                for each in self.events
            ],
            "wishes": [
                {
                    "kind": each.withdrawal.kind.value,
                    "stage": each.errand.stage.value,
                    "attempts": each.errand.attempts,
                    "trouble": each.withdrawal.trouble,
                }
                for each in self.wishes
            ],
        }


async def sharings(
    given: Mapping[str, Receipt], *, ports: Ports, vault: Vault, now: datetime
) -> Mapping[str, Sharing]:
    """Return how these consents stand; each pair is asked for once, all at one time.

    What the ledger cannot be asked for is told from the receipts kept here.
    """
    labels = {each.record.label: each for each in given.values() if _is_consent(each)}
    answers = await asyncio.gather(*(_read(each, ports, vault, now) for each in labels.values()))
    read = dict(zip(labels, answers, strict=True))
    kept = await _kept(ports, vault) if None in answers else ()
    return {
        name: await _sharing(each, _Told(read[each.record.label], kept), ports, vault, now)
        for name, each in given.items()
        if _is_consent(each)
    }


async def proven_sharing(given: Receipt, *, ports: Ports, vault: Vault, now: datetime) -> Sharing:
    """Return one consent, its events held against the log.

    Raises ``WalletError`` (nothing_to_withdraw) for the receipt of anything else.
    """
    if not _is_consent(given):
        raise WalletError(WalletFailure.NOTHING_TO_WITHDRAW)
    listed = await list_of(
        given.record.label, (), log=ports.log, correspondent=ports.correspondent
    )
    read = await _read(given, ports, vault, now)
    leaves = None
    if listed.seen is not None:
        leaves = {line.leaf.number: line.leaf for line in (*listed.lines, *listed.newer)}
    kept = await _kept(ports, vault) if read is None else ()
    return await _sharing(given, _Told(read, kept, leaves), ports, vault, now)


def _is_consent(receipt: Receipt) -> bool:
    return receipt.record.event_state is EventState.GIVEN


async def _read(
    given: Receipt, ports: Ports, vault: Vault, now: datetime
) -> tuple[ReadRecord, ...] | None:
    """Return what the ledger tells of the consent's label, None when it cannot be asked."""
    pair = await _pair(given, ports, vault)
    try:
        async with asyncio.timeout(READING_SECONDS):
            return await read_records(
                pair, log=ports.log, correspondent=ports.correspondent, now=now
            )
    except (TimeoutError, WalletError):
        return None


async def _pair(given: Receipt, ports: Ports, vault: Vault) -> Pair:
    met = Met(given.record.controller.id, given.record.event_time.year)
    return await pair_with(met.party_id, vault=vault, shelf=ports.shelf, now=met.midst())


@dataclass(frozen=True, slots=True)
class _Told:
    """What is known of a label: the ledger's word or None, the receipts here, proven leaves."""

    read: tuple[ReadRecord, ...] | None
    kept: Sequence[NumberedRecord]
    leaves: Mapping[int, Leaf] | None = None

    @property
    def source(self) -> Source:
        """Where the events come from."""
        if self.read is None:
            return Source.KEPT
        if self.leaves is None:
            return Source.READ
        return Source.PROVEN if are_of_log(self.read, self.leaves) else Source.CONTRADICTED


async def _sharing(
    given: Receipt, told: _Told, ports: Ports, vault: Vault, now: datetime
) -> Sharing:
    consent_id = given.record.record_id
    events = of_consent(told.kept if told.read is None else _told(told.read), consent_id)
    return Sharing(
        given,
        tuple(sorted(events, key=lambda each: each.number)),
        fold(events, given.terms, at=now),
        told.source,
        await _wishes(consent_id, ports, vault),
    )


def _told(read: Iterable[ReadRecord]) -> list[NumberedRecord]:
    return [NumberedRecord(each.number, each.record) for each in read if each.record is not None]


async def _kept(ports: Ports, vault: Vault) -> list[NumberedRecord]:
    """Return what the receipts here tell: every one is opened, so only without the ledger."""
    held = await held_receipts(ports=ports, vault=vault)
    return [
        NumberedRecord(Leaf.parse(each.receipt.log.leaf).number, each.receipt.record)
        for each in held
    ]


async def _wishes(consent_id: str, ports: Ports, vault: Vault) -> tuple[Wish, ...]:
    errands = [
        await ports.outbox.find(vault.holder, subject_of(kind, consent_id)) for kind in NoticeKind
    ]
    return tuple(Wish(each, opened(each, vault)) for each in errands if each is not None)
