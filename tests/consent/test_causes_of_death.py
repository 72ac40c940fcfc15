"""One test for each way in which public logs of certificates have died (C2SP issue 79).

Power that went is `test_power_loss`, space that ran out (Mammoth) `test_disk_faults`.
"""

import shutil
import sqlite3
from pathlib import Path

import pytest

from consent.auditing.audit import audit
from consent.auditing.export import export_log
from consent.errors import ConsentError, ConsentFailure
from tests.consent.disk.trial import ANCHOR, DATABASE, Trial
from tests.consent.world import authorised


@pytest.fixture
async def trial(tmp_path: Path) -> Trial:
    """A log of twelve entries, closed."""
    trial = Trial(tmp_path / "run")
    await trial.run(producers=2, each=6)
    return trial


def flip(folder: Path) -> None:
    """Flip one bit of the entry at index 3."""
    with sqlite3.connect(folder / DATABASE) as database:
        [(leaf,)] = database.execute("select leaf from entries where position = 3")
        flipped = bytes([*leaf[:40], leaf[40] ^ 1, *leaf[41:]])
        database.execute("update entries set leaf = ? where position = 3", (flipped,))
    database.close()


async def refusal(trial: Trial) -> ConsentFailure:
    with pytest.raises(ConsentError) as caught:
        async with trial.opened(trial.folder):
            pass
    return caught.value.failure


async def test_a_log_restored_to_an_older_state_signs_nothing(trial: Trial) -> None:
    """
    Venafi, TrustAsia: later views that contradict earlier ones, after a backup was put back.
    """
    backup = trial.folder.with_name("backup")
    shutil.copytree(trial.folder, backup)
    async with trial.opened(trial.folder) as ledger:
        await ledger.append(authorised())
    for file in trial.folder.glob(f"{DATABASE}*"):
        file.unlink()
    for file in backup.glob(f"{DATABASE}*"):
        shutil.copy(file, trial.folder)

    assert ConsentFailure.CHECKPOINT_AHEAD == await refusal(trial)


async def test_two_copies_of_a_machine_never_sign_two_histories_unseen(trial: Trial) -> None:
    """
    Two machines from one image both go on; whoever kept a checkpoint of one knows the other.
    """
    twin = trial.folder.with_name("twin")
    shutil.copytree(trial.folder, twin)
    async with trial.opened(trial.folder) as ledger:
        await ledger.append(authorised())
        kept = (await ledger.file("checkpoint")).decode()
    files: dict[str, bytes] = {}
    async with trial.opened(twin) as ledger:
        await ledger.append(authorised())
        await ledger.append(authorised())
        await export_log(ledger.file, files.__setitem__)

    assert audit(files.get).ok
    report = audit(files.get, since=kept)
    assert "history was rewritten" in report.problems[0].what


async def test_a_deleted_database_is_not_a_new_log(trial: Trial) -> None:
    """
    Yeti 2021: the database was gone. The anchor beside it remembers that there was a log.
    """
    for file in trial.folder.glob(f"{DATABASE}*"):
        file.unlink()
    fresh = Trial(trial.folder.with_name("fresh"), trial.world)
    await fresh.run(producers=1, each=1)
    for slot in trial.folder.glob(f"{ANCHOR}.*"):
        shutil.copy(slot, fresh.folder)

    assert ConsentFailure.CHECKPOINT_AHEAD == await refusal(fresh)


async def test_a_flipped_bit_is_neither_served_nor_signed_over(trial: Trial) -> None:
    """
    Yeti 2022, Nessie 2024: one bit of an integrated entry flipped in memory or on the disk.
    """
    flip(trial.folder)

    assert ConsentFailure.STORE_DAMAGED == await refusal(trial)


async def test_a_bit_flipped_while_the_log_runs_is_not_served(trial: Trial) -> None:
    """
    The same, after the start's look: the file is refused and the entry is named.
    """
    async with trial.opened(trial.folder) as ledger:
        flip(trial.folder)
        for path in ("tile/entries/000.p/4", "tile/0/000.p/4"):
            with pytest.raises(ConsentError) as caught:
                await ledger.file(path)
            assert ConsentFailure.STORE_DAMAGED == caught.value.failure


async def test_a_promise_has_its_place_at_once(trial: Trial) -> None:
    """
    Merge delays were missed after outages: here there is none, an answer carries its proof.
    """
    async with trial.opened(trial.folder) as ledger:
        proof = await ledger.append(authorised())
        proven = proof.verify(log_key=ledger.log_key)

    assert proof.index < proven.checkpoint.size
