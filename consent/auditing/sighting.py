"""Who else has signed the log's present state, and whether the auditor's policy takes that."""

from dataclasses import dataclass
from datetime import datetime

from consent.errors import ConsentError, ConsentFailure
from consent.forms.fields import instant_text
from consent.tlog.tlog_policy import Policy
from consent.tlog.verifier_key import VerifierKey
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

    ``quorum`` is what the policy asks for, in words; None where it asks for nobody, and then
    nothing may be claimed. ``own`` are the witnesses whose names lie
    under the log's own host: another key, but the same operator, so no independent view.
    """

    by: tuple[Seen, ...]
    absent: tuple[str, ...]
    quorum: str | None
    own: tuple[str, ...] = ()

    def sentence(self) -> str:
        """Return what may be claimed: who saw it, by which quorum, and who is the log's own."""
        names = ", ".join(seen.name for seen in self.by)
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


def sight(note: str, *, policy: Policy, log_key: VerifierKey) -> Sighting:
    """Return who of the policy has seen a checkpoint of the log, or raise `ConsentError`.

    quorum_missing: not enough have, and the detail names who is absent; note_signature_invalid: a
    known witness's line does not verify; not_registered: the policy is for other logs.
    """
    if policy.logs and log_key not in [log.key for log in policy.logs]:
        raise ConsentError(
            ConsentFailure.NOT_REGISTERED, f"the policy is for other logs than {log_key.name}"
        )
    quorum = policy.check(note, log_keys=(log_key,))
    at = {cosignature.key: cosignature.at for cosignature in quorum.cosignatures}
    seen = [witness for witness in policy.witnesses if witness.key in at]
    return Sighting(
        by=tuple(Seen(witness.name, at[witness.key]) for witness in seen),
        absent=tuple(witness.name for witness in policy.witnesses if witness.key not in at),
        quorum=None if policy.quorum is None else _words(policy, policy.quorum),
        own=tuple(each.name for each in seen if _host(each.key) == _host(log_key)),
    )


def _words(policy: Policy, name: str) -> str:
    """Return what a quorum asks for: ``2 of regulator and (1 of university, court)``."""
    for group in policy.groups:
        if group.name == name:
            inner = {each.name for each in policy.groups}
            words = (
                f"({_words(policy, member)})" if member in inner else member
                for member in group.members
            )
            return f"{group.threshold} of {', '.join(words)}"
    return name


def _host(key: VerifierKey) -> str:
    """Return the first part of a key's name: a name is a web address without its scheme."""
    return key.name.partition("/")[0]
