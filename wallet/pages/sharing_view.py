"""How a sharing stands, in the tones and words of a card; what is owed comes before what is."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from consent.forms.record import EventState
from consent.forms.states import ConsentState, Duty
from consent.forms.withdrawal_notice import NoticeKind
from wallet.history.sharings import Sharing, Source, Wish
from wallet.kept.outbox import Stage
from wallet.pages.standing import Standing
from wallet.presenting.standing import is_standing

_ENDED: Final = frozenset({ConsentState.ERASED, ConsentState.UNKNOWN, ConsentState.REFUSED})


@dataclass(frozen=True, slots=True)
class SeenSharing:
    """One sharing in words; times are ISO 8601 where the page makes days of them.

    ``standing_until`` is there while the wallet answers by itself, until then.
    ``uses`` are the times it was used, ``reused_by`` who used one shown code, where several did;
    ``attempts`` how often the party was told in vain,
    ``has_address`` whether it says where to tell it.
    """

    id: str
    party: str
    standing: Standing
    source: Source
    given_at: datetime
    uses: tuple[datetime, ...]
    uses_left: int | None
    next_use_at: datetime | None
    kept_until: datetime | None
    duties: tuple[Duty, ...]
    events: tuple[tuple[datetime, EventState], ...]
    reused_by: tuple[str, ...]
    attempts: int
    standing_until: datetime | None
    has_address: bool
    may_withdraw: bool
    may_ask_erasure: bool

    @property
    def is_overdue(self) -> bool:
        """Whether the party owes something that it has not done in its time."""
        return any(_is_late(each) for each in self.duties)

    @property
    def is_used_up(self) -> bool:
        """Whether nothing is left to be stopped: what is left is erasure."""
        return self.uses_left == 0


def seen_sharing(sharing: Sharing) -> SeenSharing:
    """Return a sharing as a page tells it."""
    record, standing = sharing.given.record, sharing.standing
    events = tuple((each.record.event_time, each.record.event_state) for each in sharing.events)
    wishes = {each.withdrawal.kind: each for each in sharing.wishes}
    is_over = standing.state in _ENDED
    taken_back = _is_under_way(wishes.get(NoticeKind.WITHDRAWN))
    asked = _is_under_way(wishes.get(NoticeKind.DELETION_REQUESTED))
    return SeenSharing(
        id=record.record_id,
        party=record.controller.name,
        standing=chip_of(sharing),
        source=sharing.source,
        given_at=record.event_time,
        uses=tuple(at for at, state in events if state in _USES),
        uses_left=standing.uses_left,
        next_use_at=standing.next_use_at,
        kept_until=sharing.kept_until,
        duties=tuple(sorted(standing.duties, key=lambda each: each.due_at)),
        events=events,
        reused_by=tuple(party.name for party in sharing.reused_by),
        attempts=max((each.errand.attempts for each in sharing.wishes if _waits(each)), default=0),
        standing_until=_standing_until(sharing),
        has_address=sharing.given.terms is not None,
        may_withdraw=not taken_back and not is_over,
        may_ask_erasure=not taken_back and not asked and not is_over,
    )


def _standing_until(sharing: Sharing) -> datetime | None:
    """Return until when the wallet answers by itself, None for a consent that it does not."""
    terms = sharing.given.terms
    is_active = sharing.standing.state is ConsentState.ACTIVE
    return terms.until if terms is not None and is_active and is_standing(terms) else None


def chip_of(sharing: Sharing) -> Standing:
    """Return what to know first: a contradiction, a debt, what is under way, or the state."""
    trouble = _trouble(sharing)
    if trouble is not None:
        return Standing("no", "!", trouble)
    for wish in sharing.wishes:
        match wish.errand.stage:
            case Stage.RECORDING:
                return Standing("wait", "…", "standing_recording")
            case Stage.REFUSED:
                return Standing("no", "!", "standing_not_recorded")
            # What is asked of issuers is no wish, and never among them.
            case Stage.TELLING | Stage.DONE | Stage.PREPARING | Stage.TENDING | Stage.REVOKING:
                continue
    if sharing.given.terms is None and sharing.standing.state is ConsentState.ACTIVE:
        return Standing("wait", "○", "standing_no_terms")
    return _of_state(sharing.standing.state)


def _trouble(sharing: Sharing) -> str | None:
    """Return what somebody else did wrong, the worst first."""
    if sharing.source is Source.CONTRADICTED:
        return "standing_contradicted"
    if any(_is_late(each) for each in sharing.standing.duties):
        return "standing_overdue"
    return "standing_reused" if sharing.reused_by else None


def _of_state(state: ConsentState) -> Standing:
    tone, sign = SIGNS[state]
    return Standing(tone, sign, f"standing_{state.value}")


# Total: a test holds every state against this table and the texts.
SIGNS: Final = {
    ConsentState.ACTIVE: ("yes", "✓"),
    ConsentState.USED_UP: ("yes", "✓"),
    ConsentState.EXPIRED: ("yes", "✓"),
    ConsentState.WITHDRAWN: ("wait", "…"),
    ConsentState.STOPPED: ("yes", "✓"),
    ConsentState.ERASED: ("yes", "✓"),
    ConsentState.RETAINED: ("wait", "!"),
    ConsentState.REFUSED: ("wait", "○"),
    ConsentState.UNKNOWN: ("wait", "?"),
}
_USES: Final = frozenset({EventState.USED, EventState.USED_LATE})


def _is_late(duty: Duty) -> bool:
    return duty.overdue and duty.done_at is None


def _is_under_way(wish: Wish | None) -> bool:
    return wish is not None and wish.errand.stage is not Stage.REFUSED


def _waits(wish: Wish) -> bool:
    return wish.errand.stage is Stage.TELLING
