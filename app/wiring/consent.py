"""The ledger, wired."""

from typing import Final

from app.acts import watched
from app.database import engine_for
from app.installation import Installation
from app.log_key import own_log_signer
from app.measures import measure_ledger
from app.metrics import Act
from app.schema import upgrade
from app.wiring.part import Part
from consent.endpoints import routes
from consent.ledger import Ledger, LedgerKeys
from consent.pages import pages
from consent.store import ConsentStore, RecordKeyStore

ROOM: Final = "consent"
# The keys of the records, in a database of their own that belongs into no backup.
KEY_ROOM: Final = "record_keys"
ANCHOR: Final = "log.anchor"


def wire_consent(installation: Installation) -> Part:
    """Return the ledger of an installation."""
    settings = installation.settings
    engine = engine_for(ROOM, settings)
    key_engine = engine_for(KEY_ROOM, settings)
    signer = own_log_signer(settings.home, installation.store, installation.host)
    ledger = Ledger(
        ConsentStore(engine),
        record_keys=RecordKeyStore(key_engine),
        keys=LedgerKeys(
            origin=signer.verifier_key.name,
            signer=installation.store.signer("log"),
            data_key=installation.store.data_key(ROOM),
        ),
        trust=installation.trust.current,
        clock=installation.clock,
        # Several processes take turns at writing; one file outside the database serves one.
        anchor=settings.home / ANCHOR if settings.workers == 1 else None,
    )

    ledger = watched(ledger, {"submit": Act.RECORDED}, installation.metrics)
    measure_ledger(ledger, installation)

    async def start() -> None:
        await upgrade(ROOM, engine)
        await upgrade(KEY_ROOM, key_engine)
        await ledger.start()

    async def stop() -> None:
        await ledger.close()
        await engine.dispose()
        await key_engine.dispose()

    return Part(
        ROOM,
        routes(ledger),
        start,
        ledger.check_ready,
        stop,
        pages=lambda kit: pages(ledger, kit),
    )
