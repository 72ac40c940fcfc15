"""What the wallet keeps, and the port of the place where it is kept.

Everything personal goes into a sealed box; the shelf sees the holder's name, the kind of a box
and the time it came. Turns keep two calls from doing the same thing at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class BoxKind(StrEnum):
    """What is in a box; part of the seal, so a box of one kind cannot pass for another."""

    CREDENTIAL = "credential"
    PAIR = "pair"
    HISTORY = "history"
    RECEIPT = "receipt"
    DESK_REQUEST = "desk_request"
    HANDED_REQUEST = "handed_request"
    HANDED_ANSWER = "handed_answer"
    SHOWN_CODE = "shown_code"
    SPOKEN_CODE = "spoken_code"
    ERRAND = "errand"
    LOG_SEEN = "log_seen"
    AUTHORIZATION = "authorization"


@dataclass(frozen=True, slots=True)
class HolderRow:
    """A holder's data key, wrapped by the key store's, and the label secret sealed under it."""

    holder: str
    wrapped_key: bytes
    sealed_secret: bytes


@dataclass(frozen=True, slots=True)
class SealedBox:
    """One thing kept for one holder; ``kept_at`` in microseconds since 1970, for the order."""

    holder: str
    kind: BoxKind
    id: str
    kept_at: int
    sealed: bytes


@dataclass(frozen=True, slots=True)
class Swap:
    """Another content for a box, to be kept only while the box is as it was read: ``old``.

    Whoever deleted it in between, or changed it, is not undone.
    """

    old: SealedBox
    new: SealedBox


@dataclass(frozen=True, slots=True)
class TurnKey:
    """What only one call may do at a time: ``subject`` is a hash and names nothing."""

    holder: str
    subject: str


@dataclass(frozen=True, slots=True)
class Claimed:
    """The turn is ours; ``taker`` gives it back or finishes it."""

    taker: str


@dataclass(frozen=True, slots=True)
class Busy:
    """Another call has the turn."""


@dataclass(frozen=True, slots=True)
class Done:
    """The turn was finished before; ``outcome`` is sealed."""

    outcome: bytes


Turn = Claimed | Busy | Done


@dataclass(frozen=True, slots=True)
class OpenLink:
    """A link held out to a desk, by the hash of its code; open until ``until`` (UNIX seconds).

    ``request`` is what a desk handed over, sealed as the holder's; None before.
    """

    code_sha256: bytes
    holder: str
    until: int
    request: bytes | None = None


@dataclass(frozen=True, slots=True)
class StandingAddress:
    """Where a party asks within a standing consent, by the hash of the address's secret part."""

    code_sha256: bytes
    holder: str
    consent_id: str


class Shelf(Protocol):
    """The place where sealed things are kept; every method is one transaction."""

    async def holder(self, holder: str) -> HolderRow | None:
        """Return the holder's keys, None for a new holder."""
        ...

    async def add_holder(self, row: HolderRow) -> None:
        """Keep a new holder; the first of two wins, without an error for the second."""
        ...

    async def put(self, *boxes: SealedBox) -> None:
        """Keep boxes, all or none; one that has its place already is replaced.

        Nothing is kept for a holder who is gone.
        """
        ...

    async def swap(self, swap: Swap) -> bool:
        """Put other content into a box; False, and nothing is kept, if it is not as it was."""
        ...

    async def add(self, box: SealedBox) -> None:
        """Keep a box; the first of two with one id wins, without an error for the second."""
        ...

    async def find(self, holder: str, kind: BoxKind, box_id: str) -> SealedBox | None:
        """Return one box, None when this holder has none of that kind and id."""
        ...

    async def all(self, holder: str, kind: BoxKind) -> Sequence[SealedBox]:
        """Return every box of one kind, newest first."""
        ...

    async def remove(self, holder: str, kind: BoxKind, box_id: str, *boxes: SealedBox) -> bool:
        """Destroy one box and keep ``boxes`` instead; True to the one call that destroyed it."""
        ...

    async def take(self, box: SealedBox, *boxes: SealedBox) -> bool:
        """Destroy a box that is as it was read and keep ``boxes`` instead; else False."""
        ...

    async def take_turn(self, key: TurnKey, *, taker: str, now: int, until: int) -> Turn:
        """Give the turn to one taker; after ``until`` an unfinished turn is free again."""
        ...

    async def give_back(self, key: TurnKey, taker: str) -> None:
        """Free an unfinished turn, if ``taker`` still has it."""
        ...

    async def finish_turn(
        self,
        key: TurnKey,
        taker: str,
        outcome: bytes,
        boxes: Sequence[SealedBox],
        swap: Swap | None = None,
    ) -> bool:
        """Keep what the turn brought, and its outcome, together.

        False, and nothing is kept, for a holder who is gone, or a ``swap`` that came too late.
        """
        ...

    async def open_link(self, link: OpenLink, *, forget_before: int) -> None:
        """Keep a new link, and forget those that ended before this time (UNIX seconds)."""
        ...

    async def link(self, code_sha256: bytes) -> OpenLink | None:
        """Return a link, also one that is over; None when there is none."""
        ...

    async def hand_over(self, code_sha256: bytes, request: bytes, *, now: int) -> bool:
        """Put a sealed request into an open link; whether this call was the one that did."""
        ...

    async def close_link(self, code_sha256: bytes) -> None:
        """Forget a link before its time."""
        ...

    async def take_try(self, subject: bytes, *, limit: int, now: int, forget_before: int) -> bool:
        """Count one more try; False, and none is counted, when ``limit`` are counted already.

        Tries are forgotten once the first of them was before ``forget_before``.
        """
        ...

    async def give_try_back(self, subject: bytes) -> None:
        """Take back one try that was counted: it was none in vain."""
        ...

    async def open_standing(self, address: StandingAddress) -> None:
        """Keep the address of a standing consent."""
        ...

    async def standing(self, code_sha256: bytes) -> StandingAddress | None:
        """Return what an address is for, None for one that is closed or never was."""
        ...

    async def close_standing(self, holder: str, consent_id: str) -> None:
        """Forget every address of a consent."""
        ...
