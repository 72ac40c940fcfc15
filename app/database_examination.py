"""What a doctor looks at in the databases, without changing or holding up anything."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Final, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from app.database import engine_for
from app.errors import CommandError
from app.log_key import LogKey
from app.schema import revisions
from app.settings import Role, Settings
from app.wiring.consent import ANCHOR, KEY_ROOM
from consent.errors import ConsentError
from consent.store import Anchor, check_stored
from web.errors import Party

_T = TypeVar("_T")
# The pages' own tables are served with every role.
_PAGES: Final = "web"
# One picture of the database for the whole look; no lock that a writer would wait for.
_SNAPSHOT: Final = {
    "sqlite": "BEGIN",
    "postgresql": "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
}


def rooms_of(settings: Settings) -> tuple[str, ...]:
    """Return every room whose database this role needs."""
    keys = (KEY_ROOM,) if Role.CONSENT.value in settings.role.rooms else ()
    return (_PAGES, *settings.role.rooms, *keys)


async def look_at_database(settings: Settings, room: str) -> str:
    """Look whether a room's database answers, and has the tables this program was written for."""
    found, newest = await _looked(settings, room, partial(revisions, room=room))
    if found != newest:
        detail = f"{room} is at revision {found or 'none'}, not {newest}: start the service once"
        raise CommandError("revision", Party.CALLER, detail)
    return f"at {newest}"


async def look_at_ledger(settings: Settings) -> str:
    """Look whether the log is what was signed last, its newest ten thousand entries recomputed."""
    if Role.CONSENT.value not in settings.role.rooms:
        return "another service keeps it"
    key = LogKey(settings.home, settings.ledger_base).current()
    kept = Anchor(settings.home / ANCHOR).read() if settings.workers == 1 else []
    try:
        head = await _looked(settings, "consent", lambda found: check_stored(found, key, kept))
    except ConsentError as error:
        detail = f"{error.detail}: stop the service and restore a backup"
        raise CommandError(error.failure.value, Party.LEDGER, detail) from None
    if head is None:
        raise CommandError("no_log", Party.LEDGER, "no log was opened: start the service once")
    anchored = "its anchor agrees" if kept else "no anchor is kept"
    return f"{head.size} entries, {anchored}"


async def _looked(settings: Settings, room: str, look: Callable[[Connection], _T]) -> _T:
    if settings.database_url is None and not (settings.home / f"{room}.sqlite").exists():
        detail = f"there is no {room}.sqlite in {settings.home}: start the service once"
        raise CommandError("no_database", Party.CALLER, detail)
    try:
        async with _snapshot(settings, room) as connection:
            return await connection.run_sync(look)
    except (SQLAlchemyError, OSError) as error:
        detail = f"{room} does not answer ({type(error).__name__}): {_next(settings, room)}"
        raise CommandError("no_database", Party.CALLER, detail) from None


@asynccontextmanager
async def _snapshot(settings: Settings, room: str) -> AsyncIterator[AsyncConnection]:
    engine = engine_for(room, settings)
    try:
        async with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            await connection.exec_driver_sql(_SNAPSHOT[engine.dialect.name])
            yield connection
            await connection.exec_driver_sql("ROLLBACK")
    finally:
        await engine.dispose()


def _next(settings: Settings, room: str) -> str:
    if settings.database_url is None and room == KEY_ROOM:
        return "move its file away; what was sealed with the keys in it stays unopenable"
    if settings.database_url is None:
        return "see whether its file is whole, or restore a backup"
    return "see whether PostgreSQL runs and MYDATA_DATABASE_URL names it"
