"""The lines of a policy file, read one after the other (C2SP tlog-policy)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from consent.errors import ConsentError
from consent.tlog.verifier_key import KeyKind, VerifierKey, malformed

# The quorum that asks for nobody; no group can have it as a member.
NONE: Final = "none"
# tlog-policy asks for 32 of each at the least.
_LINES_LIMIT: Final = 64
_TEXT_LIMIT: Final = 512 * 1024

_NOT_ALLOWED = re.compile("[\x00-\x08\x0b-\x1f\x7f]")
_BLANK = re.compile("[ \t]+")
_THRESHOLD = re.compile("[1-9][0-9]?")


@dataclass(frozen=True, slots=True)
class PolicyLog:
    """A log that is accepted; the key's name is its origin."""

    key: VerifierKey
    url: str | None


@dataclass(frozen=True, slots=True)
class Witness:
    """Who may cosign: ``name`` is the policy's own word for it, the key has another.

    ``url`` is the submission prefix of tlog-witness, which only a log needs.
    """

    name: str
    key: VerifierKey
    url: str | None


@dataclass(frozen=True, slots=True)
class Group:
    """A group that has seen a checkpoint when ``threshold`` of its members have."""

    name: str
    threshold: int
    members: tuple[str, ...]


@dataclass(slots=True)
class PolicyLines:
    """What the lines so far have defined; witnesses and groups share their names."""

    logs: list[PolicyLog] = field(default_factory=list)
    witnesses: dict[str, Witness] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    quorum: str | None = None

    def add(self, words: Sequence[str]) -> None:
        """Read one line's words, or raise `ConsentError` (malformed)."""
        match words:
            case ["log", vkey, *url] if len(url) <= 1:
                self._log(VerifierKey.parse(vkey), *url)
            case ["witness", name, vkey, *url] if len(url) <= 1:
                self._witness(name, VerifierKey.parse(vkey), *url)
            case ["group", name, threshold, *members] if members:
                self._group(name, threshold, tuple(members))
            case ["quorum", name] if self.quorum is None:
                if name != NONE:
                    self._check_defined(name)
                self.quorum = name
            case _:
                raise malformed("log, witness, group or the one quorum was expected")

    def _log(self, key: VerifierKey, url: str | None = None) -> None:
        _check_new(key, [log.key for log in self.logs])
        self.logs.append(PolicyLog(key, url))

    def _witness(self, name: str, key: VerifierKey, url: str | None = None) -> None:
        self._check_free(name)
        if key.kind is KeyKind.ED25519:
            raise malformed("a witness has a cosigner's key, of kind 4 or 6")
        _check_new(key, [witness.key for witness in self.witnesses.values()])
        self.witnesses[name] = Witness(name, key, url)

    def _group(self, name: str, threshold: str, members: tuple[str, ...]) -> None:
        self._check_free(name)
        taken = {member for group in self.groups.values() for member in group.members}
        for member in members:
            self._check_defined(member)
            if member in taken or members.count(member) > 1:
                raise malformed(f"{member} is a member twice")
        self.groups[name] = Group(name, _count(threshold, len(members)), members)

    def _check_free(self, name: str) -> None:
        if name == NONE or name in self.witnesses or name in self.groups:
            raise malformed(f"the name {name} is taken")

    def _check_defined(self, name: str) -> None:
        if name not in self.witnesses and name not in self.groups:
            raise malformed(f"no line above defines {name}")


def read_lines(text: str) -> PolicyLines:
    """Return what a policy file defines, or raise `ConsentError` (malformed) with the line."""
    if len(text) > _TEXT_LIMIT or _NOT_ALLOWED.search(text):
        raise malformed("a policy has no control characters but tabs and newlines")
    lines = PolicyLines()
    for number, line in enumerate(text.split("\n"), start=1):
        words = _BLANK.split(line.strip(" \t"))
        if not words[0] or words[0].startswith("#"):
            continue
        try:
            lines.add(words)
        except ConsentError as error:
            raise malformed(f"line {number}: {error.detail}") from None
        if max(map(len, (lines.logs, lines.witnesses, lines.groups))) > _LINES_LIMIT:
            raise malformed(f"a policy has at most {_LINES_LIMIT} lines of a kind")
    return lines


def _check_new(key: VerifierKey, others: Sequence[VerifierKey]) -> None:
    """Keys are the same when the public key is, whatever name and kind stand around it."""
    if any(key.public == other.public for other in others):
        raise malformed(f"the key of {key.name} stands there twice")


def _count(threshold: str, members: int) -> int:
    match threshold:
        case "all":
            return members
        case "any":
            return 1
        case _:
            if not _THRESHOLD.fullmatch(threshold) or int(threshold) > members:
                raise malformed(f"all, any, or a number from 1 to {members} was expected")
            return int(threshold)
