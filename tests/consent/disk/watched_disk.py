"""A disk that remembers: every write, sync, cut and deletion that SQLite makes, in their order.

SQLite asks an operating-system layer (its "VFS") for everything. Here the default one gets five of
its functions replaced: each notes what it was asked for, then does it, or fails as it is told to.
It serves every connection of this process, the library's own included.
"""

import ctypes
import ctypes.util
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

OK = 0
FULL = 13  # SQLITE_FULL: no space is left
READ_ONLY = 8  # SQLITE_READONLY
WRITE_FAILED = 10 | 3 << 8  # SQLITE_IOERR_WRITE
SYNC_FAILED = 10 | 4 << 8  # SQLITE_IOERR_FSYNC

_POINTER, _INT, _WIDE = ctypes.c_void_p, ctypes.c_int, ctypes.c_int64
_WRITE = ctypes.CFUNCTYPE(_INT, _POINTER, _POINTER, _INT, _WIDE)
_TRUNCATE = ctypes.CFUNCTYPE(_INT, _POINTER, _WIDE)
_SYNC = ctypes.CFUNCTYPE(_INT, _POINTER, _INT)
# Names travel as addresses: SQLite keeps them, and a copy of ours would not live as long.
_OPEN = ctypes.CFUNCTYPE(_INT, _POINTER, _POINTER, _POINTER, _INT, _POINTER)
_DELETE = ctypes.CFUNCTYPE(_INT, _POINTER, _POINTER, _INT)


class _Methods(ctypes.Structure):
    """``sqlite3_io_methods`` as far as it is replaced; the rest is copied unseen."""

    _fields_ = (
        ("version", _INT),
        ("close", _POINTER),
        ("read", _POINTER),
        ("write", _WRITE),
        ("truncate", _TRUNCATE),
        ("sync", _SYNC),
        ("rest", _POINTER * 13),
    )


class _Vfs(ctypes.Structure):
    """``sqlite3_vfs``; the rest is copied unseen."""

    _fields_ = (
        ("version", _INT),
        ("size_of_file", _INT),
        ("longest_path", _INT),
        ("next", _POINTER),
        ("name", ctypes.c_char_p),
        ("own", _POINTER),
        ("open", _OPEN),
        ("delete", _DELETE),
        ("rest", _POINTER * 14),
    )


class Act(StrEnum):
    """What was done to a file, or promised to somebody."""

    WRITE = "write"
    TRUNCATE = "truncate"
    SYNC = "sync"
    DELETE = "delete"
    PROMISE = "promise"


@dataclass(frozen=True, slots=True)
class Deed:
    """One act: ``at`` is an offset or a new size, ``octets`` what was written or promised."""

    act: Act
    path: str = ""
    at: int = 0
    octets: bytes = b""


@dataclass
class WatchedDisk:
    """What happened so far; ``fails`` says for each write and sync whether it fails, and how."""

    deeds: list[Deed] = field(default_factory=list)
    fails: Callable[[Deed], int] = lambda _deed: OK

    def do(self, deed: Deed, really: Callable[[], int]) -> int:
        """Let a deed be done and remembered, or fail."""
        failure = self.fails(deed)
        if failure != OK:
            return failure
        self.deeds.append(deed)
        return really()


class _Shim:
    """The replaced functions; one per process, since SQLite keeps pointers into it for ever."""

    def __init__(self, library: Any) -> None:
        library.sqlite3_vfs_find.restype = ctypes.POINTER(_Vfs)
        library.sqlite3_vfs_find.argtypes = [ctypes.c_char_p]
        library.sqlite3_vfs_register.argtypes = [ctypes.POINTER(_Vfs), _INT]
        self.library = library
        self.disk: WatchedDisk | None = None
        self.default = library.sqlite3_vfs_find(None)
        self._real = _Vfs.from_buffer_copy(self.default.contents)
        self._methods: dict[int, tuple[_Methods, _Methods]] = {}
        self._paths: dict[int, str] = {}
        self.vfs = _Vfs.from_buffer_copy(self._real)
        self.vfs.name = b"watched"
        self.vfs.next = None
        self.vfs.open = _OPEN(self._open)
        self.vfs.delete = _DELETE(self._delete)

    def _open(self, vfs: int, name: int | None, file: int, flags: int, out: int) -> int:
        code = int(self._real.open(vfs, name, file, flags, out))
        if code == OK and name:
            self._paths[file] = ctypes.string_at(name).decode()
            methods = ctypes.cast(file, ctypes.POINTER(_POINTER)).contents
            if methods.value is not None:
                methods.value = self._replaced(methods.value)
        return code

    def _replaced(self, address: int) -> int:
        if address not in self._methods:
            real = _Methods.from_address(address)
            ours = _Methods.from_buffer_copy(real)
            ours.write = _WRITE(lambda *given: self._write(real, *given))
            ours.truncate = _TRUNCATE(lambda *given: self._truncate(real, *given))
            ours.sync = _SYNC(lambda *given: self._sync(real, *given))
            self._methods[address] = real, ours
        return ctypes.addressof(self._methods[address][1])

    def _write(self, real: _Methods, file: int, octets: int, count: int, at: int) -> int:
        deed = Deed(Act.WRITE, self._paths[file], at, ctypes.string_at(octets, count))
        return self._do(deed, lambda: int(real.write(file, octets, count, at)))

    def _truncate(self, real: _Methods, file: int, size: int) -> int:
        deed = Deed(Act.TRUNCATE, self._paths[file], size)
        return self._do(deed, lambda: int(real.truncate(file, size)))

    def _sync(self, real: _Methods, file: int, flags: int) -> int:
        deed = Deed(Act.SYNC, self._paths[file])
        return self._do(deed, lambda: int(real.sync(file, flags)))

    def _delete(self, vfs: int, name: int, sync: int) -> int:
        deed = Deed(Act.DELETE, ctypes.string_at(name).decode())
        return self._do(deed, lambda: int(self._real.delete(vfs, name, sync)))

    def _do(self, deed: Deed, really: Callable[[], int]) -> int:
        return really() if self.disk is None else self.disk.do(deed, really)


_shims: list[_Shim] = []


@contextmanager
def watching(disk: WatchedDisk) -> Iterator[WatchedDisk]:
    """Note what every database opened inside does to its files."""
    if not _shims:
        name = ctypes.util.find_library("sqlite3")
        assert name is not None, "the interpreter's SQLite is no library of its own"
        _shims.append(_Shim(ctypes.CDLL(name)))
    [shim] = _shims
    shim.disk = disk
    assert OK == shim.library.sqlite3_vfs_register(ctypes.byref(shim.vfs), 1)
    try:
        yield disk
    finally:
        shim.disk = None
        assert OK == shim.library.sqlite3_vfs_register(shim.default, 1)


def name_of(path: str) -> str:
    """Return a file's name: the worlds a test makes differ in their folders alone."""
    return Path(path).name
