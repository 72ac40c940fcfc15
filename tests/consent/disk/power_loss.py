"""What a disk may hold after the power went, or the process was killed, at any moment.

Killed: everything that was written is there; the operating system keeps what it was given. Power
lost: of each file, what was there at its last sync is there; of what was written after it, each
write is there, or not, or only some of its sectors, in any combination. What is mapped into memory
(SQLite's ``-shm``) is gone.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.consent.disk.watched_disk import Act, Deed, name_of

SECTORS = (512, 4096)
_COMES_BACK = 0.3


@dataclass
class _File:
    """A file as it was at its last sync, and what was done to it since.

    ``before`` is the file that had its name until it was deleted: it may come back until the
    folder is synced, as SQLite does with the first sync of every journal it makes.
    """

    synced: bytearray = field(default_factory=bytearray)
    since: list[Deed] = field(default_factory=list)
    is_there: bool = False
    before: "_File | None" = None
    is_new: bool = True


def after_kill(deeds: Sequence[Deed], folder: Path) -> list[bytes]:
    """Write into ``folder`` what is there after these deeds; return what had been promised."""
    files = _files(deeds, lost=False)
    return _write(files, folder, deeds, random.Random(0), lost=False)


def after_power_loss(deeds: Sequence[Deed], folder: Path, chance: random.Random) -> list[bytes]:
    """Write into ``folder`` one state that a loss of power may leave; return the promises."""
    return _write(_files(deeds, lost=True), folder, deeds, chance, lost=True)


def _files(deeds: Sequence[Deed], *, lost: bool) -> dict[str, _File]:
    files: dict[str, _File] = {}
    for deed in deeds:
        if deed.act is Act.PROMISE:
            continue
        name = name_of(deed.path)
        file = files.setdefault(name, _File())
        match deed.act:
            case Act.DELETE:
                files[name] = _File(before=file if lost else None)
            case Act.SYNC if lost:
                for each in file.since:
                    _do(file, each)
                file.since.clear()
                if file.is_new:
                    _sync_folder(files)
                file.is_new = False
            case Act.SYNC:
                continue
            case _:
                file.since.append(deed)
    return files


def _sync_folder(files: dict[str, _File]) -> None:
    for file in files.values():
        file.before = None


def _write(
    files: dict[str, _File],
    folder: Path,
    deeds: Sequence[Deed],
    chance: random.Random,
    *,
    lost: bool,
) -> list[bytes]:
    folder.mkdir()
    for name, newest in files.items():
        file = newest
        while file.before is not None and chance.random() < _COMES_BACK:
            file = file.before
        for deed in file.since:
            for part in _survivors(deed, chance) if lost else [deed]:
                _do(file, part)
        if file.is_there:
            (folder / name).write_bytes(file.synced)
    return [deed.octets for deed in deeds if deed.act is Act.PROMISE]


def _survivors(deed: Deed, chance: random.Random) -> list[Deed]:
    """Return what is left of a deed that was not synced: all, nothing, or some sectors."""
    fate = chance.choice(("kept", "dropped", "torn"))
    if fate == "kept":
        return [deed]
    if fate == "dropped" or deed.act is not Act.WRITE:
        return []
    sector = chance.choice(SECTORS)
    begins = range(0, len(deed.octets), sector)
    kept = [begin for begin in begins if chance.random() < 0.5]
    return [
        Deed(Act.WRITE, deed.path, deed.at + begin, deed.octets[begin : begin + sector])
        for begin in kept
    ]


def _do(file: _File, deed: Deed) -> None:
    match deed.act:
        case Act.WRITE:
            file.is_there = True
            end = deed.at + len(deed.octets)
            file.synced.extend(bytes(max(0, end - len(file.synced))))
            file.synced[deed.at : end] = deed.octets
        case Act.TRUNCATE:
            del file.synced[deed.at :]
        case Act.SYNC | Act.DELETE | Act.PROMISE:
            raise AssertionError("these change no file")
