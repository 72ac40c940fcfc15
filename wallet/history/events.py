"""What happened, for the holder's eyes: parties, names of claims, times; never a value.

Refusals and failures are remembered too: who asked for what is worth knowing most when the
answer was no.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from keys.strict_json import JsonObject, JsonValue


class Event(StrEnum):
    """What the holder did, or what did not come about."""

    RECEIVED = "received"
    PRESENTED = "presented"
    SHOWN = "shown"
    REFUSED = "refused"
    RENEWED = "renewed"
    LOST = "lost"
    DELETED = "deleted"
    WITHDRAWN = "withdrawn"
    DELETION_REQUESTED = "deletion_requested"
    # By the wallet itself, inside a standing consent.
    ANSWERED = "answered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Counterpart:
    """The other side: ``verified`` means that a trusted certificate named it."""

    id: str
    name: str
    verified: bool

    def as_dict(self) -> JsonObject:
        """Return the JSON form."""
        return {"id": self.id, "name": self.name, "verified": self.verified}


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One event; ``claims`` are dotted paths, ``reason`` is a code for what went wrong.

    ``receipt`` is the id of our own entry's receipt, ``used_receipt`` of the party's;
    ``redirect_uri`` is where the party goes on with the holder, as it answered; ``consent`` the
    consent that was taken back or whose data is to be erased; ``over_asked`` the claims that were
    asked for beyond the party's own terms or registration, sent or not.
    """

    id: str
    at: datetime
    event: Event
    counterpart: Counterpart
    credential_types: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()
    reason: str | None = None
    receipt: str | None = None
    used_receipt: str | None = None
    redirect_uri: str | None = None
    consent: str | None = None
    over_asked: tuple[str, ...] = ()

    def as_dict(self) -> JsonObject:
        """Return the JSON form; ``at`` in UTC to the second."""
        return {
            "id": self.id,
            "at": self.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "event": self.event.value,
            "party": self.counterpart.as_dict(),
            "credential_types": list[JsonValue](self.credential_types),
            "claims": list[JsonValue](self.claims),
            "reason": self.reason,
            "receipt": self.receipt,
            "used_receipt": self.used_receipt,
            "redirect_uri": self.redirect_uri,
            "consent": self.consent,
            "over_asked": list[JsonValue](self.over_asked),
        }
