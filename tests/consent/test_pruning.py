"""Pruning: what is old is denied with the reason, and everything that is kept stays provable."""

import asyncio
from collections.abc import AsyncIterator

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine

from app.errors import StartError
from app.settings import Settings
from app.wiring.consent import check_pruned, pruning_of
from consent.cosignatures import Published
from consent.endpoints import routes
from consent.errors import ConsentError, ConsentFailure
from consent.ledger import Ledger
from consent.pruning import Pruning
from consent.store.cosignatures import CosignatureTables
from consent.tlog.checkpoint import open_checkpoint
from consent.tlog.merkle import leaf_hash, verify_inclusion
from consent.tlog.tlog_proof import TlogProof
from tests.consent.world import NOW, authorised

POLICY = "https://mydata.example/retention"


@pytest.fixture
async def pruned(ledger: Ledger) -> AsyncIterator[httpx2.AsyncClient]:
    """A log of 600 entries that publishes from entry 512 on."""
    await asyncio.gather(*(ledger.append(authorised()) for _ in range(600)))
    app = FastAPI()
    app.include_router(routes(ledger, Pruning(512, POLICY)))
    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://log/consent/log") as own:
        yield own


async def test_what_ends_below_the_minimum_is_denied_with_the_policy(
    pruned: httpx2.AsyncClient,
) -> None:
    """
    410 with the policy's address; a tile that reaches beyond the minimum is served whole.
    """
    assert f"512\n{POLICY}\n" == (await pruned.get("/minimum-index")).text
    for path in ("tile/entries/000", "tile/0/001", "tile/entries/001.p/7", "tile/0/000.p/255"):
        answer = await pruned.get(f"/{path}")
        assert (410, "pruned") == (answer.status_code, answer.json()["error"]), path
        assert POLICY in answer.json()["detail"]
    for path in ("tile/entries/002.p/88", "tile/0/002.p/88", "tile/1/000.p/2", "checkpoint"):
        assert 200 == (await pruned.get(f"/{path}")).status_code, path
    assert 404 == (await pruned.get("/tile/nothing")).status_code


@pytest.mark.parametrize("index", [3, 511, 512, 599])
async def test_nothing_is_deleted(pruned: httpx2.AsyncClient, ledger: Ledger, index: int) -> None:
    """
    Every entry is still proven in the present tree, a pruned one too.
    """
    proof = TlogProof.parse((await pruned.get(f"/proof/{index}")).text)
    checkpoint = open_checkpoint(proof.checkpoint_note, log_key=ledger.log_key)
    leaf = (await ledger.prove(index)).leaf

    place = (index, checkpoint.size, proof.hashes)
    verify_inclusion(leaf_hash(leaf), *place, expected_root=checkpoint.root)

    assert (index, 600) == (proof.index, checkpoint.size)
    with pytest.raises(ConsentError):
        verify_inclusion(leaf_hash(leaf + b" "), *place, expected_root=checkpoint.root)


async def test_a_proof_is_in_the_cosigned_tree_that_has_the_entry(
    ledger: Ledger, sqlite: AsyncEngine
) -> None:
    """
    Older entries are proven in the largest cosigned tree, younger ones in the present one.
    """
    await ledger.append(authorised())
    kept = CosignatureTables(sqlite)
    head = await ledger.files.head()
    await kept.publish(Published(head.size, head.checkpoint, NOW))
    await kept.meet(head.size)
    await ledger.append(authorised())

    sizes = []
    for index in (0, head.size):
        proof = TlogProof.parse((await ledger.file(f"proof/{index}")).decode())
        checkpoint = open_checkpoint(proof.checkpoint_note, log_key=ledger.log_key)
        leaf = leaf_hash((await ledger.prove(index)).leaf)
        root, size = checkpoint.root, checkpoint.size
        verify_inclusion(leaf, index, size, proof.hashes, expected_root=root)
        sizes.append(size)
    assert head.size == sizes[0] < sizes[1]


@pytest.mark.parametrize(
    ("minimum", "path", "is_denied"),
    [
        (255, "tile/0/000", False),
        (256, "tile/0/000", True),
        (256, "tile/1/000.p/1", False),
        (65_535, "tile/1/000", False),
        (65_536, "tile/1/000", True),
        (65_536, "tile/entries/255", True),
        (65_536, "tile/entries/256", False),
        (0, "tile/0/000", False),
    ],
)
def test_the_end_of_a_tile_decides(minimum: int, path: str, is_denied: bool) -> None:  # noqa: FBT001  # pytest passes by position
    """
    C2SP tlog-tiles: denied when the end index is below or equal to the minimum.
    """
    if not is_denied:
        Pruning(minimum, POLICY).check(path)
        return
    with pytest.raises(ConsentError) as caught:
        Pruning(minimum, POLICY).check(path)
    assert ConsentFailure.PRUNED is caught.value.failure


async def test_no_log_is_pruned_without_a_policy(ledger: Ledger) -> None:
    """
    Nor beyond what it has; an unpruned log says 0.
    """
    assert "0\n" == pruning_of(Settings()).text()
    with pytest.raises(StartError) as caught:
        pruning_of(Settings(log_minimum=1))
    assert "no_retention_policy" == caught.value.problem.error
    pruning = pruning_of(Settings(log_minimum=1, log_retention=POLICY))
    with pytest.raises(StartError) as caught:
        await check_pruned(pruning, ledger)
    assert "minimum_beyond" == caught.value.problem.error
