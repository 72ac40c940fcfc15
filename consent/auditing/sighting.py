"""Who else has signed the log's present state, and whether the auditor's policy takes that."""

from dataclasses import dataclass
from datetime import datetime

from consent.forms.fields import instant_text
from keys.json_value import JsonObject, JsonValue


@dataclass(frozen=True, slots=True)
class Seen:
    """One witness that cosigned the checkpoint; ``at`` is its own clock's time, in UTC."""

    name: str
    at: datetime

    def as_dict(self) -> JsonObject:
        """Return ``{"name", "at"}``."""
        return {"name": self.name, "at": instant_text(self.at)}


@dataclass(frozen=True, slots=True)
class Sighting:
    """The witnesses of a policy that saw this checkpoint, and those that did not.

    ``quorum`` is what the policy asks for, in words. ``own`` are the witnesses whose names lie
    under the log's own host: another key, but the same operator, so no independent view.
    """

    by: tuple[Seen, ...]
    absent: tuple[str, ...]
    quorum: str
    own: tuple[str, ...] = ()

    def sentence(self) -> str:
        """Return what may be claimed: who saw it, by which quorum, and who is the log's own."""
        names = ", ".join(seen.name for seen in self.by) or "nobody"
        own = f"; the log's own operator runs {', '.join(self.own)}" if self.own else ""
        return f"seen the same by {names} (quorum of {self.quorum}{own})"

    def as_dict(self) -> JsonObject:
        """Return ``{"seen_by", "absent", "quorum", "own"}``."""
        return {
            "seen_by": list[JsonValue]([seen.as_dict() for seen in self.by]),
            "absent": list[JsonValue](self.absent),
            "quorum": self.quorum,
            "own": list[JsonValue](self.own),
        }
