"""The application around the rooms: health, unknown addresses, refused starts."""

import asyncio
import re
from pathlib import Path

import httpx2
import pytest

from app.errors import StartError
from app.main import application, create_app
from app.periodic import Periodic
from app.serve import addresses, prepare
from app.settings import Role, Settings
from tests.app.conftest import Service, free_port, serving_inside


def test_health_and_readiness_are_told_apart(inside: Service) -> None:
    """
    Healthz says that the process runs, readyz that every room can work.
    """
    assert {"status": "ok"} == httpx2.get(f"{inside.base}/healthz").json()
    ready = httpx2.get(f"{inside.base}/readyz").json()
    assert {"issuers", "wallet", "verifiers", "consent"} <= set(ready["rooms"])


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nothing", 404), ("DELETE", "/healthz", 405)],
)
def test_an_unknown_address_is_answered_like_every_problem(
    inside: Service, method: str, path: str, status: int
) -> None:
    """
    ``{"error", "party", "detail"}``, with the safety headers.
    """
    answer = httpx2.request(method, f"{inside.base}{path}")

    assert (status, {"error", "party", "detail"}) == (answer.status_code, set(answer.json()))
    assert "content-security-policy" in answer.headers


def test_the_addresses_of_a_role_are_listed(inside: Service) -> None:
    """
    /docs is drawn here, from the same source as /openapi.json, without foreign scripts.
    """
    page = httpx2.get(f"{inside.base}/docs").text
    paths = httpx2.get(f"{inside.base}/openapi.json").json()["paths"]

    assert "/consent/entries" in paths
    assert "/wallet/ask" not in paths, "pages are for people"
    assert all(f" {path}</code>" in page for path in paths)
    assert "<script" not in page


def test_every_parameter_of_a_path_is_described_and_no_check_that_nobody_makes(
    inside: Service,
) -> None:
    """
    Handlers read and refuse by hand: the framework's 422 is nowhere, nor are its schemas.
    """
    document = httpx2.get(f"{inside.base}/openapi.json").json()
    operations = [
        (path, operation)
        for path, methods in document["paths"].items()
        for operation in methods.values()
    ]

    for path, operation in operations:
        listed = {each["name"] for each in operation.get("parameters", []) if each["in"] == "path"}
        assert set(re.findall(r"{(\w+)}", path)) == listed, path
        assert "422" not in operation["responses"], path
    assert "HTTPValidationError" not in str(document)


def test_a_role_alone_serves_its_own_addresses_only(tmp_path: Path) -> None:
    """
    The ledger alone: its log and its auditors' pages, and nobody else's addresses.
    """
    settings = Settings(home=tmp_path / "var", port=free_port(), role=Role.CONSENT)
    with serving_inside(settings) as service:
        assert 200 == httpx2.get(f"{service.base}/consent/log/checkpoint").status_code
        assert 303 == httpx2.get(f"{service.base}/consent").status_code
        for path in ("/wallet", "/verifiers/operator/profiles", "/issuers/operator/kinds"):
            assert 404 == httpx2.get(f"{service.base}{path}").status_code
    assert (settings.base,) == addresses(settings)


def test_a_wallet_learns_the_key_of_a_ledger_served_elsewhere(tmp_path: Path) -> None:
    """
    Roles meet over HTTP alone; the key is pinned at the first start.
    """
    ledger = Settings(home=tmp_path / "ledger", port=free_port(), role=Role.CONSENT)
    with serving_inside(ledger) as service:
        wallet = Settings(
            home=tmp_path / "wallet", port=free_port(), role=Role.WALLET, consent_url=service.base
        )
        with serving_inside(wallet):
            pinned = (wallet.home / "log.vkey").read_text("ascii")
        assert pinned == httpx2.get(f"{service.base}/consent/log/vkey").text
    with serving_inside(wallet):
        assert pinned == (wallet.home / "log.vkey").read_text("ascii")


async def test_a_start_that_fails_names_the_room(tmp_path: Path) -> None:
    """
    H100: one line, no traceback for what the world did wrong.
    """
    settings = Settings(home=tmp_path / "var", port=free_port(), role=Role.WALLET)
    prepare(settings)
    app = create_app(settings)
    with pytest.raises(StartError) as caught:
        async with app.router.lifespan_context(app):
            pytest.fail("there is no ledger to learn the key from")
    assert "no_log_key" == caught.value.problem.error

    broken = settings.model_copy(
        update={
            "role": Role.ISSUERS,
            "database_url": f"postgresql://postgres@127.0.0.1:{free_port()}/none",
        }
    )
    prepare(broken)
    app = create_app(broken)
    with pytest.raises(StartError) as caught:
        async with app.router.lifespan_context(app):
            pytest.fail("there is no database")
    assert "web does not start" in caught.value.problem.detail


def test_a_worker_process_reads_its_settings_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    What the parent prepared, each worker opens again.
    """
    monkeypatch.setenv("MYDATA_HOME", str(tmp_path / "var"))
    monkeypatch.setenv("MYDATA_ROLE", "consent")
    prepare(Settings())

    assert "MyData (consent)" == application().title


async def test_periodic_work_goes_on_after_a_failed_turn() -> None:
    """
    What the world did wrong is told in the log; the next turn comes all the same.
    """
    turns: list[int] = []
    third = asyncio.Event()

    async def step() -> None:
        turns.append(len(turns))
        if len(turns) == 1:
            raise OSError
        if len(turns) == 3:
            third.set()

    work = Periodic("counting", 0.001, step)
    await work.stop()
    await work.start()
    await asyncio.wait_for(third.wait(), 5)
    await work.stop()
    count = len(turns)
    await asyncio.sleep(0.01)

    assert count == len(turns)
