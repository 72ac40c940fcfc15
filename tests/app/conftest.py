"""Running services: one in a process of its own as people start it, one inside for the pages."""

import asyncio
import io
import json
import logging
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
import structlog
from playwright.async_api import Browser, async_playwright
from typer.testing import CliRunner

from app.cli.application import application
from app.database import postgresql_engine
from app.logging_pipe import FromLibraries, LogForm, LogLevel, set_up
from app.serve import listen, prepare, server_of
from app.settings import Settings
from issuers.population.census import offices, population
from issuers.store import metadata as issuing_tables
from issuers.store.population import load
from tests.app.life import Life, life
from tests.conftest import EngineOf, absent
from tests.issuers.world import AS_OF, FreshKeys
from wallet.store import metadata as wallet_tables

# What was logged, line by line.
Lines = Callable[[], list[dict[str, Any]]]
# A loaded machine is slow to import; how quick a start is, is measured elsewhere.
START_SECONDS = 90.0


@dataclass(frozen=True)
class Service:
    """A running service, its data directory, and the environment its commands run in."""

    base: str
    home: Path
    port: int

    def environment(self) -> dict[str, str]:
        return {"MYDATA_HOME": str(self.home), "MYDATA_PORT": str(self.port)}


@dataclass(frozen=True)
class Outcome:
    """What a command did: its exit code, and the one JSON object it printed."""

    code: int
    output: str
    errors: str

    @property
    def answer(self) -> dict[str, Any]:
        (line,) = self.output.splitlines()
        answer = json.loads(line)
        assert isinstance(answer, dict)
        return answer


class Commands:
    """Runs ``mydata`` against one service."""

    def __init__(self, service: Service) -> None:
        self.service = service

    def __call__(self, *arguments: str, stdin: str = "") -> Outcome:
        runner = CliRunner()
        result = runner.invoke(
            application, list(arguments), input=stdin, env=self.service.environment()
        )
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Outcome(result.exit_code, result.stdout, result.stderr)

    def json(self, *arguments: str, stdin: str = "") -> dict[str, Any]:
        """The answer of a command that must succeed."""
        outcome = self(*arguments, "--json", stdin=stdin)
        assert 0 == outcome.code, outcome
        return outcome.answer


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment_of(service: Service, **more: str) -> dict[str, str]:
    """The test's environment without anybody's settings but this service's."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MYDATA_")}
    return {**kept, **service.environment(), **more}


def wait_until_ready(service: Service, process: "subprocess.Popen[bytes] | None" = None) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if process is not None and process.poll() is not None:
            break
        try:
            if (
                200 == httpx2.get(f"{service.base}/readyz", verify=False).status_code
            ):  # readiness only
                return
        except httpx2.TransportError:
            time.sleep(0.05)
    pytest.fail("the service did not become ready")


@contextmanager
def process_of(
    service: Service, arguments: Sequence[str], output: Path, **more: str
) -> "Iterator[subprocess.Popen[bytes]]":
    """``mydata serve`` as a person starts it, ended as a person ends it."""
    command = [sys.executable, "-m", "app", "serve", "--port", str(service.port), *arguments]
    with output.open("wb") as log:
        process = subprocess.Popen(  # our own program
            command, env=environment_of(service, **more), stdout=log, stderr=log
        )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        process.wait(15)


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Everything in demo mode on SQLite, in a process of its own."""
    port = free_port()
    folder = tmp_path_factory.mktemp("service")
    running = Service(f"http://localhost:{port}", folder / "var", port)
    with process_of(running, ["--demo"], folder / "log") as process:
        wait_until_ready(running, process)
        yield running


@pytest.fixture
def mydata(service: Service) -> Commands:
    return Commands(service)


@contextmanager
def serving_inside(settings: Settings) -> Iterator[Service]:
    """A service in a thread of this process, so that its lines are counted."""
    prepare(settings)
    listening = listen(settings)
    server = server_of(settings, lambda: None)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        running = Service(settings.base, settings.home, settings.port)
        wait_until_ready(running)
        yield running
    finally:
        server.should_exit = True
        thread.join(15)
        listening.close()


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def inside(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    """Everything in demo mode inside this process, once per kind of database."""
    with serving_on(request.param, tmp_path_factory.mktemp("inside") / "var") as running:
        yield running


@contextmanager
def serving_on(database: str, home: Path) -> Iterator[Service]:
    """Everything in demo mode inside this process, on SQLite or on a database of its own."""
    settings = Settings(home=home, port=free_port(), demo=True)
    if database == "sqlite":
        with serving_inside(settings) as running:
            yield running
        return
    url = os.environ.get("MYDATA_TEST_DATABASE_URL")
    if url is None:
        absent("no PostgreSQL: set MYDATA_TEST_DATABASE_URL to run the whole service on it")
    with (
        own_database(str(url)) as named,
        serving_inside(settings.model_copy(update={"database_url": named})) as running,
    ):
        yield running


@contextmanager
def own_database(url: str) -> Iterator[str]:
    """A database of our own on a PostgreSQL server, dropped at the end."""
    name = f"test_{secrets.token_hex(8)}"

    async def run(*statements: str) -> None:
        engine = postgresql_engine(url, "public").execution_options(isolation_level="AUTOCOMMIT")
        async with engine.connect() as connection:
            for statement in statements:
                await connection.exec_driver_sql(statement)
        await engine.dispose()

    asyncio.run(run(f"CREATE DATABASE {name}"))
    try:
        yield url.rpartition("/")[0] + f"/{name}"
    finally:
        asyncio.run(run(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What was logged; afterwards nothing is, as before."""
    stream = io.StringIO()
    root = logging.getLogger()
    level, before = root.level, structlog.get_config()
    yield stream
    structlog.configure(**before)
    for handler in [each for each in root.handlers if isinstance(each, FromLibraries)]:
        root.removeHandler(handler)
    root.setLevel(level)


@pytest.fixture
def lines(written: io.StringIO) -> Lines:
    """The lines of a log in JSON, down to the libraries' debugging."""
    set_up(LogForm.JSON, LogLevel.DEBUG, written)
    return lambda: [json.loads(line) for line in written.getvalue().splitlines()]


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """The browser of the machine."""
    found = shutil.which("chromium") or shutil.which("google-chrome")
    if found is None:
        absent("no Chromium on this machine: the pages were not seen in a real browser")
    # As root, as in a container, Chromium's own sandbox cannot start.
    flags = ["--no-sandbox"] if os.geteuid() == 0 else []
    async with async_playwright() as driver:
        yield await driver.chromium.launch(executable_path=found, args=flags)


@pytest.fixture(scope="session")
def authority_keys() -> FreshKeys:
    """Keys of every authority, for as long as the tests last."""
    return FreshKeys()


@pytest.fixture
async def alive(engine_of: EngineOf, authority_keys: FreshKeys) -> AsyncIterator[Life]:
    """The demo citizen's wallet and the authorities, over each kind of database."""
    issuing = await engine_of(issuing_tables)
    await load(issuing, offices(), population(households=1, as_of=AS_OF))
    async with life(issuing, await engine_of(wallet_tables), authority_keys) as both:
        yield both
