"""What the ledger refuses is counted by its closed reason, and by nothing else."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI

from app.acts import watched
from app.metrics import Act, Metrics
from consent.endpoints import routes
from consent.forms.record import EventState
from consent.forms.submission import NewEntry
from consent.ledger import Ledger
from consent.quota import Quota
from keys import base64url
from keys.signer import SoftwareSigner
from tests.app.test_metrics import counted
from tests.consent import sharing as sharings
from tests.consent.sharing import Sharing, pair_of
from tests.consent.world import World, fresh_engine

JWT = {"content-type": "application/jwt"}


@pytest.fixture
async def ledger(tmp_path: Path) -> AsyncIterator[tuple[Ledger, World]]:
    world = World()
    engine = await fresh_engine(tmp_path / "consent.sqlite")
    ledger = world.ledger(engine, quota=Quota(5))
    await ledger.start()
    yield ledger, world
    await ledger.close()
    await engine.dispose()


async def test_refusals_are_counted_by_reason_and_never_by_label(
    ledger: tuple[Ledger, World],
) -> None:
    """
    Wrong role, foreign label, a record sent again as another entry, a key used for something
    else, too many: one series each, and nothing in any of them of who it was.
    """
    bare, world = ledger
    metrics = Metrics()
    app = FastAPI()
    app.include_router(routes(watched(bare, {"submit": Act.RECORDED}, metrics)))
    sharing = await Sharing(bare, world, sharings.counted(9)).given()
    thief = replace(pair_of(), label=sharing.pair.label)
    use = sharing.deposit(sharing.record(EventState.USED))
    other = sharing.deposit(sharing.record(EventState.USED))
    party = SoftwareSigner.generate()
    consent = sharing.deposit(sharing.record(EventState.WITHDRAWN))
    record = use.record
    wrong_role = NewEntry(record.entry_type, record.label, record.commitment(use.salt), "key-0003")
    tokens = [
        sharing.token(use, key="key-0001"),
        sharing.token(use, key="key-0002"),
        sharing.token(other, key="key-0001"),
        Sharing(bare, world, pair=thief, consent=sharing.consent).token(other),
        sharing.token(other),
        sharing.token(other),
        sharing.token(consent, signer=party),
        world.by_holder(wrong_role, sharing.pair, deposit=use),
    ]
    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://ledger") as client:
        for token in tokens:
            await client.post("/consent/entries", content=token, headers=JWT)

    acts = await counted(metrics, "mydata_acts_total")

    assert {
        ("recorded", "done"): 2,
        ("recorded", "record_mismatch"): 1,
        ("recorded", "idempotency_conflict"): 1,
        ("recorded", "mac_invalid"): 1,
        ("recorded", "quota_exceeded"): 1,
        ("recorded", "key_not_of_label"): 1,
        ("recorded", "type_not_allowed"): 1,
    } == acts
    assert base64url.encode(sharing.pair.label) not in (await metrics.text()).decode()
