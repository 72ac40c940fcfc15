"""Whether a process runs, can work, and who may read what it counts."""

import asyncio
import time
from pathlib import Path

import httpx2
import pytest
from fastapi import APIRouter, FastAPI
from sqlalchemy.exc import OperationalError
from starlette.testclient import TestClient

from app import health as health_module
from app.authorisation import Gate, holder_token_file, operator_token_file
from app.clock import utc_now
from app.health import health
from app.metrics import Metrics
from app.wiring.part import Part, Step
from keys.entropy import SYSTEM_ENTROPY
from tests.app.conftest import Service


async def fine() -> None:
    """Nothing to do."""


async def broken() -> None:
    raise OperationalError("select 1", None, Exception("gone"))


async def stuck() -> None:
    await asyncio.sleep(60)


def served(home: Path, **rooms: Step) -> TestClient:
    """An application of these rooms, each with its answer to being asked."""
    app = FastAPI()
    parts = [Part(name, APIRouter(), fine, ready, fine) for name, ready in rooms.items()]
    gate = Gate(home, clock=utc_now, entropy=SYSTEM_ENTROPY)
    app.include_router(health(parts, gate, Metrics()))
    return TestClient(app)


def test_a_room_that_cannot_work_is_named(tmp_path: Path) -> None:
    """
    503 with the names of those that are not ready, and nothing of what the database said.
    """
    with served(tmp_path, issuers=fine, wallet=broken, consent=broken) as client:
        answer = client.get("/readyz")

    assert 503 == answer.status_code
    assert "wallet, consent is not ready" == answer.json()["detail"]


def test_who_may_sign_nothing_is_named_and_the_room_goes_on(tmp_path: Path) -> None:
    """
    An authority whose signer ends hinders issuing alone: its status lists are needed all the more.
    """

    async def hindered() -> dict[str, str]:
        return {"resident-registry": "signer_ending"}

    app = FastAPI()
    parts = [
        Part("issuers", APIRouter(), fine, fine, fine, hindrances=hindered),
        Part("wallet", APIRouter(), fine, fine, fine),
    ]
    gate = Gate(tmp_path, clock=utc_now, entropy=SYSTEM_ENTROPY)
    app.include_router(health(parts, gate, Metrics()))

    answer = TestClient(app).get("/readyz")

    assert 200 == answer.status_code
    assert {"resident-registry": "signer_ending"} == answer.json()["hindered"]


def test_a_room_that_does_not_answer_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Whoever asks is answered in time: a room that hangs is one that is not ready.
    """
    assert health_module.READY_SECONDS < 5
    monkeypatch.setattr(health_module, "READY_SECONDS", 0.05)
    with served(tmp_path, wallet=stuck, issuers=fine) as client:
        begun = time.monotonic()
        answer = client.get("/readyz")

    assert (503, "wallet is not ready") == (answer.status_code, answer.json()["detail"])
    assert time.monotonic() - begun < 30


def test_what_is_counted_is_for_the_operator(inside: Service) -> None:
    """
    Neither nobody nor a holder reads how much goes on here.
    """
    url = f"{inside.base}/metrics"
    holder = holder_token_file(inside.home, "demo").read_text()
    operator = operator_token_file(inside.home).read_text()

    assert 401 == httpx2.get(url).status_code
    assert 401 == httpx2.get(url, headers={"Authorization": f"Bearer {holder}"}).status_code
    answer = httpx2.get(url, headers={"Authorization": f"Bearer {operator}"})
    assert 200 == answer.status_code
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
