"""What was lost with a device, certificate by certificate, and how far it was taken back."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final, Self

from keys.strict_json import JsonObject
from wallet.outside.tokens import Renewal

# As long as the longest certificate is good: afterwards nobody can show what was not taken back.
LISTED: Final = timedelta(days=90)


class Return(StrEnum):
    """How far a lost certificate was taken back."""

    TAKEN_BACK = "taken_back"
    # Its issuer has not answered yet, and is asked again.
    ASKED = "asked"
    # It gave nothing to ask with, or takes nothing back this way: its holder tells it.
    TELL_ISSUER = "tell_issuer"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Loss:
    """A certificate that was here: what it was, and how far it was taken back.

    ``names`` are by language tag, as its issuer described it; none for one that never came.
    ``is_hidden`` tells that it is listed no more, or never was.
    """

    id: str
    vct: str
    names: JsonObject
    issuer: str
    issuer_name: str
    lost_at: datetime
    ended: Return = Return.ASKED
    renewal: Renewal | None = field(default=None, repr=False)
    is_hidden: bool = False

    @property
    def is_finished(self) -> bool:
        """Whether nobody is asked about it any more."""
        return self.ended is not Return.ASKED

    def is_listed(self, now: datetime) -> bool:
        """Tell whether its holder is shown it: until it is hidden, or was over for long."""
        return not self.is_hidden and not (self.is_finished and now - self.lost_at >= LISTED)

    def told(self) -> JsonObject:
        """Return what its holder is told: nothing of token and keys."""
        return {
            "credential_id": self.id,
            "vct": self.vct,
            "issuer": self.issuer,
            "state": self.ended.value,
        }

    def as_dict(self) -> JsonObject:
        """Return the JSON form that is kept, sealed; it holds keys to ask the issuer with."""
        return {
            "lost_credential": self.id,
            "vct": self.vct,
            "names": self.names,
            "issuer": self.issuer,
            "issuer_name": self.issuer_name,
            "lost_at": int(self.lost_at.timestamp()),
            "ended": self.ended.value,
            "renewal": None if self.renewal is None else self.renewal.as_dict(),
            "is_hidden": self.is_hidden,
        }

    @classmethod
    def parse(cls, value: JsonObject) -> Self | None:
        """Read what `as_dict` wrote; None for an errand of another kind."""
        match value:
            case {
                "lost_credential": str(credential_id),
                "vct": str(vct),
                "names": dict(names),
                "issuer": str(issuer),
                "issuer_name": str(name),
                "lost_at": int(lost_at),
                "ended": str(ended),
                "renewal": renewal,
                **others,
            }:
                return cls(
                    credential_id,
                    vct,
                    names,
                    issuer,
                    name,
                    datetime.fromtimestamp(lost_at, UTC),
                    Return(ended),
                    None if renewal is None else Renewal.parse(renewal),
                    # A box of an earlier release has no such member.
                    others.get("is_hidden") is True,
                )
            case _:
                return None
