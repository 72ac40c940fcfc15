"""Reading without a transaction: a reader must never wait for, nor hold up, a writer."""

from sqlalchemy.ext.asyncio import AsyncEngine


def reader_of(engine: AsyncEngine) -> AsyncEngine:
    """Return ``engine`` for single reads: each statement sees what is committed, none locks."""
    return engine.execution_options(isolation_level="AUTOCOMMIT")
