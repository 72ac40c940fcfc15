"""Secrets kept in files that only their owner can read."""

import os
import stat
from pathlib import Path

from app.errors import StartError

# What the owner may do; any bit beyond is a secret shared with others on the machine.
_OWNER_ONLY = 0o077


def make_private_directory(path: Path) -> None:
    """Create a directory for its owner alone; one that others may enter is left as it is."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)


def write_secret(path: Path, content: bytes) -> None:
    """Write a file readable by its owner alone; a reader sees the old content or the new."""
    make_private_directory(path.parent)
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


def check_private(path: Path) -> None:
    """Raise ``StartError`` when others than the owner may read or change a secret."""
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & _OWNER_ONLY:
        raise StartError(
            "weak_file_mode", f"{path} may be read by others (mode {mode:04o}): chmod go= {path}"
        )
