"""The service behind a reverse proxy that ends TLS (docs/operating.md)."""

import pytest

from app.settings import Settings
from keys.role import Role
from tests.app.conftest import free_port, serving_inside
from tests.conformance.bundles.schemas import Schemas
from tests.conformance.citizen import Citizen
from tests.conformance.code_flow import Wallet
from tests.conformance.service import UnderTest, client_for
from tests.conformance.terminating import proxy
from tests.conformance.walks import Begun, Walk, attested
from tests.interop.foreign_authority import ForeignAuthority
from tests.interop.stranger import stranger


def test_a_whole_issuance_through_a_proxy(
    tmp_path_factory: pytest.TempPathFactory,
    foreign: ForeignAuthority,
    schemas: Schemas,
    node: None,
) -> None:
    """
    Identifiers, endpoints and what DPoP proofs name are the public address, whatever the service
    listens at: attested, by the code flow, with a bound token.
    """
    home, port = tmp_path_factory.mktemp("proxied") / "var", free_port()
    settings = Settings(
        home=home,
        port=free_port(),
        demo=True,
        base_url=f"https://localhost:{port}",
        authority_file=foreign.root_file,
    )
    with (
        proxy(foreign.identity, port=port, to=settings.port),
        serving_inside(settings),
        client_for(foreign.root_file) as http,
        client_for(foreign.root_file) as browser,
        stranger("stranger.mjs", authority=foreign.root_file) as peer,
    ):
        service = UnderTest(settings.base, home, http)
        service.believe(Role.WALLET_PROVIDER, foreign.root_file)
        wallet = Wallet("https://wallet.example/proxied", "https://wallet.example/back")
        service.register(wallet.client_id, wallet.redirect_uri)
        walk = Walk(service, peer, schemas)
        walk.get_token(Begun.BY_SCOPE, Citizen(service, browser), attested(wallet, foreign))
        walk.take(keys=2)
        walk.notify()

    assert settings.base == walk.issuer["credential_issuer"].partition("/issuers/")[0]
