"""``mydata issuers bulk``: a job on the command line, alone and shared by processes."""

import asyncio
import json
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import bulk_working
from app.cli.application import application
from app.clock import utc_now
from app.database import engine_for
from app.installation import open_installation
from app.schema import upgrade
from app.serve import prepare
from app.settings import Settings
from benchmarks.year_orders import YearOrders
from issuers.catalogue import every_kind
from issuers.population.census import offices, population
from issuers.store.population import load
from tests.app.conftest import own_database
from tests.issuers.test_bulk import handles_in
from tests.issuers.world import AS_OF

JOB = "tax-payment-2026"


def run(home: Path, *arguments: str) -> tuple[int, str]:
    command = ["issuers", "bulk", *arguments]
    result = CliRunner(env={"MYDATA_HOME": str(home)}).invoke(application, command)
    return result.exit_code, result.stdout


def fill(settings: Settings, households: int) -> None:
    """Make the registers of some people who do not exist."""

    async def filled() -> None:
        engine = engine_for("issuers", settings)
        await upgrade("issuers", engine)
        await load(engine, offices(), population(households=households, as_of=AS_OF))
        await engine.dispose()

    settings.home.mkdir(exist_ok=True)
    asyncio.run(filled())


def test_a_job_is_started_looked_at_and_ended(tmp_path: Path) -> None:
    """
    One JSON object each; who is begun twice is refused with a code, and an ended job stays ended.
    """
    home = tmp_path / "home"
    fill(Settings(home=home), 10)
    code, printed = run(home, "start", "tax-payment", "--year", "2026", "--all", "--json")
    done = json.loads(printed)

    assert 0 == code
    members = {
        "job",
        "state",
        "people",
        "issued",
        "ready",
        "refused",
        "ended",
        "seconds",
        "peak_rss_mib",
    }
    assert members == set(done)
    assert done["people"] == done["ready"] + done["refused"] > 0
    again, told = run(home, "start", "tax-payment", "--year", "2026", "--all", "--json")
    assert (1, "job_exists") == (again, json.loads(told)["error"])
    for verb in ("status", "resume", "cancel"):
        code, printed = run(home, verb, JOB, "--json")
        assert (0, "done") == (code, json.loads(printed)["state"])
    assert f"job: {JOB}" in run(home, "status", JOB)[1]


def order(settings: Settings, year: int) -> int:
    """Let a wallet of everybody wait; how many they are."""

    async def ordered() -> int:
        engine = engine_for("issuers", settings)
        secret = open_installation(settings).room_secret("issuers")
        handles = await handles_in(engine)
        orders = YearOrders(engine, every_kind().kind("tax-payment"), keys=2, secret=secret)
        await orders.write(year, handles, utc_now())
        await engine.dispose()
        return len(handles)

    return asyncio.run(ordered())


def test_a_job_issues_with_the_keys_of_the_installation(tmp_path: Path) -> None:
    """
    Orders that wait are signed for with the authority's own key; without one nothing is done.
    """
    settings = Settings(home=tmp_path / "home")
    fill(settings, 4)
    waiting = order(settings, 2026)
    code, told = run(settings.home, "start", "tax-payment", "--year", "2026", "--all", "--json")
    assert (1, "signer_untrusted") == (code, json.loads(told)["error"])
    prepare(settings)

    code, told = run(settings.home, "resume", JOB, "--json")

    done = json.loads(told)
    assert (0, waiting, 0) == (code, done["issued"] + done["refused"], done["ready"])
    assert done["issued"] > 0


@pytest.mark.parametrize(
    "arguments",
    [
        ("start", "tax-payment", "--year", "2026"),
        ("start", "tax-payment", "--year", "2026", "--all", "--for", "people"),
        ("start", "tax-payment", "--all"),
        ("start", "tax-payment", "--year", "2026", "--all", "--workers", "0"),
    ],
    ids=["nobody", "both", "no year", "no worker"],
)
def test_a_command_written_wrong_is_a_usage_error(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    """
    Exit 2, and nothing was begun.
    """
    assert 2 == run(tmp_path, *arguments)[0]
    assert not (tmp_path / "issuers.sqlite").exists()


@pytest.mark.skipif(
    "MYDATA_TEST_DATABASE_URL" not in os.environ,
    reason="no PostgreSQL: set MYDATA_TEST_DATABASE_URL to run a job in several processes",
)
def test_processes_share_a_job_on_postgresql(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Three processes, one job: everybody is decided about once.
    """
    monkeypatch.setattr(bulk_working, "CHUNK", 5)
    with own_database(os.environ["MYDATA_TEST_DATABASE_URL"]) as database:
        settings = Settings(home=tmp_path / "home", database_url=database)
        fill(settings, 30)

        done = bulk_working.start(settings, "tax-payment", 2026, None, 3)

        assert done["ended"]
        assert int(str(done["people"])) == int(str(done["ready"])) + int(str(done["refused"]))
