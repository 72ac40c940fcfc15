"""Is this all? Hold every entry the ledger proves of a pair against the receipts kept here.

The answer is proven by the map that is sealed into the log, so an entry left out of it is found;
an entry that is not in the log is found by the receipt that proves it was. What others filed, and
nobody told us of, is news and not an error.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from consent.complete.proof import CompleteEntries, CompletenessProof
from consent.errors import ConsentError, ConsentFailure
from consent.forms.entry import Author, EntryType, Leaf
from consent.forms.receipt import Receipt
from keys import base64url
from keys.errors import KeysError
from keys.strict_json import JsonObject, loads_object
from wallet.kept.keeping import BoxKind
from wallet.kept.vault import Vault
from wallet.ledger.appending import Log
from wallet.ledger.log_view import Seen
from wallet.outside.correspondence import JSON, LARGE_ANSWER, Correspondent, UnansweredError
from wallet.ports import Ports

_OK: Final = 200


class Gap(StrEnum):
    """What is wrong with the list of one pair.

    left_out: the answer hides an entry that the log has; not_in_log: a receipt here proves an
    entry that the list has not; no_receipt: an entry in the holder's name that this wallet did
    not keep; unproven: the answer proves nothing; unreachable: there was none, or nothing is
    sealed yet.
    """

    LEFT_OUT = "left_out"
    NOT_IN_LOG = "not_in_log"
    NO_RECEIPT = "no_receipt"
    UNPROVEN = "unproven"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class Problem:
    """One gap: ``detail`` in the proof's own words, ``index`` of an entry, ``receipt`` of ours."""

    gap: Gap
    detail: str = ""
    index: int | None = None
    receipt: str | None = None

    def as_dict(self) -> JsonObject:
        """Return the JSON form."""
        return {
            "what": self.gap.value,
            "detail": self.detail,
            "index": self.index,
            "receipt": self.receipt,
        }


@dataclass(frozen=True, slots=True)
class Held:
    """A receipt kept here, by the name of its box."""

    id: str
    receipt: Receipt


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of the list, with the receipt kept of it: None for what is news to this wallet."""

    index: int
    leaf: Leaf
    receipt: str | None

    @property
    def is_news(self) -> bool:
        """Whether somebody else filed it and this wallet was not told.

        What is about another person is filed by the holder who showed it, a member's of the
        household: under such a label it need not be this one.
        """
        others = self.leaf.type.author is not Author.HOLDER or self.leaf.type is EntryType.ABOUT
        return self.receipt is None and others

    def as_dict(self) -> JsonObject:
        """Return the JSON form."""
        return {
            "index": self.index,
            "number": self.leaf.number,
            "type": self.leaf.type.value,
            "receipt": self.receipt,
            "news": self.is_news,
        }


@dataclass(frozen=True, slots=True)
class PairList:
    """What the ledger proves of one label, beside what is kept here.

    ``lines`` are sealed: they are all there are as of ``seen``. ``newer`` came after the seal.
    """

    lines: tuple[Line, ...]
    newer: tuple[Line, ...]
    problems: tuple[Problem, ...]
    seen: Seen | None


async def held_receipts(*, ports: Ports, vault: Vault) -> tuple[Held, ...]:
    """Return every receipt kept here, the newest first; those of an earlier form are left out.

    What they were about stands in a log whose entries commit to records of that form.
    """
    held = list[Held]()
    for box in await ports.shelf.all(vault.holder, BoxKind.RECEIPT):
        with suppress(ConsentError):
            held.append(Held(box.id, Receipt.parse(vault.open(box))))
    return tuple(held)


async def list_of(
    label: bytes, held: Sequence[Held], *, log: Log, correspondent: Correspondent
) -> PairList:
    """Return the list of one label as far as it can be proven; raises nothing of the world."""
    try:
        answer = await correspondent.get(
            f"{log.url}/consent/labels/{base64url.encode(label)}", accept=JSON, limit=LARGE_ANSWER
        )
    except UnansweredError:
        return _without(Problem(Gap.UNREACHABLE))
    if answer.status != _OK:
        return _without(Problem(Gap.UNREACHABLE, f"the ledger answered {answer.status}"))
    try:
        proof = CompletenessProof.parse(loads_object(answer.body, limit=LARGE_ANSWER))
        proven = proof.verify(log_key=log.key(), expected_label=label)
        seen = Seen.of(proof.sealed.checkpoint, log)
    except KeysError as error:
        return _without(Problem(Gap.UNPROVEN, error.detail))
    except ConsentError as error:
        is_gap = error.failure is ConsentFailure.INCOMPLETE
        return _without(Problem(Gap.LEFT_OUT if is_gap else Gap.UNPROVEN, error.detail))
    return hold_against(proven, held, seen)


def hold_against(proven: CompleteEntries, held: Sequence[Held], seen: Seen) -> PairList:
    """Return the list with each entry's receipt, and what is in one and not in the other."""
    receipts = {Leaf.parse(each.receipt.log.leaf).hash(): each for each in held}

    def line(entry: tuple[int, Leaf]) -> Line:
        index, leaf = entry
        kept = receipts.get(leaf.hash())
        return Line(index, leaf, None if kept is None else kept.id)

    lines, newer = tuple(map(line, proven.entries)), tuple(map(line, proven.newer))
    listed = {each.leaf.hash() for each in (*lines, *newer)}
    missing = [
        Problem(Gap.NOT_IN_LOG, index=each.receipt.log.index, receipt=each.id)
        for leaf_hash, each in receipts.items()
        if leaf_hash not in listed
    ]
    foreign = [
        Problem(Gap.NO_RECEIPT, each.leaf.type.value, index=each.index)
        for each in (*lines, *newer)
        if each.receipt is None and not each.is_news
    ]
    return PairList(lines, newer, (*missing, *foreign), seen)


def _without(problem: Problem) -> PairList:
    return PairList((), (), (problem,), None)
