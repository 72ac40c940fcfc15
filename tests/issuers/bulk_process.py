"""A worker of a bulk job that is killed: ``python -m tests.issuers.bulk_process HOME JOB``."""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app.cli import bulk_signing
from app.clock import utc_now
from app.database import engine_for
from app.settings import Settings
from issuers.issuance.bulk import Chunk, Outcome
from issuers.issuance.years import SealedCopies
from issuers.serving.bulk_issuing import BulkIssuing
from issuers.source.port import SourceOfRecord
from issuers.store import IssuersStore


class Telling(BulkIssuing):
    """Prints a line in the middle of each chunk's transaction: before and after it has signed."""

    async def decide(self, chunk: Chunk, source: SourceOfRecord) -> Outcome:
        outcome = await super().decide(chunk, source)
        _tell(len(chunk.citizens))
        return outcome

    def sign(self, outcome: Outcome, places: Sequence[Any]) -> Sequence[SealedCopies]:
        signed = super().sign(outcome, places)
        _tell(len(signed))
        return signed


async def work(home: Path, job: str) -> None:
    """Work chunks, telling of each."""
    settings = Settings(home=home)
    engine = engine_for("issuers", settings)
    store = IssuersStore(engine)
    worker = bulk_signing.worker_for(settings, store)
    worker.__class__ = Telling
    while await store.bulk.work(job, worker, now=utc_now()):
        pass
    await engine.dispose()


def _tell(count: int) -> None:
    sys.stdout.write(f"{count}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(work(Path(sys.argv[1]), sys.argv[2]))
