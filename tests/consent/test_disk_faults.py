"""A disk that fails: nothing is acknowledged that it did not keep, and nothing is lost by it."""

import asyncio
import os
import random
from pathlib import Path

import pytest

from consent.errors import ConsentError, ConsentFailure
from consent.ledger import Ledger
from tests.consent.disk.trial import Trial
from tests.consent.disk.watched_disk import (
    FULL,
    OK,
    READ_ONLY,
    SYNC_FAILED,
    WRITE_FAILED,
    Act,
    Deed,
)
from tests.consent.world import authorised

# More by MYDATA_DISK_FAULTS: 1,000 for a release (`make release-check`).
FAULTS = int(os.environ.get("MYDATA_DISK_FAULTS", "24"))
KINDS = {
    "full": (Act.WRITE, FULL),
    "read-only": (Act.WRITE, READ_ONLY),
    "write-fails": (Act.WRITE, WRITE_FAILED),
    "sync-fails": (Act.SYNC, SYNC_FAILED),
}


class FailsAt:
    """Fails the nth deed of a kind, and every later one when it is ``for_good``."""

    def __init__(self, act: Act, code: int, number: int, *, for_good: bool) -> None:
        self._act, self._code, self._for_good = act, code, for_good
        self._left = number
        self.failed = 0

    def __call__(self, deed: Deed) -> int:
        if deed.act is not self._act:
            return OK
        self._left -= 1
        if self._left == 0 or (self._left < 0 and self._for_good):
            self.failed += 1
            return self._code
        return OK


async def produce(trial: Trial, ledger: Ledger) -> list[ConsentFailure]:
    """Append from two sides at once; return the refusals."""
    refusals = []

    async def one() -> None:
        try:
            await trial.produce(ledger, 6)
        except ConsentError as refused:
            refusals.append(refused.failure)

    await asyncio.gather(one(), one())
    return refusals


@pytest.mark.parametrize("for_good", [True, False], ids=["for-good", "once"])
@pytest.mark.parametrize("kind", sorted(KINDS))
async def test_a_failing_disk_promises_nothing_h92(
    tmp_path: Path, kind: str, *, for_good: bool
) -> None:
    """
    H92, R8: each write and sync fails in its turn; who waits is told ``ledger_stopped``, every
    promise is kept, and the next start finds a sound log.
    """
    chance = random.Random(kind)
    act, code = KINDS[kind]
    fired = 0
    for number in range(FAULTS // len(KINDS)):
        trial = Trial(tmp_path / f"{number}")
        await trial.run(producers=1, each=1)
        begun = len(trial.disk.deeds)
        with trial.watching():
            async with trial.opened(trial.folder) as ledger:
                fault = FailsAt(act, code, chance.randrange(1, 24), for_good=for_good)
                trial.disk.fails = fault
                refusals = await produce(trial, ledger)
                trial.disk.fails = lambda _deed: OK
        if fault.failed:
            assert set(refusals) <= {ConsentFailure.LEDGER_STOPPED}
        fired += fault.failed > 0
        promises = [deed.octets for deed in trial.disk.deeds if deed.act is Act.PROMISE]
        assert len(promises) + len(refusals) > 0
        assert begun < len(trial.disk.deeds)
        await trial.check(trial.folder, promises)

    assert fired


async def test_after_a_sync_that_failed_this_process_writes_no_more_h92(tmp_path: Path) -> None:
    """
    H92: what the disk holds is unknown then, so nothing is tried again: a new start reads it.
    """
    trial = Trial(tmp_path / "run")
    await trial.run(producers=1, each=1)
    with trial.watching():
        async with trial.opened(trial.folder) as ledger:
            trial.disk.fails = FailsAt(Act.SYNC, SYNC_FAILED, 1, for_good=False)
            for _ in range(3):
                with pytest.raises(ConsentError) as caught:
                    await ledger.append(authorised())
                assert ConsentFailure.LEDGER_STOPPED == caught.value.failure
            with pytest.raises(ConsentError):
                await ledger.check_ready()


async def test_a_full_disk_that_has_room_again_is_written_again_h92(tmp_path: Path) -> None:
    """
    H92: before the commit nothing is in doubt; once there is room, the same process goes on.
    """
    trial = Trial(tmp_path / "run")
    await trial.run(producers=1, each=1)
    with trial.watching():
        async with trial.opened(trial.folder) as ledger:
            trial.disk.fails = FailsAt(Act.WRITE, FULL, 1, for_good=True)
            with pytest.raises(ConsentError) as caught:
                await ledger.append(authorised())
            trial.disk.fails = lambda _deed: OK
            stopped = ConsentFailure.LEDGER_STOPPED == caught.value.failure
            assert stopped
