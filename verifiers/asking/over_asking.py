"""Attempts to ask for more than is registered: refused, counted, and told to the ledger (T30).

Nobody has been asked yet, so there is no pair and no label of one: the entry stands under the
party's own label, which anyone can compute, and says which claims, and nothing about a person.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from consent.forms.entry import party_label
from consent.forms.reason import Reason
from consent.forms.record import EventState
from keys import base64url
from keys.entropy import Entropy
from verifiers.owing.duty_records import DutyRecords, Word
from verifiers.recording.filing import Filing
from verifiers.registered.registration import Registrations

_NAME_SIZE: Final = 16


@dataclass(frozen=True, slots=True)
class RefusedAsking:
    """One attempt: whose, for which purpose, and the claim paths (dotted) it asked for."""

    party: str
    purpose: str
    asked: tuple[str, ...]
    refused_at: datetime


class RefusedAskings(Protocol):
    """Where attempts are kept."""

    async def note_refused(self, asking: RefusedAsking, owed: Filing) -> None:
        """Keep one attempt, and owe the entry that tells of it, in one step."""
        ...

    async def refused(self, limit: int) -> tuple[RefusedAsking, ...]:
        """Return the latest attempts, the last first."""
        ...


class OverAskings:
    """Notes attempts for the log whose origin is asked for when one happens."""

    def __init__(
        self,
        registrations: Registrations,
        askings: RefusedAskings,
        records: DutyRecords,
        *,
        origin: Callable[[], str],
        entropy: Entropy,
    ) -> None:
        self._registrations = registrations
        self._askings = askings
        self._records = records
        self._origin = origin
        self._entropy = entropy

    async def note(self, asking: RefusedAsking) -> None:
        """Keep one attempt; each is an entry of its own, however alike they are."""
        party = self._registrations.party(asking.party)
        word = Word(
            EventState.OVER_ASKED,
            cause=base64url.encode(self._entropy(_NAME_SIZE)),
            reason=Reason.BEYOND_REGISTRATION,
            asked=asking.asked,
        )
        label = party_label(asking.party, self._origin())
        owed = self._records.of_party(party, label, word, now=asking.refused_at)
        await self._askings.note_refused(asking, owed)
