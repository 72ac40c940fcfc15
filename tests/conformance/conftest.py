"""One service, one wallet of another maker and the suite's schemas, for every module."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.settings import Settings
from tests.app.conftest import free_port, serving_inside
from tests.conformance.bundles.schemas import Schemas
from tests.conformance.prober import Prober
from tests.conformance.service import UnderTest, client_for
from tests.conftest import absent
from tests.interop.foreign_authority import ForeignAuthority
from tests.interop.stranger import NODE, Stranger, stranger


@pytest.fixture(scope="session")
def schemas(vectors: Path) -> Schemas:
    """The suite's JSON schemas for issuance."""
    return Schemas(vectors / "conformance-suite" / "json-schemas" / "oid4vci")


@pytest.fixture(scope="session")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> ForeignAuthority:
    """The certificate authority of the other makers, its files in a folder of their own."""
    authority = ForeignAuthority.cached()
    authority.write(tmp_path_factory.mktemp("foreign"))
    return authority


@pytest.fixture(scope="session")
def service(
    tmp_path_factory: pytest.TempPathFactory, foreign: ForeignAuthority
) -> Iterator[UnderTest]:
    """Everything in demo mode over TLS, inside this process."""
    home = tmp_path_factory.mktemp("conformance") / "var"
    settings = Settings(
        home=home, port=free_port(), demo=True, tls=True, authority_file=foreign.root_file
    )
    with serving_inside(settings) as running, client_for(home / "tls" / "authority.pem") as http:
        yield UnderTest(running.base, home, http)


@pytest.fixture(scope="session")
def peer(service: UnderTest) -> Iterator[Stranger]:
    """The other maker's wallet, or a sentence why there is none."""
    if shutil.which("node") is None or not (NODE / "node_modules").is_dir():
        absent("no Node with the packages of tests/interop/node: run `npm ci` there")
    with stranger(service.authority_file) as wallet:
        yield wallet


@pytest.fixture
def prober(service: UnderTest) -> Prober:
    """Who does what a wallet must not do."""
    return Prober(service)
