"""The relying parties, wired."""

from typing import Final

from sqlalchemy.ext.asyncio import AsyncEngine

from app.acts import DONE, watched
from app.database import engine_for
from app.installation import Installation, local_authorities
from app.keyring import originals_of, registrar_id
from app.measures import measure_late_uses
from app.metrics import Act
from app.periodic import Periodic, Periodics
from app.registrar import Registrar
from app.schema import upgrade
from app.wiring.issuers import ROOM as ISSUERS
from app.wiring.issuers import probe
from app.wiring.part import Part
from app.wiring.record import OwnRegister
from verifiers.client import EventClient, VerifiersClient
from verifiers.endpoints import routes
from verifiers.endpoints.events import event_routes
from verifiers.events.telling import Events
from verifiers.offline.supplies import SignedTrustList, Supplies
from verifiers.pages import pages
from verifiers.services.catalogue import Catalogue
from verifiers.store import EventsStore, VerifiersStore
from verifiers.transaction import Outcome, Progress
from verifiers.verifier import Verifiers
from web.outbound import Outbound

ROOM: Final = "verifiers"
# Delivered claims live a minute; they are looked for often enough that it stays one.
_FORGETTING_SECONDS: Final = 10.0
# Whoever withdraws sees the erasure while they still look.
_DUTY_SECONDS: Final = 5.0
# So long a party registered at one process is unknown to the others.
_LEARNING_SECONDS: Final = 2.0
# The ledger looks once a minute for codes that were used at several institutions.
_REUSED_SECONDS: Final = 60.0


def wire_verifiers(installation: Installation) -> Part:
    """Return the relying parties of an installation."""
    settings = installation.settings
    engine = engine_for(ROOM, settings)
    outbound = installation.outbound()
    log_key = installation.log_key
    # Whichever way an answer came, here it is written down how its verification ended.
    store = watched(
        VerifiersStore(engine), {"close": Act.VERIFIED}, installation.metrics, outcome_of=_ended
    )
    outside = VerifiersClient(
        outbound, ledger_url=settings.ledger_base, wallet_url=settings.wallet_base
    )
    verifiers = Verifiers(
        base=settings.base,
        store=store,
        outside=outside,
        party_keys=installation.keyring,
        data_key=installation.store.data_key(ROOM),
        original_key=lambda party: installation.store.data_key(originals_of(party)),
        log_key=log_key.current,
        trust=installation.trust.current,
        clock=installation.clock,
        entropy=installation.entropy,
        certify=lambda party: installation.keyring.prepare_party(
            party, lambda: local_authorities(settings)
        ),
        registrar=Registrar(
            registrar_id(settings.base), installation.keyring.registrar
        ).certificate,
        skew_seen=lambda used: installation.metrics.skew(used.check.value, used.direction.value),
        types=installation.transaction_types,
    )
    events = _events(installation, engine, outbound, verifiers.catalogue)
    asking = {"ask_profile": Act.ASKED, "ask_query": Act.ASKED, "scan": Act.SCANNED}
    # A notice about nobody's consent is counted by its outcome.
    duties = watched(
        verifiers.duties, {"receive_notice": Act.WITHDRAWAL_NOTICED}, installation.metrics
    )
    verifiers = watched(verifiers, asking, installation.metrics, parts={"duties": duties})
    works = Periodics(
        # Another process of this service may have registered somebody.
        Periodic("learning registrations", _LEARNING_SECONDS, verifiers.registering.learn),
        Periodic("learning reused codes", _REUSED_SECONDS, duties.learn_reused),
        Periodic("forgetting claims", _FORGETTING_SECONDS, verifiers.forget_claims),
        Periodic("doing what is owed", _DUTY_SECONDS, duties.work),
        Periodic("telling events", _DUTY_SECONDS, events.work),
    )
    supplies = Supplies(
        verifiers.catalogue,
        outside,
        verifiers,
        lambda: _signed_trust_list(installation),
        installation.clock,
    )
    measure_late_uses(verifiers.duties, installation)
    register = OwnRegister(settings) if ISSUERS in settings.role.rooms else None
    router = routes(verifiers, installation.gate.authorize, supplies)
    router.include_router(event_routes(events, installation.gate.authorize))

    async def start() -> None:
        await upgrade(ROOM, engine)
        await verifiers.registering.start()
        await log_key.learn(outbound)
        await works.start()

    async def ready() -> None:
        await probe(engine)

    async def stop() -> None:
        await works.stop()
        await outbound.aclose()
        if register is not None:
            await register.close()
        await engine.dispose()

    return Part(
        ROOM,
        router,
        start,
        ready,
        stop,
        pages=lambda kit: pages(
            verifiers, supplies, kit, None if register is None else register.person
        ),
    )


def _events(
    installation: Installation, engine: AsyncEngine, outbound: Outbound, catalogue: Catalogue
) -> Events:
    """Return what institutions are told of, and who tells it."""
    return Events(
        EventsStore(engine),
        watched(EventClient(outbound), {"tell": Act.EVENT_TOLD}, installation.metrics),
        registrations=lambda: catalogue.registrations,
        party_keys=installation.keyring,
        issuer=installation.settings.base,
        clock=installation.clock,
    )


def _signed_trust_list(installation: Installation) -> SignedTrustList:
    """Return the list as its keeper signed it, once it was found good."""
    installation.trust.current()
    return SignedTrustList(installation.trust.token(), installation.trust.keeper())


def _ended(_transaction_id: str, outcome: Outcome) -> str:
    if outcome.failure is not None:
        return outcome.failure.code
    return DONE if outcome.progress is Progress.VERIFIED else outcome.progress.value
