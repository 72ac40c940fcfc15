"""The wallets, wired."""

from typing import Final

from app.acts import watched
from app.database import engine_for
from app.installation import Installation
from app.metrics import Act
from app.schema import upgrade
from app.wiring.issuers import probe
from app.wiring.part import Part
from wallet.appending import Log
from wallet.client import WalletClient
from wallet.endpoints import routes
from wallet.pages import pages
from wallet.ports import Ports
from wallet.store import OutboxStore, WalletStore
from wallet.wallet import Wallets

ROOM: Final = "wallet"
DEMO_HOLDER: Final = "demo"


def wire_wallet(installation: Installation) -> Part:
    """Return the wallets of an installation."""
    engine = engine_for(ROOM, installation.settings)
    outbound = installation.outbound()
    log_key = installation.log_key
    wallets = Wallets(
        Ports(
            shelf=WalletStore(engine),
            outbox=OutboxStore(engine),
            store_key=installation.store.data_key(ROOM),
            correspondent=WalletClient(outbound),
            log=Log(installation.settings.ledger_base, log_key.current),
            trust=installation.trust.current,
            clock=installation.clock,
            entropy=installation.entropy,
            base=installation.settings.base,
        )
    )

    shown = {"present": Act.PRESENTED, "show_code": Act.PRESENTED, "refuse": Act.REFUSED}
    wallets = watched(wallets, {"accept": Act.RECEIVED, **shown}, installation.metrics)

    async def start() -> None:
        await upgrade(ROOM, engine)
        await log_key.learn(outbound)
        if installation.settings.demo:
            installation.gate.write_holder_token(DEMO_HOLDER)

    async def ready() -> None:
        await probe(engine)

    async def stop() -> None:
        await wallets.ports.notifier.settle()
        await outbound.aclose()
        await engine.dispose()

    return Part(
        ROOM,
        routes(wallets, installation.gate.authorize),
        start,
        ready,
        stop,
        pages=lambda kit: pages(wallets, kit, installation.settings.base),
    )
