"""The wallets, wired."""

from typing import Final

from fastapi import APIRouter

from app.acts import DONE, watched
from app.database import engine_for
from app.installation import Installation
from app.keyring import provider_id
from app.metrics import Act
from app.periodic import Periodic
from app.schema import upgrade
from app.wallet_clients import ClientFiles
from app.wiring.issuers import probe
from app.wiring.part import Part
from wallet.client import WalletClient
from wallet.consents import Consents
from wallet.endpoints import loss_routes, routes
from wallet.errors import WalletFailure
from wallet.ledger.appending import Log
from wallet.outside.provider import WalletProvider
from wallet.pages import pages
from wallet.ports import Ports
from wallet.presenting.reviewing import Review
from wallet.receiving.authorizing import client_id
from wallet.store import OutboxStore, WalletStore
from wallet.wallet import Wallets
from web.kit import Kit
from web.people import PersonRole

ROOM: Final = "wallet"
DEMO_HOLDER: Final = "demo"
# Shorter than the first wait of an errand: nobody waits for the worker's turn.
_TELLING_SECONDS: Final = 5.0


def _provider(installation: Installation) -> WalletProvider:
    """Return who vouches for these wallets, with the key it has today."""
    base, certified = installation.settings.base, installation.keyring.wallet_provider()
    return WalletProvider(provider_id(base), client_id(base), certified.signer, certified.x5c)


def wire_wallet(installation: Installation) -> Part:
    """Return the wallets of an installation."""
    engine = engine_for(ROOM, installation.settings)
    outbound = installation.outbound()
    log_key = installation.log_key
    ports = Ports(
        shelf=WalletStore(engine),
        outbox=OutboxStore(engine),
        store_key=installation.store.data_key(ROOM),
        correspondent=WalletClient(outbound),
        log=Log(installation.settings.ledger_base, log_key.current),
        trust=installation.trust.current,
        trust_token=installation.trust.token,
        provider=lambda: _provider(installation),
        clients=ClientFiles(installation.settings.home).current,
        copies=installation.settings.copies,
        transaction_types=installation.transaction_types,
        clock=installation.clock,
        entropy=installation.entropy,
        base=installation.settings.base,
    )
    taken = {"accept": Act.RECEIVED, "authorized": Act.RECEIVED}
    shown = {"present": Act.PRESENTED, "show_code": Act.PRESENTED, "refuse": Act.REFUSED}
    seen = {**taken, **shown, "review": Act.REVIEWED}
    wallets = watched(Wallets(ports), seen, installation.metrics, answered=asked_too_much)
    consents = watched(Consents(ports), {"withdraw": Act.WITHDRAWN}, installation.metrics)

    async def tell() -> None:
        await consents.run_errands()

    telling = Periodic("telling of withdrawals", _TELLING_SECONDS, tell)

    async def start() -> None:
        await upgrade(ROOM, engine)
        await log_key.learn(outbound)
        if installation.settings.demo:
            installation.gate.write_holder_token(DEMO_HOLDER)
        await telling.start()

    async def ready() -> None:
        await probe(engine)

    async def stop() -> None:
        await telling.stop()
        await ports.notifier.settle()
        await outbound.aclose()
        await engine.dispose()

    return Part(
        ROOM,
        routes(wallets, consents, installation.gate.authorize),
        start,
        ready,
        stop,
        pages=lambda kit: _with_sessions(wallets, consents, kit, installation),
    )


def _with_sessions(
    wallets: Wallets, consents: Consents, kit: Kit, installation: Installation
) -> APIRouter:
    """Return the pages, and the act that signs out of them."""

    async def sign_out(holder: str) -> int:
        return await kit.sign_out(holder, PersonRole.CITIZEN)

    router = APIRouter()
    router.include_router(loss_routes(wallets, installation.gate.authorize, sign_out))
    router.include_router(pages(wallets, consents, kit, installation.settings.base))
    return router


def asked_too_much(answer: object) -> str:
    """Count questions that ask too much apart, by whose word; who asked is in no metric."""
    if not isinstance(answer, Review) or not answer.over_asked:
        return DONE
    is_unregistered = bool(answer.beyond_registration)
    counted = WalletFailure.BEYOND_REGISTRATION if is_unregistered else WalletFailure.BEYOND_TERMS
    return counted.value
