import fcntl
import os
import stat
from pathlib import Path

import pytest

from keys import private_files
from keys.errors import KeysFailure
from tests.keys.refusal import refused


def test_a_file_is_for_its_owner_alone_from_the_first_octet(tmp_path: Path) -> None:
    """
    H100: directory 0700, file 0600, whatever the umask.
    """
    directory = tmp_path / "a" / "keys"
    before = os.umask(0)
    try:
        private_files.open_directory(directory)
        private_files.replace(directory / "k", b"secret")
    finally:
        os.umask(before)
    assert 0o700 == directory.stat().st_mode & 0o777
    assert 0o600 == (directory / "k").stat().st_mode & 0o777
    assert b"secret" == private_files.read(directory / "k")
    assert private_files.read(directory / "other") is None


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666, 0o610])
def test_a_file_others_may_read_is_refused(mode: int, tmp_path: Path) -> None:
    """
    H100: a weak mode is refused and named, not repaired in silence.
    """
    file = tmp_path / "k"
    private_files.replace(file, b"secret")
    file.chmod(mode)
    with refused(KeysFailure.STORE_FILE_MODE):
        private_files.read(file)


@pytest.mark.parametrize("mode", [0o750, 0o701, 0o777])
def test_a_directory_others_may_enter_is_refused(mode: int, tmp_path: Path) -> None:
    """
    H100: who may enter may wait for a file to appear.
    """
    directory = tmp_path / "keys"
    directory.mkdir()
    directory.chmod(mode)
    with refused(KeysFailure.STORE_FILE_MODE):
        private_files.open_directory(directory)


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    """
    A link planted in place of a key file is no key file.
    """
    private_files.replace(tmp_path / "real", b"secret")
    (tmp_path / "k").symlink_to(tmp_path / "real")
    with refused(KeysFailure.STORE_FILE_MODE):
        private_files.read(tmp_path / "k")


def test_the_disk_is_told_in_the_right_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    C1: sync the file, rename it, sync the directory; a power cut at any point leaves one of both.
    """
    steps: list[str] = []
    sync, rename = os.fsync, Path.replace

    def noted_sync(descriptor: int) -> None:
        steps.append("directory" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file")
        sync(descriptor)

    def noted_rename(self: Path, target: Path) -> Path:
        steps.append("rename")
        return rename(self, target)

    monkeypatch.setattr(os, "fsync", noted_sync)
    monkeypatch.setattr(Path, "replace", noted_rename)
    private_files.replace(tmp_path / "k", b"new")
    assert ["file", "rename", "directory"] == steps


def test_a_failed_write_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    H92: a full disk is an error, and what was there stays; the next write cleans up.
    """
    file = tmp_path / "k"
    private_files.replace(file, b"old")

    def full(_descriptor: int) -> None:
        raise OSError("no space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="no space"):
            private_files.replace(file, b"new")
    assert b"old" == private_files.read(file)
    private_files.replace(file, b"newer")
    assert b"newer" == private_files.read(file)
    assert [file] == list(tmp_path.iterdir())


def test_one_at_a_time(tmp_path: Path) -> None:
    """
    Another descriptor, so another process too, waits until the lock is given back.
    """

    def taken() -> bool:
        descriptor = os.open(tmp_path / ".lock", os.O_RDWR)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(descriptor)
        return False

    with private_files.locked(tmp_path):
        assert taken()
    assert not taken()
