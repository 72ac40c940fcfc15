"""Receipts of the first release on the pages: shown as they are, and nothing breaks on them."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.issuers.pages.browser import Browser
from tests.wallet.refusal import refused
from tests.wallet.world import HOLDER, World
from wallet.errors import WalletFailure
from wallet.kept.keeping import BoxKind
from wallet.kept.vault import open_vault
from web.errors import Party

VECTOR = Path(__file__).resolve().parents[3] / "docs" / "vectors" / "receipt-1.json"


@pytest.fixture
async def first(world: World) -> Any:
    """A receipt that the holder's wallet kept a release ago."""
    receipt = json.loads(VECTOR.read_text())["receipts"][0]
    ports = world.ports
    vault = await open_vault(ports.shelf, ports.store_key, HOLDER, ports.entropy)
    box = vault.seal(BoxKind.RECEIPT, receipt["record"]["record_id"], world.clock.now, receipt)
    await ports.shelf.put(box)
    return receipt


async def test_an_old_receipt_is_shown_and_downloaded_as_it_is(
    citizen: Browser, first: Any
) -> None:
    """
    Who, when and which claims; the file is the very one that was kept.
    """
    address = f"/wallet/receipts/{first['record']['record_id']}"
    await citizen.get(address)
    assert "미리내은행" in citizen.words

    kept = await citizen.client.get(f"{address}/download")
    assert first == json.loads(kept.content)
    await citizen.get(f"{address}/paper", 404)


async def test_an_old_consent_has_nothing_to_withdraw(world: World, first: Any) -> None:
    """
    Its log has no shape for what could follow, and the wallet says so instead of failing.
    """
    with refused(WalletFailure.NOTHING_TO_WITHDRAW, Party.CALLER):
        await world.consents.sharing(HOLDER, first["record"]["record_id"])
