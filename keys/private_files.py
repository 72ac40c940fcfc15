"""Files that only their owner can read, written so that a power cut leaves the old or the new.

The traps: a rename without syncing file and directory can leave an empty file, and a file made
first and narrowed later was open in between.
"""

import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from keys.errors import KeysError, KeysFailure

_FILE_MODE: Final = 0o600
_DIRECTORY_MODE: Final = 0o700
_OTHERS: Final = 0o077
# Larger than any key file; what is larger is not one.
_FILE_LIMIT: Final = 1024 * 1024


def open_directory(path: Path) -> None:
    """Make a directory for its owner alone, or raise store_file_mode when others may enter it."""
    path.mkdir(mode=_DIRECTORY_MODE, parents=True, exist_ok=True)
    _check_mode(path, path.stat().st_mode)


def read(path: Path) -> bytes | None:
    """Return a file's octets, None when it is not there, or raise store_file_mode."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    except OSError:
        raise KeysError(KeysFailure.STORE_FILE_MODE, f"{path.name} is no plain file") from None
    with os.fdopen(descriptor, "rb") as file:
        _check_mode(path, os.fstat(file.fileno()).st_mode)
        return file.read(_FILE_LIMIT)


def replace(path: Path, octets: bytes) -> None:
    """Put ``octets`` at ``path``, durably: when this returns, a power cut changes nothing."""
    partial = path.with_name(f".{path.name}.partial")
    partial.unlink(missing_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    with os.fdopen(os.open(partial, flags, _FILE_MODE), "wb") as file:
        file.write(octets)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
    _sync_directory(path.parent)


@contextmanager
def locked(directory: Path) -> Iterator[None]:
    """Hold the directory alone among processes and threads while changing what is in it."""
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(directory / ".lock", flags, _FILE_MODE)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _check_mode(path: Path, mode: int) -> None:
    if stat.S_IMODE(mode) & _OTHERS:
        raise KeysError(
            KeysFailure.STORE_FILE_MODE,
            f"{path.name} may be read by others (mode {stat.S_IMODE(mode):04o}): chmod go= it",
        )


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
