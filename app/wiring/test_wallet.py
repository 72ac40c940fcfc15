"""The test wallet of demo mode, wired; no other mode has its addresses or its keys."""

import shutil
from pathlib import Path
from tempfile import gettempdir
from typing import Final

from app.database import sqlite_engine
from app.installation import Installation
from app.schema import metadata_of
from app.service_client import ServiceClient
from app.settings import Role
from app.test_wallet.addresses import case_routes
from app.test_wallet.certificates import CaseCertificates
from app.test_wallet.pages import sheet_pages
from app.test_wallet.wallet import CaseWallet
from app.wiring.issuers import probe
from app.wiring.part import Part
from keys import base64url
from keys.sealing import DataKey
from wallet.client import WalletClient
from wallet.ledger.appending import Log
from wallet.ports import Ports
from wallet.store import OutboxStore, WalletStore
from wallet.wallet import Wallets

ROOM: Final = "test-wallet"
_NAME_SIZE: Final = 16


def wire_test_wallet(installation: Installation) -> tuple[Part, ...]:
    """Return the test wallet where everything is served in demo mode, and nothing elsewhere."""
    settings = installation.settings
    return (_wired(installation),) if settings.demo and settings.role is Role.ALL else ()


def _wired(installation: Installation) -> Part:
    """Return a wallet with a store and a key of its own, which end with the process."""
    settings = installation.settings
    name = base64url.encode(installation.entropy(_NAME_SIZE))
    folder = Path(gettempdir()) / f"mydata-test-wallet-{name}"
    engine = sqlite_engine(folder / "wallet.sqlite")
    outbound = installation.outbound()
    ports = Ports(
        shelf=WalletStore(engine),
        outbox=OutboxStore(engine),
        store_key=DataKey.generate(installation.entropy),
        correspondent=WalletClient(outbound),
        log=Log(settings.ledger_base, installation.log_key.current),
        trust=installation.trust.current,
        transaction_types=installation.transaction_types,
        clock=installation.clock,
        entropy=installation.entropy,
        base=settings.base,
    )
    client = ServiceClient(settings.base, settings.home, authority_file=settings.authority_file)
    wallet = CaseWallet(ports, CaseCertificates(client, Wallets(ports), installation.keyring))

    async def start() -> None:
        folder.mkdir(mode=0o700)
        # A file that ends with the process has no earlier version to come from.
        async with engine.begin() as connection:
            await connection.run_sync(metadata_of("wallet").create_all)

    async def ready() -> None:
        await probe(engine)

    async def stop() -> None:
        await wallet.stop()
        await ports.notifier.settle()
        await client.aclose()
        await outbound.aclose()
        await engine.dispose()
        shutil.rmtree(folder, ignore_errors=True)

    return Part(
        ROOM,
        case_routes(wallet, settings.base),
        start,
        ready,
        stop,
        pages=lambda kit: sheet_pages(kit, settings.base),
    )
