"""The issuers, wired: their tables, the sources of record, the demo's population."""

from datetime import timedelta, timezone
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from app.acts import DONE, watched
from app.database import engine_for
from app.installation import Installation
from app.measures import measure_status_lists
from app.metrics import Act
from app.periodic import Periodic, Periodics
from app.schema import upgrade
from app.wiring.part import Part
from issuers.authorization.clients import Client
from issuers.endpoints import routes
from issuers.issuer import Issuers
from issuers.pages import pages
from issuers.population.census import offices, population
from issuers.store import IssuersStore, SqlSourceOfRecord
from issuers.store.population import load
from issuers.surroundings import Surroundings
from standards.openid4vci.credential import CredentialResponse, DeferredResponse

ROOM: Final = "issuers"
# A status that changes twice within a minute is kept once.
_KEEPING_SECONDS: Final = 60.0
# What nobody fetched in a month is erased within the hour; it is handed out no more before that.
_ERASING_SECONDS: Final = 3600.0
# The day in Korea; tax accounts are made as they stand on it.
_KOREA: Final = timezone(timedelta(hours=9))


def wire_issuers(installation: Installation) -> Part:
    """Return the issuers of an installation."""
    engine = engine_for(ROOM, installation.settings)
    issuers = Issuers(
        installation.kinds,
        IssuersStore(engine, installation.settings.status_list_size),
        SqlSourceOfRecord(engine),
        installation.keyring,
        Surroundings(
            base=installation.settings.base,
            secret=installation.room_secret(ROOM),
            clock=installation.clock,
            trust=installation.trust_or_none,
            entropy=installation.entropy,
            encrypted_only=installation.settings.encrypted_only,
        ),
    )

    metrics = installation.metrics
    at_the_desk = {"offer": Act.OFFERED, "change": Act.STATUS_CHANGED}
    desk = watched(issuers.desk, at_the_desk, metrics)
    issued = {"credential": Act.ISSUED, "deferred": Act.ISSUED}
    issuers = watched(issuers, issued, metrics, parts={"desk": desk}, answered=_waits)
    measure_status_lists(issuers, installation)

    works = Periodics(
        Periodic("keeping status lists", _KEEPING_SECONDS, issuers.keep_status_lists),
        Periodic("erasing copies of a year", _ERASING_SECONDS, issuers.erase_copies),
    )

    async def start() -> None:
        await upgrade(ROOM, engine)
        if installation.settings.demo:
            await _populate(engine, installation)
        await issuers.prepare()
        if "wallet" in installation.settings.role.rooms:
            await issuers.clients.add(own_wallet(installation.settings.base))
        await issuers.keep_status_lists()
        await issuers.erase_copies()
        await works.start()

    async def ready() -> None:
        await probe(engine)

    async def close() -> None:
        await works.stop()
        await engine.dispose()

    return Part(
        ROOM,
        routes(issuers, installation.gate.authorize),
        start,
        ready,
        close,
        pages=lambda kit: pages(issuers, kit),
        hindrances=issuers.guard.hindrances,
    )


def own_wallet(base: str) -> Client:
    """Return this service's own wallet as a client; its wallet provider attests it."""
    return Client(f"{base}/wallet", (f"{base}/wallet/authorized",))


def _waits(answer: CredentialResponse | DeferredResponse) -> str:
    """Return how a credential request ended: what an officer decides about is no issue yet."""
    return "deferred" if isinstance(answer, DeferredResponse) else DONE


async def probe(engine: AsyncEngine) -> None:
    """Raise when the database does not answer."""
    async with engine.connect() as connection:
        await connection.execute(select(1))


async def _populate(engine: AsyncEngine, installation: Installation) -> None:
    """Fill the empty sources of record with people who do not exist."""
    today = installation.clock().astimezone(_KOREA).date()
    await load(engine, offices(), population(as_of=today))
