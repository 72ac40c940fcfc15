"""A worker of a bulk job that is killed: ``python -m tests.issuers.bulk_process FILE JOB``."""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncEngine

from app.database import sqlite_engine
from issuers.issuance.bulk import Chunk, Outcome
from issuers.issuance.years import SealedCopies
from issuers.source.port import SourceOfRecord
from issuers.status.standing import Place
from issuers.store import IssuersStore
from tests.issuers.world import NOW, FreshKeys, room


async def work(path: Path, job: str) -> None:
    """Work chunks, telling of each twice: when it is decided, and when it is signed."""
    engine = sqlite_engine(path)
    worker = Telling(engine)
    while await IssuersStore(engine).bulk.work(job, worker, now=NOW):
        pass
    await engine.dispose()


class Telling:
    """A worker that prints a line in the middle of each chunk's transaction."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._worker = room(engine, FreshKeys(), lambda: NOW).bulk

    async def decide(self, chunk: Chunk, source: SourceOfRecord) -> Outcome:
        """Decide, and tell."""
        outcome = await self._worker.decide(chunk, source)
        _tell(len(chunk.citizens))
        return outcome

    def draw(self, count: int) -> Sequence[int]:
        """Draw places."""
        return self._worker.draw(count)

    def sign(self, outcome: Outcome, places: Sequence[Place]) -> Sequence[SealedCopies]:
        """Sign, and tell."""
        signed = self._worker.sign(outcome, places)
        _tell(len(signed))
        return signed


def _tell(count: int) -> None:
    sys.stdout.write(f"{count}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(work(Path(sys.argv[1]), sys.argv[2]))
