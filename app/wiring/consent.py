"""The ledger, wired."""

from typing import Final

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncEngine

from app.acts import watched
from app.database import engine_for
from app.errors import StartError
from app.frozen_logs import FrozenLog, begin_after, frozen_logs
from app.installation import Installation
from app.log_key import OwnLog, own_log
from app.measures import measure_ledger
from app.metrics import Act, Metrics
from app.periodic import Periodic, Periodics
from app.schema import upgrade
from app.settings import Settings
from app.wiring.part import Part
from app.wiring.witnesses import Witnesses, policy_of
from consent.endpoints import routes
from consent.endpoints.frozen import frozen_routes
from consent.endpoints.institutions import institution_routes
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
    settings, metrics = installation.settings, installation.metrics
    engines = engine_for(ROOM, settings), engine_for(KEY_ROOM, settings)
    store = ConsentStore(engines[0])
    log = own_log(settings.home, installation.store, installation.host, name=settings.log_name)
    plain = _ledger(installation, log, store, RecordKeyStore(engines[1]))
    frozen = frozen_logs(settings, log.name)
    witnesses = Witnesses(installation, plain.files, plain.log_key, store)
    ledger = _watched(plain, metrics)
    measure_ledger(ledger, installation)
    openings = _openings(installation, engines[0], ledger)
    types = _type_names(installation)

    def shown(kit: Kit) -> APIRouter:
        both = pages(ledger, kit)
        both.include_router(receipt_pages(openings, types, kit))
        return both

    running = _Running(installation, ledger, store, witnesses, frozen, engines)
    return Part(
        ROOM,
        _router(installation, ledger, openings, frozen),
        running.start,
        ledger.check_ready,
        running.stop,
        pages=shown,
    )


def _ledger(
    installation: Installation, log: OwnLog, store: ConsentStore, record_keys: RecordKeyStore
) -> Ledger:
    settings = installation.settings
    return Ledger(
        store,
        record_keys=record_keys,
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


def _watched(ledger: Ledger, metrics: Metrics) -> Ledger:
    """Return the ledger whose acts are logged and counted."""
    asked = {"read": Act.RECORDS_READ, "erase": Act.RECORDS_ERASED}
    parts = {"asking": watched(ledger.asking, asked, metrics)}
    return watched(ledger, {"submit": Act.RECORDED}, metrics, parts=parts)


def _openings(installation: Installation, engine: AsyncEngine, ledger: Ledger) -> Openings:
    return Openings(
        SqlOpeningStore(engine),
        ledger.records_of_key,
        installation.store.data_key(ROOM),
        OpeningDesk(
            installation.settings.base,
            installation.keyring.ledger,
            installation.trust.current,
            installation.clock,
        ),
    )


def _type_names(installation: Installation) -> dict[str, LocalText]:
    """Return what each kind that is issued here is called, by the address of its type."""
    return {
        kind.vct(installation.settings.base): LocalText(
            kind.label.ko, kind.label.en, kind.label.ja
        )
        for kind in installation.kinds.kinds.values()
    }


def _router(
    installation: Installation, ledger: Ledger, openings: Openings, frozen: list[FrozenLog]
) -> APIRouter:
    router = routes(ledger, pruning_of(installation.settings))
    router.include_router(opening_routes(openings))
    router.include_router(frozen_routes({each.name: each.read for each in frozen}))
    for operators in (looking_up_routes, institution_routes):
        router.include_router(operators(ledger, installation.gate.authorize))
    return router


class _Running:
    """What goes on beside the requests: begun in this order, and ended before the databases."""

    def __init__(
        self,
        installation: Installation,
        ledger: Ledger,
        store: ConsentStore,
        witnesses: Witnesses,
        frozen: list[FrozenLog],
        engines: tuple[AsyncEngine, AsyncEngine],
    ) -> None:
        self._installation = installation
        self._ledger = ledger
        self._store = store
        self._witnesses = witnesses
        self._frozen = frozen
        self._engines = engines
        self._works = Periodics(
            Periodic("consent_tick", TICK_SECONDS, self._tick),
            Periodic("consent_months", MONTH_SECONDS, ledger.months.turn),
        )

    async def start(self) -> None:
        for room, engine in zip((ROOM, KEY_ROOM), self._engines, strict=True):
            await upgrade(room, engine)
        await self._ledger.start()
        await begin_after(self._frozen, self._ledger, self._store)
        await check_pruned(pruning_of(self._installation.settings), self._ledger)
        await self._ledger.months.turn()
        await self._works.start()
        await self._witnesses.start()

    async def stop(self) -> None:
        await self._works.stop()
        await self._witnesses.stop()
        await self._ledger.close()
        for engine in self._engines:
            await engine.dispose()

    async def _tick(self) -> None:
        await self._ledger.tick(self._installation.clock())
