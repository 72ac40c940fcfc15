"""A witness on SQLite, and its addresses without a network."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI

from app.database import sqlite_engine
from consent.endpoints.witness import witness_routes
from consent.store.witness import WitnessTable
from consent.tlog.cosignature import Cosigner
from consent.witness.witness import Witness
from tests.consent.witness.forest import Clock, Tree, ed25519
from tests.problems import answer_web_error
from web.errors import WebError


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tree() -> Tree:
    """The one log that is known."""
    return Tree()


@pytest.fixture
async def table(tmp_path: Path) -> AsyncIterator[WitnessTable]:
    engine = sqlite_engine(tmp_path / "witness.sqlite")
    table = WitnessTable(engine)
    await table.open()
    yield table
    await engine.dispose()


@pytest.fixture
def witness(table: WitnessTable, tree: Tree, clock: Clock) -> Witness:
    key = tree.signer.verifier_key
    return Witness(table, [Cosigner("witness.example/w", ed25519())], {key.name: (key,)}, clock)


@pytest.fixture
async def client(witness: Witness) -> AsyncIterator[httpx2.AsyncClient]:
    app = FastAPI()
    app.include_router(witness_routes(witness))
    app.add_exception_handler(WebError, answer_web_error)
    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://witness") as client:
        yield client
