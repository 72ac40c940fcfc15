"""Which logs a reader trusts, and whose cosignatures are enough (C2SP tlog-policy).

    log example.com/log+7997405c+AQcC…
    witness regulator witness.example.gov/w+…+BOvN… https://witness.example.gov
    witness university …
    witness court …
    group others any university court
    group both all regulator others
    quorum both

Names are the file's own and mean nothing outside it. A line may only name what stands above it, so
no group contains itself; no name is a member twice, so no witness counts twice.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from consent.errors import ConsentError, ConsentFailure
from consent.tlog.checkpoint import Checkpoint
from consent.tlog.cosignature import Cosignature, open_of_any_log
from consent.tlog.policy_lines import NONE, Group, PolicyLog, Witness, read_lines
from consent.tlog.verifier_key import VerifierKey, malformed


@dataclass(frozen=True, slots=True)
class Quorum:
    """A checkpoint that enough have seen, as a policy says; only `Policy.check` makes one.

    ``witnesses`` and ``groups`` are the policy's names of all that are satisfied, asked for or
    not, in the order of the file.
    """

    checkpoint: Checkpoint
    cosignatures: tuple[Cosignature, ...]
    witnesses: tuple[str, ...]
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """Logs, witnesses and groups in the order of the file; ``quorum`` None asks for no witness."""

    logs: tuple[PolicyLog, ...]
    witnesses: tuple[Witness, ...]
    groups: tuple[Group, ...]
    quorum: str | None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a policy file, or raise `ConsentError` (malformed) naming the line.

        Names are octets and not letters: a file that is not UTF-8 is decoded with
        ``surrogateescape``, which keeps different names different.
        """
        lines = read_lines(text)
        if lines.quorum is None:
            raise malformed("a policy has one quorum line")
        return cls(
            tuple(lines.logs),
            tuple(lines.witnesses.values()),
            tuple(lines.groups.values()),
            None if lines.quorum == NONE else lines.quorum,
        )

    def check(self, note: str, *, log_keys: Iterable[VerifierKey] = ()) -> Quorum:
        """Return who has seen the checkpoint, or raise `ConsentError`.

        quorum_missing: signed by the log, but not seen by enough, and the detail says who is
        absent; otherwise as `open_of_any_log`. ``log_keys`` are of logs the caller trusts beside
        those of the file, which may have none.
        """
        opened = open_of_any_log(
            note,
            log_keys=(
                *(log.key for log in self.logs),
                *(each for key in log_keys for each in key.history),
            ),
            witnesses=[witness.key for witness in self.witnesses],
        )
        signed = {cosignature.key for cosignature in opened.cosignatures}
        witnesses = tuple(one.name for one in self.witnesses if one.key in signed)
        groups = self._satisfied(witnesses)
        if self.quorum is not None and self.quorum not in (*witnesses, *groups):
            absent = self._absent(self.quorum, frozenset((*witnesses, *groups)))
            raise ConsentError(
                ConsentFailure.QUORUM_MISSING,
                f"{self.quorum} has not seen this checkpoint: {', '.join(absent)} absent",
            )
        return Quorum(opened.checkpoint, opened.cosignatures, witnesses, groups)

    def _satisfied(self, witnesses: tuple[str, ...]) -> tuple[str, ...]:
        """Members stand above their group, so one pass in the file's order is enough."""
        seen = list(witnesses)
        for group in self.groups:
            if sum(member in seen for member in group.members) >= group.threshold:
                seen.append(group.name)
        return tuple(seen[len(witnesses) :])

    def _absent(self, name: str, seen: frozenset[str]) -> list[str]:
        """Return the witnesses below ``name`` that have not signed, in the file's order.

        Only below groups that lack somebody: who is absent where others were enough is not missed.
        """
        members = {group.name: group.members for group in self.groups}.get(name)
        if members is None:
            return [name]
        return [
            witness
            for member in members
            if member not in seen
            for witness in self._absent(member, seen)
        ]
