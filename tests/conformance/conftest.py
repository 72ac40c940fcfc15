"""One service, one wallet of another maker and the suite's schemas, for every module."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.settings import Settings
from keys.role import Role
from tests.app.conftest import free_port, serving_inside
from tests.conformance.asking import WAYS, Asking, query_for
from tests.conformance.bundles.schemas import Schemas
from tests.conformance.citizen import Citizen
from tests.conformance.code_flow import CodeFlow, Wallet
from tests.conformance.holder import HolderOfOurs, Met
from tests.conformance.presenter import QUERY as CARD_QUERY
from tests.conformance.presenter import Presenter
from tests.conformance.prober import Prober
from tests.conformance.service import UnderTest, client_for
from tests.conformance.sharing import Party, Sharing
from tests.conformance.walks import Begun, Walk, attested
from tests.conftest import absent
from tests.interop.foreign_authority import ForeignAuthority
from tests.interop.stranger import NODE, Stranger, stranger

Meet = Callable[..., Met]
Begin = Callable[..., Walk]
MeetParty = Callable[..., Sharing]


@pytest.fixture(scope="session")
def schemas(vectors: Path) -> Schemas:
    """The suite's JSON schemas for issuance."""
    return Schemas(vectors / "conformance-suite" / "json-schemas" / "oid4vci")


@pytest.fixture(scope="session")
def presented_schemas(vectors: Path) -> Schemas:
    """The suite's JSON schemas for presentation."""
    return Schemas(vectors / "conformance-suite" / "json-schemas" / "oid4vp", "")


@pytest.fixture(scope="session")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> ForeignAuthority:
    """The certificate authority of the other makers, its files in a folder of their own."""
    authority = ForeignAuthority.cached()
    authority.write(tmp_path_factory.mktemp("foreign"))
    return authority


@pytest.fixture(scope="session")
def issuer_port() -> int:
    """Where the other maker's issuers will be: the service must be allowed to ask there."""
    return free_port()


@pytest.fixture(scope="session")
def service(
    tmp_path_factory: pytest.TempPathFactory, foreign: ForeignAuthority, issuer_port: int
) -> Iterator[UnderTest]:
    """Everything in demo mode over TLS, inside this process."""
    home = tmp_path_factory.mktemp("conformance") / "var"
    settings = Settings(
        home=home,
        port=free_port(),
        demo=True,
        tls=True,
        authority_file=foreign.root_file,
        allow_origins=frozenset({f"localhost:{issuer_port}"}),
    )
    with serving_inside(settings) as running, client_for(home / "tls" / "authority.pem") as http:
        under_test = UnderTest(running.base, home, http)
        for role in (
            Role.ISSUER,
            Role.STATUS,
            Role.WALLET_PROVIDER,
            Role.VERIFIER,
            Role.REGISTRAR,
        ):
            under_test.believe(role, foreign.root_file)
        yield under_test


@pytest.fixture(scope="session")
def node() -> None:
    """Node with the packages installed, or a sentence why not."""
    if shutil.which("node") is None or not (NODE / "node_modules").is_dir():
        absent("no Node with the packages of tests/interop/node: run `npm ci` there")


@pytest.fixture(scope="session")
def peer(service: UnderTest, node: None) -> Iterator[Stranger]:
    """The other maker's wallet."""
    with stranger("stranger.mjs", authority=service.authority_file) as wallet:
        yield wallet


@pytest.fixture(scope="session")
def shown_card(service: UnderTest, peer: Stranger) -> str:
    """A certificate of ours in the other maker's wallet."""
    handed = service.order("tax-payment")
    session = peer.ask("open", offer=handed["credential_offer_uri"]).result["session"]
    peer.ask("redeem", session=session)
    service.export_roots()
    return str(peer.ask("take", session=session).result["credentials"][0])


@pytest.fixture(params=WAYS)
def asking(
    request: pytest.FixtureRequest, service: UnderTest, presented_schemas: Schemas
) -> Asking:
    """Our verifier asks for one claim of a certificate of ours, in every way of the plan."""
    return Asking(service, presented_schemas, WAYS[request.param], query_for(service))


@pytest.fixture(params=["HAIP", "plain"])
def presenter(
    request: pytest.FixtureRequest,
    service: UnderTest,
    presented_schemas: Schemas,
    foreign: ForeignAuthority,
) -> Presenter:
    """A holder of another maker's card, whom our verifier asks for it."""
    asked = Asking(service, presented_schemas, WAYS[request.param], CARD_QUERY)
    return Presenter(asked, foreign)


@pytest.fixture(scope="session")
def issuers(
    service: UnderTest, foreign: ForeignAuthority, issuer_port: int, node: None
) -> Iterator[Stranger]:
    """The other maker's issuers and authorization servers, all of them in one program."""
    service.export_roots()
    files = (*foreign.identity, *foreign.identity, str(service.exported))
    program = ("authority.mjs", *files)
    with stranger(*program, authority=service.authority_file, port=issuer_port) as started:
        started.hear()
        yield started


@pytest.fixture
def meet(issuers: Stranger) -> Meet:
    """Open an issuer of another maker for one test; `options.mjs` says what it can be told."""

    def opened(**options: Any) -> Met:
        return Met(issuers, **issuers.ask("open", options=options).result)

    return opened


@pytest.fixture
def meet_party(issuers: Stranger, holding: HolderOfOurs) -> MeetParty:
    """Open a verifier of another maker for one test; `asking.mjs` says what it can be told."""

    def opened(**options: Any) -> Sharing:
        opened = issuers.ask("ask", options={"dcql": query_for(holding.service), **options})
        assert opened.error is None, opened.error
        return Sharing(Party(issuers, **opened.result), holding)

    return opened


@pytest.fixture(scope="session")
def holding(service: UnderTest, citizen: Citizen, issuer_port: int) -> HolderOfOurs:
    """The demo citizen with our wallet, who holds two certificates of ours.

    The wallet knows a verifier beforehand, whose answers go to the other maker's addresses.
    """
    service.know("library", f"https://localhost:{issuer_port}/")
    holder = HolderOfOurs(service, citizen)
    for kind in ("tax-payment", "resident-register"):
        answer = holder.accept(service.order(kind)["credential_offer_uri"])
        assert 200 == answer.status, answer.body
    return holder


@pytest.fixture
def holder(service: UnderTest, citizen: Citizen) -> HolderOfOurs:
    """The demo citizen with our wallet."""
    return HolderOfOurs(service, citizen)


@pytest.fixture(scope="session")
def citizen(service: UnderTest, foreign: ForeignAuthority) -> Iterator[Citizen]:
    """The demo citizen, signed in at the service; the browser knows the other makers too."""
    with client_for(service.authority_file, foreign.root_file) as browser:
        yield Citizen(service, browser)


@pytest.fixture(scope="session")
def wallets(service: UnderTest) -> tuple[Wallet, Wallet]:
    """Two registered wallets of other makers; the second one's address has a query of its own."""
    first = Wallet("https://wallet.example/one", "https://wallet.example/one/back")
    second = Wallet("https://wallet.example/two", "https://wallet.example/two/back?dummy=1")
    for wallet in (first, second):
        service.register(wallet.client_id, wallet.redirect_uri)
    return first, second


@pytest.fixture
def begin(
    service: UnderTest,
    peer: Stranger,
    schemas: Schemas,
    citizen: Citizen,
    wallets: tuple[Wallet, Wallet],
    foreign: ForeignAuthority,
) -> Begin:
    """Let the other maker's wallet go as far as a token, in one of the ways there are."""

    def begun(how: Begun, *, encrypted: bool = False, client: int = 0, **asked: Any) -> Walk:
        walk = Walk(service, peer, schemas, encrypted=encrypted)
        walk.get_token(how, citizen, attested(wallets[client], foreign), **asked)
        return walk

    return begun


@pytest.fixture
def flow(service: UnderTest, citizen: Citizen, wallets: tuple[Wallet, Wallet]) -> CodeFlow:
    """A run of the first wallet."""
    return CodeFlow(service, citizen, wallets[0])


@pytest.fixture
def other(service: UnderTest, citizen: Citizen, wallets: tuple[Wallet, Wallet]) -> CodeFlow:
    """A run of the second wallet."""
    return CodeFlow(service, citizen, wallets[1])


@pytest.fixture(params=["anonymous", "HAIP", "HAIP, encrypted"])
def prober(request: pytest.FixtureRequest, service: UnderTest, flow: CodeFlow) -> Prober:
    """Who does what a wallet must not do, in the plan's three kinds of run."""
    bound = None if request.param == "anonymous" else flow
    return Prober(service, bound, encrypted="encrypted" in request.param)
