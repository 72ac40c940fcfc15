"""A place in an answer that more than one certificate, or other evidence of one, could take.

What is picked is named by what it discloses, hashed (`Disclosing.key`), and never by its place.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from wallet.pages.question import claims_of
from wallet.presenting.choosing import Choice, Disclosing
from wallet.presenting.possible import Possible
from wallet.presenting.reviewing import MAX_LISTED
from wallet.status.states import CredentialState
from web.language import Language, pick


@dataclass(frozen=True, slots=True)
class Seat:
    """What may answer one credential query: one of ``every``, or several where it says so.

    ``picked`` is what answers now. ``is_answered`` tells that the citizen picked it, not we.
    """

    query_id: str
    takes_several: bool
    every: tuple[Disclosing, ...]
    picked: tuple[Disclosing, ...]
    is_answered: bool

    def listed(
        self, states: Mapping[str, CredentialState], language: Language
    ) -> Iterator["Listed"]:
        """Yield what the page lists: what is picked is never left out."""
        has_evidence = len({each.credential.id for each in self.every}) < len(self.every)
        keys = {each.key for each in self.picked}
        for place, each in enumerate(self.every):
            if place < MAX_LISTED or each.key in keys:
                yield _listed(
                    each,
                    states[each.credential.id],
                    language,
                    is_picked=each.key in keys,
                    has_evidence=has_evidence,
                )


@dataclass(frozen=True, slots=True)
class Listed:
    """One certificate to pick: its name, who issued it and when, how it stands today.

    ``state`` names the room's word for that, ``evidence`` what this one would show, where one
    certificate answers in several ways.
    """

    key: str
    name: str
    issuer_name: str
    received_at: datetime
    expires_at: datetime | None
    state: str
    evidence: tuple[str, ...]
    is_picked: bool


def seats_of(possible: Possible, choice: Choice, picked: Sequence[str]) -> tuple[Seat, ...]:
    """Return the seats of an answer, with what is picked in each; none with one alternative."""
    names = dict.fromkeys(each.query_id for each in choice)
    seats = (_seat(possible, name, frozenset(picked)) for name in names)
    return tuple(seat for seat in seats if len(seat.every) > 1)


def _seat(possible: Possible, query_id: str, picked: frozenset[str]) -> Seat:
    every = possible.alternatives(query_id)
    found = tuple(each for each in every if each.key in picked)
    chosen = (found or every)[: possible.presentations(query_id) if found else 1]
    several = possible.presentations(query_id) > 1
    return Seat(query_id, several, every, chosen, is_answered=bool(found))


def _listed(
    each: Disclosing,
    state: CredentialState,
    language: Language,
    *,
    is_picked: bool,
    has_evidence: bool,
) -> Listed:
    held = each.credential
    claims = claims_of(held, each.paths, language) if has_evidence else ()
    return Listed(
        each.key,
        pick(held.description.names(), language),
        held.provenance.name,
        held.received_at,
        held.expires_at,
        f"state_{state.value}",
        tuple(claim.caption for claim in claims),
        is_picked,
    )
