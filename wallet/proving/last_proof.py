"""The last proof a holder asked for, kept for the page: what it said, and when."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Self

from keys.strict_json import JsonObject, JsonValue
from wallet.kept.keeping import BoxKind
from wallet.kept.vault import Vault
from wallet.ledger.log_view import View
from wallet.ports import Ports
from wallet.proving.whole_history import ProvenHistory, ProvenPair

_PLACE: Final = "proof"


@dataclass(frozen=True, slots=True)
class Told:
    """One thing about one party: ``what`` is a gap's code, or the type of an entry.

    ``receipt`` is one of ours that proves what is missing, ``detail`` the proof's own words.
    """

    party: str
    what: str
    detail: str = ""
    receipt: str | None = None

    def as_dict(self) -> JsonObject:
        """Return the JSON form that is kept."""
        return {
            "party": self.party,
            "what": self.what,
            "detail": self.detail,
            "receipt": self.receipt,
        }

    @classmethod
    def parse(cls, value: JsonValue) -> Self:
        """Read what `as_dict` wrote; anything else is a bug (ValueError)."""
        match value:
            case {
                "party": str(party),
                "what": str(what),
                "detail": str(detail),
                "receipt": str() | None as receipt,
            }:
                return cls(party, what, detail, receipt)
            case _:
                raise ValueError("this is nothing a proof told")


@dataclass(frozen=True, slots=True)
class LastProof:
    """What a proof came to: ``pairs`` are names and how many entries each has.

    A name is empty for a member of the household that no copy names. ``size`` is that of the
    checkpoint it was proven by, None when nothing was.
    """

    at: datetime
    is_complete: bool
    entries: int
    size: int | None
    view: View
    pairs: tuple[tuple[str, int], ...]
    gaps: tuple[Told, ...]
    news: tuple[Told, ...]
    contradicting: tuple[str, ...]

    @classmethod
    def of(cls, proven: ProvenHistory, at: datetime) -> Self:
        """Return what is kept of a proof."""
        return cls(
            at=at,
            is_complete=proven.is_complete,
            entries=proven.entries,
            size=None if proven.seen is None else proven.seen.checkpoint.size,
            view=proven.view,
            pairs=tuple(
                (each.name, len(each.list.lines)) for each in proven.pairs if _is_told(each)
            ),
            gaps=tuple(told for each in proven.pairs for told in _gaps(each)),
            news=tuple(Told(pair.name, line.leaf.type.value) for pair, line in proven.news),
            contradicting=proven.contradicting,
        )

    def as_dict(self) -> JsonObject:
        """Return the JSON form that is kept, sealed."""
        return {
            "at": self.at.isoformat(),
            "complete": self.is_complete,
            "entries": self.entries,
            "size": self.size,
            "view": self.view.value,
            "pairs": [[name, count] for name, count in self.pairs],
            "gaps": [each.as_dict() for each in self.gaps],
            "news": [each.as_dict() for each in self.news],
            "contradicting": list[JsonValue](self.contradicting),
        }

    @classmethod
    def parse(cls, value: JsonValue) -> Self:
        """Read what `as_dict` wrote; anything else is a bug (ValueError)."""
        match value:
            case {
                "at": str(at),
                "complete": bool(is_complete),
                "entries": int(entries),
                "size": int() | None as size,
                "view": str(view),
                "pairs": list(pairs),
                "gaps": list(gaps),
                "news": list(news),
                "contradicting": list(notes),
            }:
                return cls(
                    datetime.fromisoformat(at),
                    is_complete,
                    entries,
                    size,
                    View(view),
                    tuple(map(_pair, pairs)),
                    tuple(map(Told.parse, gaps)),
                    tuple(map(Told.parse, news)),
                    tuple(map(str, notes)),
                )
            case _:
                raise ValueError("this is no proof that was kept")


async def keep(proven: ProvenHistory, *, ports: Ports, vault: Vault, now: datetime) -> LastProof:
    """Keep what a proof said, in place of the one before."""
    last = LastProof.of(proven, now)
    await ports.shelf.put(vault.seal(BoxKind.LOG_SEEN, _PLACE, now, last.as_dict()))
    return last


async def last_proof(*, ports: Ports, vault: Vault) -> LastProof | None:
    """Return what the last proof said, None when none was asked for."""
    box = await ports.shelf.find(vault.holder, BoxKind.LOG_SEEN, _PLACE)
    return None if box is None else LastProof.parse(vault.open(box))


def _is_told(pair: ProvenPair) -> bool:
    """Tell whether a list is worth a line: a household where nobody showed anything is not."""
    return not pair.whose.is_household or bool(pair.list.lines)


def _gaps(pair: ProvenPair) -> tuple[Told, ...]:
    return tuple(
        Told(pair.name, each.gap.value, each.detail, each.receipt) for each in pair.list.problems
    )


def _pair(value: JsonValue) -> tuple[str, int]:
    match value:
        case [str(name), int(count)]:
            return name, count
        case _:
            raise ValueError("a party and its number of entries were expected")
