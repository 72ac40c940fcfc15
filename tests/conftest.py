"""What every room's tests share: published vectors, and a database of each kind."""

import gc
import os
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import hypothesis
import pytest
from fastapi.dependencies import models
from sqlalchemy import MetaData
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.schema import CreateSchema, DropSchema

from app.database import postgresql_engine
from tests.empty_databases import empty_sqlite

EngineOf = Callable[[MetaData], Awaitable[AsyncEngine]]

IN_CI = os.environ.get("CI") == "true"

hypothesis.settings.register_profile("local", deadline=None)
# Derandomized: a red build can be repeated.
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True)
hypothesis.settings.load_profile("ci" if IN_CI else "local")


def absent(what: str) -> None:
    """Skip with a sentence on a developer's machine; in CI absence is a failure."""
    if IN_CI:
        pytest.fail(what)
    pytest.skip(what)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI nothing is skipped: a test that did not run proved nothing."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if IN_CI and reporter is not None and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end: the garbage collector need not walk it."""
    gc.collect()
    gc.freeze()


def pytest_runtest_teardown() -> None:
    """FastAPI remembers handlers, and with them the application of every test there was."""
    for each in vars(models).values():
        if hasattr(each, "cache_clear"):
            each.cache_clear()


@pytest.fixture(scope="session")
def vectors() -> Path:
    """The folder of published test vectors (MYDATA_VECTORS)."""
    default = Path(__file__).resolve().parents[2] / "shared" / "vectors"
    folder = Path(os.environ.get("MYDATA_VECTORS", default))
    if not folder.is_dir():
        absent(f"no test vectors at {folder}: set MYDATA_VECTORS to their folder")
    return folder


@pytest.fixture(params=["sqlite", "postgresql"])
async def engine_of(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[EngineOf]:
    """Return a maker of engines with a store's tables, once per kind of database."""
    engines: list[AsyncEngine] = []
    if request.param == "sqlite":

        async def make(metadata: MetaData) -> AsyncEngine:
            engine = empty_sqlite(tmp_path / f"{len(engines)}.sqlite", metadata)
            engines.append(engine)
            return engine

        yield make
    else:
        url = os.environ.get("MYDATA_TEST_DATABASE_URL")
        if url is None:
            absent("no PostgreSQL: set MYDATA_TEST_DATABASE_URL to run the store tests on it")
        assert url is not None
        schemas: list[str] = []

        async def make(metadata: MetaData) -> AsyncEngine:
            schemas.append(f"test_{secrets.token_hex(8)}")
            engine = postgresql_engine(url, schemas[-1], pool_size=10)
            async with engine.begin() as connection:
                await connection.execute(CreateSchema(schemas[-1]))
                await connection.run_sync(metadata.create_all)
            engines.append(engine)
            return engine

        yield make
        for engine, schema in zip(engines, schemas, strict=True):
            async with engine.begin() as connection:
                await connection.execute(DropSchema(schema, cascade=True))
    for engine in engines:
        await engine.dispose()
