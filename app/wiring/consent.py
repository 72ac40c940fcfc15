"""The ledger, wired."""

from typing import Final

from fastapi import APIRouter

from app.acts import watched
from app.database import engine_for
from app.errors import StartError
from app.frozen_logs import begin_after, frozen_logs
from app.installation import Installation
from app.log_key import own_log
from app.measures import measure_ledger
from app.metrics import Act
from app.periodic import Periodic
from app.schema import upgrade
from app.settings import Settings
from app.wiring.part import Part
from app.wiring.witnesses import Witnesses, policy_of
from consent.endpoints import routes
from consent.endpoints.frozen import frozen_routes
from consent.endpoints.looking_up import looking_up_routes
from consent.endpoints.openings import opening_routes
from consent.forms.terms import LocalText
from consent.ledger import Ledger, LedgerKeys
from consent.opening.openings import OpeningDesk, Openings
from consent.pages import pages
from consent.pages.receipts import receipt_pages
from consent.pruning import Pruning
from consent.store import ConsentStore, RecordKeyStore, SqlOpeningStore
from web.kit import Kit

ROOM: Final = "consent"
# The keys of the records, in a database of their own that belongs into no backup.
KEY_ROOM: Final = "record_keys"
ANCHOR: Final = "log.anchor"
# What has fallen due is told within a minute.
TICK_SECONDS: Final = 60.0
# A month is over at the first look after its last midnight.
MONTH_SECONDS: Final = 600.0


def pruning_of(settings: Settings) -> Pruning:
    """Return what of the log is published, or raise ``StartError`` (no_retention_policy).

    C2SP tlog-tiles: without a policy for when pruning is permitted, a log must not be pruned.
    """
    if settings.log_minimum and settings.log_retention is None:
        detail = (
            "MYDATA_LOG_MINIMUM prunes the log: set MYDATA_LOG_RETENTION to the policy's address"
        )
        raise StartError("no_retention_policy", detail)
    return Pruning(settings.log_minimum, settings.log_retention)


async def check_pruned(pruning: Pruning, ledger: Ledger) -> None:
    """Raise ``StartError`` (minimum_beyond) for a minimum that the log has not reached."""
    size = (await ledger.files.head()).size
    if pruning.minimum > size:
        raise StartError("minimum_beyond", f"the log has {size} entries: lower MYDATA_LOG_MINIMUM")


def wire_consent(installation: Installation) -> Part:
    """Return the ledger of an installation."""
    settings = installation.settings
    engine = engine_for(ROOM, settings)
    key_engine = engine_for(KEY_ROOM, settings)
    log = own_log(settings.home, installation.store, installation.host, name=settings.log_name)
    store = ConsentStore(engine)
    ledger = Ledger(
        store,
        record_keys=RecordKeyStore(key_engine),
        keys=LedgerKeys(
            origin=log.name,
            signer=log.signer,
            data_key=installation.store.data_key(ROOM),
            witnesses=policy_of(settings) if settings.witnesses is not None else None,
            beside=log.beside,
            retired=log.retired,
        ),
        trust=installation.trust.current,
        clock=installation.clock,
        # Several processes take turns at writing; one file outside the database serves one.
        anchor=settings.home / ANCHOR if settings.workers == 1 else None,
    )

    pruning = pruning_of(settings)
    frozen = frozen_logs(settings, log.name)
    witnesses = Witnesses(installation, ledger.files, ledger.log_key, store)
    metrics = installation.metrics
    asked = {"read": Act.RECORDS_READ, "erase": Act.RECORDS_ERASED}
    ledger = watched(
        ledger,
        {"submit": Act.RECORDED},
        metrics,
        parts={"asking": watched(ledger.asking, asked, metrics)},
    )
    measure_ledger(ledger, installation)

    openings = Openings(
        SqlOpeningStore(engine),
        ledger.records_of_key,
        installation.store.data_key(ROOM),
        OpeningDesk(
            settings.base,
            installation.keyring.ledger,
            installation.trust.current,
            installation.clock,
        ),
    )
    types = {
        kind.vct(settings.base): LocalText(kind.label.ko, kind.label.en, kind.label.ja)
        for kind in installation.kinds.kinds.values()
    }
    router = routes(ledger, pruning)
    router.include_router(opening_routes(openings))
    router.include_router(frozen_routes({each.name: each.read for each in frozen}))
    router.include_router(looking_up_routes(ledger, installation.gate.authorize))

    def shown(kit: Kit) -> APIRouter:
        both = pages(ledger, kit)
        both.include_router(receipt_pages(openings, types, kit))
        return both

    async def tick() -> None:
        await ledger.tick(installation.clock())

    counting = Periodic("consent_months", MONTH_SECONDS, ledger.months.turn)
    ticking = Periodic("consent_tick", TICK_SECONDS, tick)

    async def start() -> None:
        await upgrade(ROOM, engine)
        await upgrade(KEY_ROOM, key_engine)
        await ledger.start()
        await begin_after(frozen, ledger, store)
        await check_pruned(pruning, ledger)
        await ledger.months.turn()
        await ticking.start()
        await counting.start()
        await witnesses.start()

    async def stop() -> None:
        await ticking.stop()
        await counting.stop()
        await witnesses.stop()
        await ledger.close()
        await engine.dispose()
        await key_engine.dispose()

    return Part(
        ROOM,
        router,
        start,
        ledger.check_ready,
        stop,
        pages=shown,
    )
