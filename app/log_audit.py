"""Auditing a copy on this machine: its files from a folder, and a second process for a large one.

The tree is walked here while another process follows what stands in the entries. That process
starts afresh: one forked while a thread of ours holds a lock could wait for that lock for ever.
"""

import multiprocessing
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path
from typing import Final

from consent.auditing.audit import audit
from consent.auditing.order import Followed, Read, follow
from consent.auditing.report import Report
from consent.tlog.tiles import ENTRIES, TileAddress
from consent.tlog.tlog_policy import Policy
from consent.tlog.verifier_key import VerifierKey

# Below this a process costs more than it saves.
LARGE: Final = 50_000
# How often a bar moves while only the other process is still at work.
_TOLD_EVERY: Final = 0.2

Told = Callable[[int, int], None]


def read_copy(directory: Path) -> Read:
    """Return the reader of a copy: octets of a path, None when there is no such file."""

    def read(path: str) -> bytes | None:
        try:
            return (directory / path).read_bytes()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None

    return read


def audit_copy(
    directory: Path,
    *,
    key: VerifierKey | None = None,
    since: str | None = None,
    policy: Policy | None = None,
    told: Told | None = None,
    large: int = LARGE,
) -> Report:
    """Audit a copy as `audit` does; ``told`` hears how many of how many entries were read."""
    audited = _Audited(directory, told, large)
    return audit(audited.read, key=key, since=since, policy=policy, beside=audited.begin)


class _Audited:
    """One audit of a copy: what was read here, and what the other process has read."""

    def __init__(self, directory: Path, told: Told | None, large: int) -> None:
        self._directory = directory
        self._copy = read_copy(directory)
        self._told = told or (lambda _done, _size: None)
        self._large = large
        self._size = 0
        self._here = 0
        self._there: Synchronized[int] | None = None

    def read(self, path: str) -> bytes | None:
        """Return the octets of a file, and tell of each bundle of entries."""
        octets = self._copy(path)
        if path.startswith(f"tile/{ENTRIES}/"):
            self._here = max(self._here, _end_of(path))
            self._tell()
        return octets

    def begin(self, size: int, log_label: bytes) -> Callable[[], Followed]:
        """Begin to follow the entries; what is returned waits for the result."""
        self._size = size
        if size < self._large:
            return lambda: follow(self._copy, size, log_label)
        context = multiprocessing.get_context("spawn")
        there: Synchronized[int] = context.Value("Q", 0)
        receiver, sender = context.Pipe(duplex=False)
        process = context.Process(
            target=_follow, args=(self._directory, size, log_label, there, sender)
        )
        process.start()
        sender.close()
        self._there = there

        def wait() -> Followed:
            while not receiver.poll(_TOLD_EVERY):
                self._tell()
            try:
                followed: Followed = receiver.recv()
            except EOFError:
                # It was ended from outside: what it was to do is done here.
                followed = follow(self._copy, size, log_label)
            process.join()
            return followed

        return wait

    def _tell(self) -> None:
        there = self._here if self._there is None else self._there.value
        self._told(min(self._here, there), self._size)


def _follow(
    directory: Path, size: int, log_label: bytes, there: "Synchronized[int]", sender: Connection
) -> None:
    copy = read_copy(directory)

    def read(path: str) -> bytes | None:
        if path.startswith(f"tile/{ENTRIES}/"):
            there.value = _end_of(path)
        return copy(path)

    sender.send(follow(read, size, log_label))
    sender.close()


def _end_of(bundle: str) -> int:
    address = TileAddress.parse(bundle)
    return address.start + address.width
