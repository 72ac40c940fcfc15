"""What the token endpoint refuses of a code or a refresh token, and of whoever brings it."""

from typing import Any

import httpx2
import pytest

from tests.issuers.strange_wallet import REDIRECT, StrangeWallet, signer, wallet_at
from tests.issuers.test_pushed_requests import error
from tests.issuers.world import REGISTRY, TAXES, World

CHANGED: dict[str, tuple[dict[str, Any], str]] = {
    "no verifier": ({"code_verifier": None}, "invalid_grant"),
    "wrong verifier": ({"code_verifier": "A" * 43}, "invalid_grant"),
    "short verifier": ({"code_verifier": "A"}, "invalid_grant"),
    "other redirect_uri": ({"redirect_uri": f"{REDIRECT}2"}, "invalid_grant"),
    "no redirect_uri": ({"redirect_uri": None}, "invalid_grant"),
    "unknown code": ({"code": "A" * 43}, "invalid_grant"),
    "no code": ({"code": None}, "invalid_request"),
    "no grant_type": ({"grant_type": None}, "invalid_request"),
    "password": ({"grant_type": "password"}, "unsupported_grant_type"),
    "other client_id": ({"client_id": "https://other.example"}, "invalid_client"),
}


@pytest.mark.parametrize(("changes", "code"), CHANGED.values(), ids=CHANGED)
async def test_a_code_is_redeemed_as_it_was_asked_for(
    world: World, changes: dict[str, Any], code: str
) -> None:
    """
    FAPI2 rows 23, 37 and 38, H60; and what failed for another reason leaves the code good.
    """
    wallet = await wallet_at(world)
    given = await wallet.code()
    values = {"code": given, **changes}

    assert code == error(await wallet.token(**values))
    assert 200 == (await wallet.token(given)).status_code


async def test_a_code_is_its_clients(world: World) -> None:
    """
    ensure-authorization-code-is-bound-to-client: another client's proofs redeem nothing.
    """
    wallet = await wallet_at(world)
    other = await wallet_at(world, client_id="https://other.example", verifier=wallet.verifier)
    code = await wallet.code()

    assert "invalid_grant" == error(await other.token(code))
    assert 200 == (await wallet.token(code)).status_code


async def test_a_code_is_its_instances(world: World) -> None:
    """
    Another instance of the same wallet, well attested, cannot redeem it.
    """
    wallet = await wallet_at(world)
    code = await wallet.code()
    wallet.instance = signer()

    assert "invalid_grant" == error(await wallet.token(code))


async def test_a_code_is_its_authoritys(world: World) -> None:
    """
    H60, H76: a code of one authority says nothing at another.
    """
    wallet = await wallet_at(world)
    code = await wallet.code()
    wallet.issuer = TAXES

    assert "invalid_grant" == error(await wallet.token(code))


@pytest.mark.parametrize(("seconds", "status"), [(59, 200), (60, 400), (62, 400)])
async def test_a_code_ends_after_a_minute(world: World, seconds: int, status: int) -> None:
    """
    ensure-token-endpoint-fails-with-expired-auth-code: at most 60 seconds.
    """
    wallet = await wallet_at(world)
    code = await wallet.code()
    world.clock.move(seconds=seconds)

    assert status == (await wallet.token(code)).status_code


async def test_the_second_use_of_a_code_ends_what_the_first_gave(world: World) -> None:
    """
    attempt-reuse-authorization-code-after-one-second: both tokens are worth nothing then.
    """
    wallet = await wallet_at(world)
    code = await wallet.code()
    tokens = (await wallet.token(code)).json()
    world.clock.move(seconds=1)

    assert "invalid_grant" == error(await wallet.token(code))
    assert 401 == (await wallet.ask(tokens["access_token"])).status_code
    assert "invalid_grant" == error(await wallet.refresh(tokens["refresh_token"]))


@pytest.mark.parametrize("grant", ["code", "refresh"])
async def test_a_key_must_be_proven(world: World, grant: str) -> None:
    """
    ensure-holder-of-key-required: without a DPoP proof there is no token.
    """
    wallet = await wallet_at(world)
    code = await wallet.code()
    if grant == "code":
        answer = await wallet.token(code, proof=None)
    else:
        refresh = (await wallet.token(code)).json()["refresh_token"]
        answer = await wallet.refresh(refresh, proof=None)

    assert "invalid_dpop_proof" == error(answer)


@pytest.mark.parametrize("nonce", [None, "x", "old", "c_nonce", "challenge", "another's"])
async def test_a_proof_needs_a_nonce_of_this_authority(world: World, nonce: str | None) -> None:
    """
    H72: missing, made up, old, of another use or authority: use_dpop_nonce, with a fresh one.
    """
    wallet = await wallet_at(world)
    match nonce:
        case "old":
            nonce = await wallet.nonce()
            world.clock.move(minutes=5)
        case "c_nonce":
            nonce = await world.nonce()
        case "challenge":
            nonce = await wallet.challenge()
        case "another's":
            nonce = str((await world.http.post(f"{TAXES}/nonce")).headers["dpop-nonce"])
        case _:
            pass
    code = await wallet.code()
    answer = await wallet.token(code, proof=wallet.dpop("/token", nonce))

    assert "use_dpop_nonce" == error(answer)
    again = wallet.dpop("/token", answer.headers["dpop-nonce"])
    assert 200 == (await wallet.token(code, proof=again)).status_code


async def test_what_else_was_sent_may_be_sent_again_with_the_nonce(world: World) -> None:
    """
    RFC 9449 section 8: the client repeats its request; only the DPoP proof is another.
    """
    wallet = await wallet_at(world)
    code = await wallet.code()
    _, proving = await wallet.proof_of_client()
    first = await wallet.token(code, proof=wallet.dpop("/token", None), headers=proving)
    assert "use_dpop_nonce" == error(first)

    proof = wallet.dpop("/token", first.headers["dpop-nonce"])
    assert 200 == (await wallet.token(code, proof=proof, headers=proving)).status_code


async def test_a_proof_is_taken_once(world: World) -> None:
    """
    H72: the very same proof again is invalid_dpop_proof.
    """
    wallet = await wallet_at(world)
    tokens = await wallet.tokens()
    proof = wallet.dpop("/token", await wallet.nonce())
    assert 200 == (await wallet.refresh(tokens["refresh_token"], proof=proof)).status_code

    assert "invalid_dpop_proof" == error(
        await wallet.refresh(tokens["refresh_token"], proof=proof)
    )


async def refreshing(world: World) -> tuple[StrangeWallet, str]:
    """Return a wallet and its refresh token."""
    wallet = await wallet_at(world)
    return wallet, str((await wallet.tokens())["refresh_token"])


async def test_a_refresh_token_is_its_clients(world: World) -> None:
    """
    FAPI2 refresh-token: another client's, and nobody's.
    """
    wallet, token = await refreshing(world)
    other = await wallet_at(world, client_id="https://other.example", key=wallet.key)

    assert "invalid_grant" == error(await other.refresh(token))
    assert "invalid_client" == error(await wallet.refresh(token, headers={}))
    named = await wallet.refresh(token, headers={}, client_id=wallet.client_id)
    assert "invalid_client" == error(named)
    assert 200 == (await wallet.refresh(token)).status_code


@pytest.mark.parametrize("key", ["key", "instance"])
async def test_a_refresh_token_is_its_keys(world: World, key: str) -> None:
    """
    RFC 9449 section 5 and the attestation draft section 10.3: both keys are the same.
    """
    wallet, token = await refreshing(world)
    setattr(wallet, key, signer())

    assert "invalid_grant" == error(await wallet.refresh(token))


async def test_a_refresh_asks_for_no_more(world: World) -> None:
    """
    RFC 6749 section 6: the same scope or none; another authority's token is unknown.
    """
    wallet, token = await refreshing(world)

    assert 200 == (await wallet.refresh(token, scope="resident-register")).status_code
    assert "invalid_scope" == error(await wallet.refresh(token, scope="resident-abstract"))
    assert "invalid_grant" == error(await wallet.refresh("A" * 43))
    wallet.issuer = TAXES
    assert "invalid_grant" == error(await wallet.refresh(token))


async def test_a_client_that_is_removed_has_nothing_left(world: World) -> None:
    """
    The operator's word ends every token at once.
    """
    wallet, token = await refreshing(world)
    access = (await wallet.refresh(token)).json()["access_token"]
    await world.issuers.clients.remove(wallet.client_id)

    assert "invalid_client" == error(await wallet.refresh(token))
    assert 401 == (await wallet.ask(access)).status_code


# The pre-authorized code with a key


async def redeemed(world: World, wallet: StrangeWallet, **headers: str) -> httpx2.Response:
    """Redeem a fresh pre-authorized code with a DPoP proof."""
    form = {
        "grant_type": "urn:ietf:params:oauth:grant-type:pre-authorized_code",
        "pre-authorized_code": await world.code(),
    }
    proof = wallet.dpop("/token", await wallet.nonce())
    return await wallet.post("/token", {**form}, {"DPoP": proof, **headers})


async def test_an_anonymous_wallet_may_bind_its_token(world: World) -> None:
    """
    With a proof the token is bound, and a refresh token for that key comes along.
    """
    wallet = StrangeWallet(world)
    answer = await redeemed(world, wallet)
    tokens = answer.json()

    assert "DPoP" == tokens["token_type"]
    assert 200 == (await wallet.ask(tokens["access_token"])).status_code
    assert 200 == (await wallet.refresh(tokens["refresh_token"], headers={})).status_code


async def test_an_attested_wallet_is_known_at_a_pre_authorized_code(world: World) -> None:
    """
    Then its refresh token is bound to client and instance as well.
    """
    wallet = await wallet_at(world)
    _, proving = await wallet.proof_of_client()
    tokens = (await redeemed(world, wallet, **proving)).json()

    assert "invalid_client" == error(await wallet.refresh(tokens["refresh_token"], headers={}))
    assert 200 == (await wallet.refresh(tokens["refresh_token"])).status_code


async def test_without_a_key_there_is_no_coming_again(world: World) -> None:
    """
    A bearer token is for one issuance: no refresh token.
    """
    answer = await world.redeem(await world.code())

    assert "Bearer" == answer.json()["token_type"]
    assert "refresh_token" not in answer.json()


async def test_a_registered_client_that_is_named_is_proven(world: World) -> None:
    """
    Nobody calls themselves a registered wallet without proof; other names say nothing.
    """
    await wallet_at(world)

    named = await world.redeem(await world.code(), client_id="https://wallet.example/client")
    assert "invalid_client" == error(named)
    assert 200 == (await world.redeem(await world.code(), client_id="x")).status_code


async def test_details_at_a_pre_authorized_code_bring_identifiers(world: World) -> None:
    """
    VCI-25: asked for by details, answered with identifiers; for another kind refused.
    """
    asked = '[{"type":"openid_credential","credential_configuration_id":"%s"}]'
    code = await world.code()
    other = await world.redeem(code, authorization_details=asked % "resident-abstract")
    good = await world.redeem(code, authorization_details=asked % "resident-register")

    assert "invalid_authorization_details" == error(other)
    (detail,) = good.json()["authorization_details"]
    assert detail["credential_identifiers"]


async def test_every_answer_brings_a_nonce_for_the_next_proof(world: World) -> None:
    """
    RFC 9449 section 8.2: a good client never has to send twice; only what caches keep has none.
    """
    wallet = await wallet_at(world)
    for path in ("/par", "/token", "/nonce", "/challenge", "/credential", "/notification"):
        answer = await world.http.post(f"{REGISTRY}{path}")
        assert "dpop-nonce" in answer.headers, path
    metadata = await world.http.get(
        "/.well-known/oauth-authorization-server/issuers/resident-registry"
    )
    unknown = await world.http.post("/issuers/unknown/nonce")

    assert "dpop-nonce" not in metadata.headers
    assert (404, False) == (unknown.status_code, "dpop-nonce" in unknown.headers)
    assert await wallet.nonce() != await wallet.nonce()
