"""A worker of a bulk job that is killed: ``python -m tests.issuers.bulk_process HOME JOB``."""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from app.clock import utc_now
from app.database import engine_for
from app.settings import Settings
from issuers.catalogue import every_kind
from issuers.issuance.bulk import Outcome, decide
from issuers.source.port import SourceOfRecord
from issuers.store import IssuersStore


async def work(home: Path, job: str) -> None:
    """Work chunks, and print a line in the middle of the transaction of each."""
    engine, kinds = engine_for("issuers", Settings(home=home)), every_kind()

    async def telling(kind: str, citizens: Sequence[str], source: SourceOfRecord) -> Outcome:
        outcome = await decide(kinds.kind(kind), citizens, source, now=utc_now())
        sys.stdout.write(f"{len(citizens)}\n")
        sys.stdout.flush()
        return outcome

    while await IssuersStore(engine).bulk.work(job, telling, now=utc_now()):
        pass
    await engine.dispose()


if __name__ == "__main__":
    asyncio.run(work(Path(sys.argv[1]), sys.argv[2]))
