"""A load that is killed half-way: run as ``python -m tests.issuers.loading_process FILE``."""

import asyncio
import sys
from pathlib import Path

from app.database import sqlite_engine
from issuers.population.census import offices, population
from issuers.store import metadata
from issuers.store import population as loading
from tests.issuers.world import AS_OF


async def fill(file: Path) -> None:
    """Load for ever, a line for each batch."""
    engine = sqlite_engine(file)
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    endless = population(households=None, as_of=AS_OF)
    await loading.load(engine, offices(), endless, tell)


def tell(done: int) -> None:
    """Print how far it is, at once."""
    sys.stdout.write(f"{done}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    loading.BATCH = 20
    asyncio.run(fill(Path(sys.argv[1])))
