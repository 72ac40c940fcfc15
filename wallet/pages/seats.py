"""A place in an answer that more than one certificate, or other evidence of one, could take.

What is picked is named by what it discloses, hashed (`Disclosing.key`), and never by its place.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from keys.strict_json import JsonValue
from wallet.pages.question import AskedClaim, claims_of
from wallet.presenting.choosing import Choice, Disclosing
from wallet.presenting.possible import Possible
from wallet.presenting.reviewing import MAX_LISTED
from wallet.status.states import CredentialState
from web.language import Language, pick

# Claims beside each certificate of a list: enough to tell them apart, short enough to read.
_TOLD: Final = 3


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
    ) -> tuple["Listed", ...]:
        """Return what the page lists: what is picked is never left out."""
        picked = {each.key for each in self.picked}
        shown = [
            each
            for place, each in enumerate(self.every)
            if place < MAX_LISTED or each.key in picked
        ]
        claims = [claims_of(each.credential, each.paths, language) for each in shown]
        return tuple(
            _listed(each, states, language, told, is_picked=each.key in picked)
            for each, told in zip(shown, _telling(claims), strict=True)
        )


@dataclass(frozen=True, slots=True)
class Listed:
    """One certificate to pick: its name, who issued it and when, how it stands today.

    ``state`` names the room's word for that, ``claims`` are those that tell it from the others:
    what it would show and another would not, and values that are not everywhere the same.
    """

    key: str
    name: str
    issuer_name: str
    received_at: datetime
    expires_at: datetime | None
    state: str
    claims: tuple[tuple[str, JsonValue], ...]
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


def _telling(
    claims: Sequence[Sequence[AskedClaim]],
) -> list[tuple[tuple[str, JsonValue], ...]]:
    """Return of each the claims that tell it from the others; no value where one shows no such."""
    known = [{claim.caption: claim.shown for claim in each} for each in claims]
    everywhere = set(known[0]).intersection(*known)
    differing = {
        caption
        for caption in everywhere
        if len({json.dumps(each[caption], sort_keys=True) for each in known}) > 1
    }
    return [
        tuple(
            (caption, value if caption in everywhere else None)
            for caption, value in each.items()
            if caption in differing or caption not in everywhere
        )[:_TOLD]
        for each in known
    ]


def _listed(
    each: Disclosing,
    states: Mapping[str, CredentialState],
    language: Language,
    claims: tuple[tuple[str, JsonValue], ...],
    *,
    is_picked: bool,
) -> Listed:
    held = each.credential
    return Listed(
        each.key,
        pick(held.description.names(), language),
        held.provenance.name,
        held.received_at,
        held.expires_at,
        f"state_{states[held.id].value}",
        claims,
        is_picked,
    )
