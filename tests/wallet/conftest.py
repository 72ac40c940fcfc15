"""A world for each test of the wallet."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.empty_databases import empty_sqlite
from tests.wallet.issuer_of_test import IssuerOfTest
from tests.wallet.verifier_of_test import VerifierOfTest
from tests.wallet.world import HOLDER, World
from wallet.proving import whole_history
from wallet.store import OutboxStore, WalletStore, metadata


@pytest.fixture
async def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    """A wallet on a fresh database, and nobody in the world but a ledger."""
    monkeypatch.setattr(whole_history, "SEALING_SECONDS", 0.0)
    engine = empty_sqlite(tmp_path / "wallet.sqlite", metadata)
    yield World.around(WalletStore(engine), OutboxStore(engine))
    await engine.dispose()


@pytest.fixture
async def issuer(world: World) -> IssuerOfTest:
    """An issuer that everybody trusts."""
    return IssuerOfTest(world)


@pytest.fixture
async def verifier(world: World, issuer: IssuerOfTest) -> VerifierOfTest:
    """A relying party that everybody trusts, and a holder with a credential to show it."""
    await world.wallets.accept(HOLDER, issuer.offer_uri())
    return VerifierOfTest(world, issuer)
