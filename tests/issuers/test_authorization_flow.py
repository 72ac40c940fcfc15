"""The authorization code flow from push to certificate: what works, and what the answers say."""

import re
from typing import Any

import pytest

from keys.jwk import PublicJwk
from keys.strict_json import dumps
from tests.issuers.strange_wallet import CLIENT, KIND, StrangeWallet, signer, wallet_at
from tests.issuers.world import BASE, REGISTRY, World

DETAILS = dumps([{"type": "openid_credential", "credential_configuration_id": KIND}]).decode()
# At least 128 bits in base64url.
STRONG = re.compile(r"[A-Za-z0-9_-]{22,}")


async def wallets(world: World) -> list[StrangeWallet]:
    """One wallet for each way a client proves itself."""
    keyed = await wallet_at(world, client_id="https://other.example", client_key=signer())
    return [await wallet_at(world), keyed]


async def test_a_wallet_is_given_a_certificate_after_the_citizen_allowed_it(world: World) -> None:
    """
    FAPI2 happy-flow with two clients: push, decide, redeem, ask; VCI-14 to VCI-20.
    """
    for wallet in await wallets(world):
        pushed = await wallet.push()
        assert 201 == pushed.status_code, pushed.text
        assert "no-store" == pushed.headers["cache-control"]
        assert "application/json" == pushed.headers["content-type"]
        assert {"request_uri", "expires_in"} == set(pushed.json())
        uri = pushed.json()["request_uri"]
        assert STRONG.fullmatch(uri.removeprefix("urn:ietf:params:oauth:request_uri:"))
        assert 0 < pushed.json()["expires_in"] < 600

        back = await wallet.allowed(uri)
        assert {"code", "state", "iss"} == set(back)
        assert ("state-1", REGISTRY) == (back["state"], back["iss"])
        assert STRONG.fullmatch(back["code"])

        answer = await wallet.token(back["code"])
        assert 200 == answer.status_code, answer.text
        token = answer.json()
        assert ("DPoP", 300, KIND) == (token["token_type"], token["expires_in"], token["scope"])
        assert STRONG.fullmatch(token["access_token"])
        assert STRONG.fullmatch(token["refresh_token"])
        assert "authorization_details" not in token
        assert "id_token" not in token

        given = await wallet.ask(token["access_token"])
        assert 200 == given.status_code, given.text
        assert 1 == len(given.json()["credentials"])


async def test_details_are_answered_with_identifiers_that_stay(world: World) -> None:
    """
    VCI-25, OpenID4VCI issue 739: the same identifiers in every token response.
    """
    wallet = await wallet_at(world)
    first = await wallet.tokens(scope=None, authorization_details=DETAILS)
    again = (await wallet.refresh(first["refresh_token"])).json()

    (detail,) = first["authorization_details"]
    assert KIND == detail["credential_configuration_id"]
    (identifier,) = detail["credential_identifiers"]
    assert STRONG.fullmatch(identifier)
    assert first["authorization_details"] == again["authorization_details"]
    given = await wallet.ask(
        again["access_token"], credential_configuration_id=None, credential_identifier=identifier
    )
    assert 200 == given.status_code, given.text


async def test_without_state_none_is_returned(world: World) -> None:
    """
    ensure-authorization-request-without-state-success.
    """
    wallet = await wallet_at(world)

    assert {"code", "iss"} == set(await wallet.allowed(await wallet.pushed(state=None)))


async def test_a_long_state_comes_back_as_it_was(world: World) -> None:
    """
    ensure-authorization-request-with-long-state.
    """
    wallet, state = await wallet_at(world), "x&=# +%" * 140

    assert state == (await wallet.allowed(await wallet.pushed(state=state)))["state"]


async def test_a_refusal_is_told_to_the_wallet(world: World) -> None:
    """
    user-rejects-authentication: access_denied with state and iss, and no code.
    """
    wallet = await wallet_at(world)
    uri = await wallet.pushed()
    address = await wallet.decided(uri, allows=False)

    assert address == await wallet.decided(uri, allows=False)
    assert "error=access_denied" in address
    assert "state=state-1" in address
    assert "iss=" in address
    assert "code=" not in address.replace("error_description=", "")


@pytest.mark.parametrize(
    "more",
    [{"unknown": "1"}, {"nonce": "x", "max_age": "0"}, {"resource": BASE}],
    ids=["unknown", "of OpenID Connect", "resource"],
)
async def test_parameters_nobody_knows_are_ignored(world: World, more: dict[str, Any]) -> None:
    """
    H75, VCI-19, VCI-24.
    """
    wallet = await wallet_at(world)
    answer = await wallet.token(await wallet.code(**more), **more)

    assert 200 == answer.status_code, answer.text


async def test_unknown_scopes_mean_nothing(world: World) -> None:
    """
    VCI-16: beside a known one they are ignored.
    """
    wallet = await wallet_at(world)

    assert KIND == (await wallet.tokens(scope=f"openid {KIND} nothing"))["scope"]


async def test_a_client_is_known_by_its_id_and_the_certificate_by_its_holder(world: World) -> None:
    """
    What is stored of a token names its client and its key.
    """
    wallet = await wallet_at(world)
    await wallet.tokens()
    wanted = PublicJwk(
        wallet.key.public.algorithm, wallet.key.public.x, wallet.key.public.y
    ).thumbprint()
    async with world.engine.connect() as connection:
        found = await connection.exec_driver_sql(
            "SELECT client_id, dpop_jkt, instance_jkt FROM refresh_tokens"
        )
        (row,) = found.all()

    assert (CLIENT, wanted, wallet.instance.public.thumbprint()) == tuple(row)


async def test_details_and_scope_may_name_the_same(world: World) -> None:
    """
    VCI-17: read each for itself; for the same certificate the details count, and are answered.
    """
    wallet = await wallet_at(world)
    tokens = await wallet.tokens(scope=f"{KIND} openid", authorization_details=DETAILS)

    assert [KIND] == [
        each["credential_configuration_id"] for each in tokens["authorization_details"]
    ]
