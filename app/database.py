"""Engines for the rooms' stores: one SQLite file per room, or one PostgreSQL schema per room.

The stores are written once in SQLAlchemy Core; what differs between the two databases is settled
here and nowhere else. An error names its statement and never the values: they may be a person's,
and errors end up in logs (H66).
"""

from pathlib import Path

from sqlalchemy import event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from app.settings import Settings
from app.sqlite_driver import DRIVER

# How long a writer waits for other transactions before it gives up, in milliseconds. SQLite knows
# no queue: of a hundred writers at once the unluckiest waits for all the others, and some twice.
WRITER_WAITS = 30_000
# PostgreSQL ends a session that began a transaction and forgot it: nobody waits for it for ever.
# The longest of ours is a chunk of a bulk job, a second.
FORGOTTEN_AFTER = 60_000


def engine_for(room: str, settings: Settings) -> AsyncEngine:
    """Return the engine of one room: its own file, or its own schema."""
    if settings.database_url is not None:
        return postgresql_engine(settings.database_url, room)
    return sqlite_engine(settings.home / f"{room}.sqlite")


def sqlite_engine(path: Path) -> AsyncEngine:
    """Return the engine of one room's SQLite file; a commit that returned survives power loss."""
    engine = create_async_engine(f"sqlite+{DRIVER}:///{path}", hide_parameters=True)
    event.listen(engine.sync_engine, "connect", _configure_sqlite)
    return engine


def postgresql_engine(url: str, room: str, *, pool_size: int = 5) -> AsyncEngine:
    """Return an engine whose tables live in the schema named after the room.

    ``url`` is any PostgreSQL address; the driver is psycopg 3 whatever it names.
    """
    address = make_url(url).set(drivername="postgresql+psycopg")
    patience = (
        f"-c lock_timeout={WRITER_WAITS}",
        f"-c idle_in_transaction_session_timeout={FORGOTTEN_AFTER}",
    )
    engine = create_async_engine(
        # What the address itself sets comes last, and so is what holds.
        address.update_query_dict({"options": " ".join((*patience, *_options(address)))}),
        pool_size=pool_size,
        hide_parameters=True,
    )
    return engine.execution_options(schema_translate_map={None: room})


def _options(address: URL) -> tuple[str, ...]:
    """Return what an address sets for its sessions, of one or several parameters."""
    options = address.query.get("options", ())
    return (options,) if isinstance(options, str) else options


def _configure_sqlite(connection: object, _record: ConnectionPoolEntry) -> None:
    """WAL lets readers pass the writer; FULL syncs every commit (NORMAL may lose the last)."""
    # The driver's own transaction handling is switched off: ours begins them.
    connection.isolation_level = None  # type: ignore[attr-defined]  # DBAPI connections are untyped
    cursor = connection.cursor()  # type: ignore[attr-defined]  # the same
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={WRITER_WAITS}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
