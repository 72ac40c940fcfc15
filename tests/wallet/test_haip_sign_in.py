"""Signing in with an issuer that keeps to HAIP: attested, and bound to keys of one issuance."""

import pytest

from tests.wallet.authorization_server_of_test import PAR
from tests.wallet.haip_server_of_test import CHALLENGE, HaipServerOfTest
from tests.wallet.issuer_of_test import ISSUER, IssuerOfTest
from tests.wallet.refusal import refused
from tests.wallet.test_authorizing import begun, query_of
from tests.wallet.world import HOLDER, World
from wallet.errors import WalletFailure
from web.errors import Party


async def signed_in(world: World, server: HaipServerOfTest) -> None:
    needed = await begun(world, server)
    await world.wallets.authorized(HOLDER, query_of(server.sign_in(needed.url)))


@pytest.mark.parametrize(
    "gives",
    [{"nonces", "challenges"}, {"nonces"}, {"challenges"}, set()],
    ids=["nonces and challenges", "nonces", "challenges", "neither"],
)
async def test_the_whole_flow_of_haip(world: World, issuer: IssuerOfTest, gives: set[str]) -> None:
    """
    happy-path, happy-path-no-dpop-nonce, test-client-attestation-challenge: one key for the
    request, the code and the token; a refused proof is made again once, with the nonce.
    """
    server = HaipServerOfTest(issuer, nonces="nonces" in gives, challenges="challenges" in gives)
    server.with_scope()
    await signed_in(world, server)

    assert 1 == len(await world.wallets.credentials(HOLDER))
    assert 1 == len({key.thumbprint() for key in server.proofs})
    assert ("challenges" in gives) == bool(world.network.to(CHALLENGE))
    (request,) = server.requests
    assert request.dpop_jkt == server.proofs[0].thumbprint()


async def test_the_scheme_of_a_challenge_may_be_written_oddly(
    world: World, issuer: IssuerOfTest
) -> None:
    """
    rs-dpop-auth-scheme-case-insensitivity: a nonce error under ``dPoP`` is understood.
    """
    server = HaipServerOfTest(issuer, scheme="dPoP")
    needed = await begun(world, server)
    query = query_of(server.sign_in(needed.url))
    await world.wallets.authorized(HOLDER, query)

    assert 2 <= server.refused
    assert 1 == len(await world.wallets.credentials(HOLDER))


async def test_two_issuances_have_no_key_in_common(world: World, issuer: IssuerOfTest) -> None:
    """
    HAIP section 4.4.1: instance and token keys are new each time; the client's name is shared.
    """
    server = HaipServerOfTest(issuer)
    await signed_in(world, server)
    instances = {client.instance_key.thumbprint() for client in server.clients}
    proofs = {key.thumbprint() for key in server.proofs}
    await signed_in(world, server)

    assert 2 == len(instances | {client.instance_key.thumbprint() for client in server.clients})
    assert 2 == len(proofs | {key.thumbprint() for key in server.proofs})
    assert not instances & proofs


async def test_a_server_that_wants_another_kind_of_proof_is_not_asked(
    world: World, issuer: IssuerOfTest
) -> None:
    """
    A secret we do not have, a provider nobody is: told before anything is sent.
    """
    server = HaipServerOfTest(issuer)
    server.server["token_endpoint_auth_methods_supported"] = ["client_secret_basic"]
    with refused(WalletFailure.OFFER_UNSUPPORTED, Party.ISSUER, "authenticate this wallet"):
        await begun(world, server)
    server.server["token_endpoint_auth_methods_supported"] = ["attest_jwt_client_auth"]
    world.provider = None
    with refused(WalletFailure.OFFER_UNSUPPORTED, Party.ISSUER, "authenticate this wallet"):
        await begun(world, server)

    assert [] == world.network.to(PAR)


async def test_a_token_that_is_bound_to_nothing_is_not_used(
    world: World, issuer: IssuerOfTest
) -> None:
    """
    RFC 9449 section 5: a proof was sent and a Bearer token came; whoever steals it could use it.
    """
    server = HaipServerOfTest(issuer)
    server.change_token = lambda answer: answer | {"token_type": "Bearer"}
    with refused(WalletFailure.ISSUER_ANSWER_INVALID, Party.ISSUER, "type DPoP"):
        await signed_in(world, server)

    assert [] == world.network.to(f"{ISSUER}/credential")
