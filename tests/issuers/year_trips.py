"""The steps around an order for a year: a wallet that waits, and the job that comes by."""

from collections.abc import Sequence
from typing import Any

import httpx2
from sqlalchemy import func, select

from issuers.issuance.bulk import NewJob, Progress
from issuers.store import IssuersStore
from issuers.store.bulk_tables import sealed_copies
from tests.issuers.strange_wallet import StrangeWallet
from tests.issuers.test_bulk import TAX, in_chunks
from tests.issuers.world import TAXES, World

YEAR = 2026


async def asked(world: World, access: str, copies: int = 1) -> httpx2.Response:
    """Ask the tax service's credential endpoint with new keys."""
    nonce = await world.nonce(TAXES)
    proofs = [world.prove(nonce, issuer=TAXES) for _ in range(copies)]
    return await world.ask(access, await world.request(*proofs, kind=TAX), issuer=TAXES)


async def ordered(world: World, copies: int = 1, **order: Any) -> tuple[str, str]:
    """Let an anonymous wallet take an order for the year; its token and transaction id."""
    access = await world.access(issuer=TAXES, **{"kind": TAX, "year": YEAR, **order})
    answer = await asked(world, access, copies)
    assert 202 == answer.status_code, answer.text
    assert {"transaction_id", "interval"} == set(answer.json())
    return access, str(answer.json()["transaction_id"])


async def fetched(world: World, access: str, transaction_id: str) -> httpx2.Response:
    """Ask the tax service's deferred endpoint."""
    headers = {"Authorization": f"Bearer {access}"}
    body = {"transaction_id": transaction_id}
    return await world.http.post(f"{TAXES}/deferred", json=body, headers=headers)


async def bound(wallet: StrangeWallet, path: str, access: str, body: Any) -> httpx2.Response:
    """Send JSON to the wallet's issuer with a proof of its key."""
    proof = wallet.dpop(path, await wallet.nonce(), access_token=access)
    headers = {"Authorization": f"DPoP {access}", "DPoP": proof}
    return await wallet.world.http.post(f"{wallet.issuer}{path}", json=body, headers=headers)


async def job(world: World, citizens: Sequence[str] = ("demo",), year: int = YEAR) -> Progress:
    """Work the whole job of a year for some people."""
    store = IssuersStore(world.engine).bulk
    begun = await store.start(NewJob(TAX, year), in_chunks(citizens), now=world.clock.now)
    return await go_on(world, begun.name)


async def go_on(world: World, name: str) -> Progress:
    """Work a job to its end."""
    store = IssuersStore(world.engine).bulk
    while await store.work(name, world.issuers.bulk, now=world.clock.now):
        pass
    return await store.progress(name)


async def kept(world: World) -> int:
    """How many transactions have sealed copies."""
    async with world.engine.connect() as connection:
        query = select(func.count()).select_from(sealed_copies)
        return int((await connection.execute(query)).scalar_one())
