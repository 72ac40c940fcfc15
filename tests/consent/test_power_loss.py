"""Crashes on a simulated disk: at every write, and with every fate of what was not synced."""

import os
import random
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from consent.store import writer_engine
from tests.consent.disk.power_loss import after_kill, after_power_loss
from tests.consent.disk.trial import Trial
from tests.consent.disk.watched_disk import Act, Deed

# More by MYDATA_CRASH_POINTS: 10,000 for a release (`make release-check`).
POINTS = int(os.environ.get("MYDATA_CRASH_POINTS", "40"))

Leave = Callable[[Sequence[Deed], Path, random.Random], list[bytes]]


def killed(deeds: Sequence[Deed], folder: Path, _chance: random.Random) -> list[bytes]:
    return after_kill(deeds, folder)


@pytest.fixture
async def trial(tmp_path: Path) -> Trial:
    trial = Trial(tmp_path / "run")
    await trial.run()
    return trial


async def crash(trial: Trial, leave: Leave, points: int, seed: int) -> int:
    """Crash at so many points; every one must leave a sound log with all that was promised."""
    chance = random.Random(seed)
    kept = 0
    for number in range(points):
        point = chance.randrange(trial.begun, len(trial.disk.deeds) + 1)
        folder = trial.folder.with_name(f"world-{number}")
        promises = leave(trial.disk.deeds[:point], folder, chance)
        kept += await trial.check(folder, promises)
        shutil.rmtree(folder)
    return kept


async def test_the_disk_sees_what_sqlite_does(trial: Trial) -> None:
    """
    Writes, syncs and promises are all there, and the first promise follows a synced commit.
    """
    acts = [deed.act for deed in trial.disk.deeds]
    first = acts.index(Act.PROMISE)
    of_the_log = [
        deed for deed in trial.disk.deeds[:first] if deed.path.endswith("log.sqlite-wal")
    ]

    assert 40 == acts.count(Act.PROMISE)
    assert acts.count(Act.WRITE) > 40
    assert Act.SYNC is of_the_log[-1].act


async def test_killed_at_any_write_nothing_is_lost_r1(trial: Trial) -> None:
    """
    H91, R1: whatever was written last, the log starts, holds every promise, and goes on.
    """
    assert 0 < await crash(trial, killed, POINTS, seed=1)


async def test_without_power_at_any_moment_nothing_is_lost_r2(trial: Trial) -> None:
    """
    H91, R2: writes not synced are dropped, kept or torn at 512 or 4,096 octets: all promises hold.
    """
    assert 0 < await crash(trial, after_power_loss, POINTS, seed=2)


async def test_without_power_in_the_middle_of_recovery_nothing_is_lost_r2(
    trial: Trial, tmp_path: Path
) -> None:
    """
    R1, R2: the power goes again while the log starts from what the first loss has left.
    """
    chance = random.Random(3)
    for number in range(max(1, POINTS // 10)):
        point = chance.randrange(trial.begun, len(trial.disk.deeds) + 1)
        first, second = tmp_path / f"first-{number}", tmp_path / f"second-{number}"
        promises = after_power_loss(trial.disk.deeds[:point], first, chance)
        again = Trial(first, trial.world)
        again.disk.deeds += [
            deed
            for path in sorted(first.iterdir())
            for deed in (
                Deed(Act.WRITE, str(path), 0, path.read_bytes()),
                Deed(Act.SYNC, str(path)),
            )
        ]
        found = len(again.disk.deeds)
        with again.watching():
            await again.check(first, promises)
        cut = chance.randrange(found, len(again.disk.deeds) + 1)
        after_power_loss(again.disk.deeds[:cut], second, chance)
        await again.check(second, promises)


async def test_without_syncing_the_simulation_finds_the_loss(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    A build whose sync was removed does not pass: the check can fail.
    """
    unsafe = tuple(
        "synchronous=OFF" if pragma.startswith("synchronous") else pragma
        for pragma in writer_engine._PRAGMAS
    )
    monkeypatch.setattr(writer_engine, "_PRAGMAS", unsafe)
    trial = Trial(tmp_path / "run")
    await trial.run()
    monkeypatch.undo()

    with pytest.raises(Exception, match=r"was promised|checkpoint_ahead|store_damaged|malformed"):
        await crash(trial, after_power_loss, POINTS, seed=2)
