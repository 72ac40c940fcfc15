"""Prove the whole history: the list of every label, and one log behind all of them.

"These are all n entries as of checkpoint m", or what is missing. The checkpoint seen last is kept,
and what is shown today must continue it, as must everything shown within one proof.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from keys.strict_json import JsonObject, JsonValue
from wallet.history.completeness import Held, Line, PairList, held_receipts, list_of
from wallet.kept.holdings import HeldCredential
from wallet.kept.keeping import BoxKind
from wallet.kept.vault import Vault
from wallet.ledger.log_view import Seen, View, compare, shown_empty
from wallet.ports import Ports
from wallet.proving.own_labels import OwnLabel, own_labels

# Questions to the ledger at once: a citizen has had to do with dozens of parties.
_AT_ONCE: Final = 8
_LATEST: Final = "latest"
# The ledger seals within a second of an entry: then it is asked once more.
SEALING_SECONDS: Final = 1.2


@dataclass(frozen=True, slots=True)
class ProvenPair:
    """The list of one label: a party's in one year of the log, or a member's of the household."""

    whose: OwnLabel
    list: PairList

    @property
    def name(self) -> str:
        """Who is on the other side, as receipts or copies have it."""
        return self.whose.name

    def as_dict(self) -> JsonObject:
        """Return the JSON form."""
        return {
            "party": {"id": self.whose.party_id, "name": self.name},
            "year": self.whose.year,
            "complete": not self.list.problems,
            "entries": [each.as_dict() for each in self.list.lines],
            "newer": [each.as_dict() for each in self.list.newer],
            "problems": [each.as_dict() for each in self.list.problems],
        }


@dataclass(frozen=True, slots=True)
class ProvenHistory:
    """What was proven: ``seen`` is the largest checkpoint shown, ``kept`` the one before it.

    ``contradicting`` are the two signed checkpoints that do not agree, else empty.
    """

    pairs: tuple[ProvenPair, ...]
    view: View
    seen: Seen | None
    contradicting: tuple[str, ...] = ()

    @property
    def entries(self) -> int:
        """How many entries are proven to be all there are."""
        return sum(len(each.list.lines) for each in self.pairs)

    @property
    def news(self) -> tuple[tuple[ProvenPair, Line], ...]:
        """What others filed that this wallet was not told of."""
        return tuple(
            (pair, line)
            for pair in self.pairs
            for line in (*pair.list.lines, *pair.list.newer)
            if line.is_news
        )

    @property
    def is_complete(self) -> bool:
        """Whether nothing is missing, and the log is the one that was seen before."""
        has_gaps = any(each.list.problems for each in self.pairs)
        return not has_gaps and self.view in (View.FIRST, View.CONTINUES)

    def as_dict(self) -> JsonObject:
        """Return the JSON form."""
        checkpoint = None if self.seen is None else self.seen.checkpoint
        size: JsonValue = None if checkpoint is None else checkpoint.size
        return {
            "complete": self.is_complete,
            "entries": self.entries,
            "checkpoint": size,
            "view": self.view.value,
            "contradicting": list[JsonValue](self.contradicting),
            "pairs": [each.as_dict() for each in self.pairs],
        }


async def prove(
    credentials: Iterable[HeldCredential], *, ports: Ports, vault: Vault, now: datetime
) -> ProvenHistory:
    """Return what the ledger can prove to this holder today, and keep the checkpoint it showed."""
    held = await held_receipts(ports=ports, vault=vault)
    labels = await own_labels(held, credentials, ports=ports, vault=vault)
    if all(each.is_household for each in labels):
        # Nobody has shown anything: a log without an entry has no seal to prove that by.
        empty = await shown_empty(ports.log, ports.correspondent) if labels else None
        if empty is not None:
            return await _viewed((), (empty,), held, ports, vault, now)
    at_once = asyncio.Semaphore(_AT_ONCE)

    async def proven(whose: OwnLabel) -> ProvenPair:
        async with at_once:
            found = await _listed(whose, held, ports)
            if found.newer or found.seen is None:
                await asyncio.sleep(SEALING_SECONDS)
                found = await _listed(whose, held, ports)
        return ProvenPair(whose, found)

    pairs = tuple(await asyncio.gather(*map(proven, labels)))
    shown = [pair.list.seen for pair in pairs if pair.list.seen is not None]
    return await _viewed(pairs, shown, held, ports, vault, now)


async def _listed(whose: OwnLabel, held: Sequence[Held], ports: Ports) -> PairList:
    own = [each for each in held if each.receipt.record.label == whose.label]
    return await list_of(whose.label, own, log=ports.log, correspondent=ports.correspondent)


async def _viewed(
    pairs: tuple[ProvenPair, ...],
    shown: Sequence[Seen],
    held: Sequence[Held],
    ports: Ports,
    vault: Vault,
    now: datetime,
) -> ProvenHistory:
    """Return the whole, each checkpoint that was shown held against the largest of them."""
    if not shown:
        return ProvenHistory(pairs, View.UNCHECKED if pairs else View.FIRST, None)
    largest = max(shown, key=lambda each: each.checkpoint.size)
    kept = await _kept(held, largest.checkpoint.origin, ports, vault)
    longest = max(kept, key=lambda each: each.checkpoint.size, default=largest)
    if longest.checkpoint.size > largest.checkpoint.size:
        return ProvenHistory(pairs, View.SHORTER, largest, (longest.note, largest.note))
    view = View.CONTINUES if kept else View.FIRST
    for other in {each.checkpoint: each for each in (*shown, *kept)}.values():
        found = await compare(other, largest, log=ports.log, correspondent=ports.correspondent)
        if found is View.SPLIT:
            return ProvenHistory(pairs, View.SPLIT, largest, (other.note, largest.note))
        view = found if found is View.UNCHECKED else view
    if view is not View.UNCHECKED:
        box = vault.seal(BoxKind.LOG_SEEN, _LATEST, now, {"note": largest.note})
        await ports.shelf.put(box)
    return ProvenHistory(pairs, view, largest)


async def _kept(held: Sequence[Held], origin: str, ports: Ports, vault: Vault) -> Sequence[Seen]:
    """Return the checkpoint seen last, and the largest that a receipt here carries.

    Only those of this log: a new year begins a new one, and its first entry names the old.
    """
    notes = [each.receipt.log.checkpoint for each in held]
    box = await ports.shelf.find(vault.holder, BoxKind.LOG_SEEN, _LATEST)
    seen = [Seen.kept(str(vault.open(box)["note"]))] if box is not None else []
    carried = sorted(map(Seen.kept, notes), key=lambda each: each.checkpoint.size)
    of_this = [each for each in carried if each.checkpoint.origin == origin]
    return [*of_this[-1:], *(each for each in seen if each.checkpoint.origin == origin)]
