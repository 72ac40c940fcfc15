"""What waits, and what is told of it, with tokens that are bound to a key (RFC 9449)."""

from typing import Any

import httpx2

from tests.issuers.strange_wallet import StrangeWallet, signer, wallet_at
from tests.issuers.test_deferred import decide
from tests.issuers.test_refusals import error
from tests.issuers.world import GRANT, REGISTRY, World, offer_in


async def tokens(wallet: StrangeWallet, world: World, **order: Any) -> Any:
    """Redeem a pre-authorized code with a DPoP proof."""
    code = await world.code(**order)
    proof = wallet.dpop("/token", await wallet.nonce())
    form: dict[str, str | None] = {"grant_type": GRANT, "pre-authorized_code": code}
    answer = await wallet.post("/token", form, {"DPoP": proof})
    assert 200 == answer.status_code, answer.text
    assert "DPoP" == answer.json()["token_type"]
    return answer.json()


async def sent(
    wallet: StrangeWallet, path: str, access: str, body: Any, **changes: Any
) -> httpx2.Response:
    """Send JSON with a proof of the wallet's key, or of another one."""
    proof = wallet.dpop(path, await wallet.nonce(), access_token=access, **changes)
    headers = {"Authorization": f"DPoP {access}", "DPoP": proof}
    return await wallet.world.http.post(f"{REGISTRY}{path}", json=body, headers=headers)


async def test_a_bound_token_waits_and_a_refreshed_one_fetches(world: World) -> None:
    """
    VCI-49: the transaction is of the order, so the token that a refresh gives fetches it as well.
    """
    wallet = StrangeWallet(world)
    first = await tokens(wallet, world, decision=True)
    promised = await wallet.ask(first["access_token"])
    assert 202 == promised.status_code, promised.text
    body = {"transaction_id": promised.json()["transaction_id"]}
    world.clock.move(days=2)
    await decide(world, "approve")

    again = (await wallet.refresh(first["refresh_token"], headers={})).json()
    fetched = await sent(wallet, "/deferred", again["access_token"], body)

    assert 200 == fetched.status_code, fetched.text
    assert fetched.headers["dpop-nonce"]


async def test_a_bound_token_is_nothing_without_its_key(world: World) -> None:
    """
    T11, H76: as bearer, with another key, without a proof: 401 at the deferred endpoint, and at
    that for notifications.
    """
    wallet = StrangeWallet(world)
    access = (await tokens(wallet, world, decision=True))["access_token"]
    promised = await wallet.ask(access)
    body = {"transaction_id": promised.json()["transaction_id"]}
    told = {"notification_id": "x", "event": "credential_accepted"}

    for path, content in (("/deferred", body), ("/notification", told)):
        answers = [
            await sent(wallet, path, access, content, by=signer()),
            await world.http.post(
                f"{REGISTRY}{path}", json=content, headers={"Authorization": f"Bearer {access}"}
            ),
            await world.http.post(
                f"{REGISTRY}{path}", json=content, headers={"Authorization": f"DPoP {access}"}
            ),
        ]
        assert [401] * 3 == [answer.status_code for answer in answers]
        assert ["invalid_token", "invalid_token", "invalid_dpop_proof"] == list(
            map(error, answers)
        )
    assert 202 == (await sent(wallet, "/deferred", access, body)).status_code


async def test_what_became_of_it_is_told_with_any_token_of_the_order(world: World) -> None:
    """
    VCI-54: with the token of the issuance, and with a refreshed one; not with a stranger's.
    """
    wallet, stranger = StrangeWallet(world), StrangeWallet(world)
    first = await tokens(wallet, world)
    given = await wallet.ask(first["access_token"])
    told = {"notification_id": given.json()["notification_id"], "event": "credential_accepted"}
    again = (await wallet.refresh(first["refresh_token"], headers={})).json()

    assert 204 == (await sent(wallet, "/notification", first["access_token"], told)).status_code
    told["event"] = "credential_deleted"
    answer = await sent(wallet, "/notification", again["access_token"], told)
    assert 204 == answer.status_code, answer.text
    (entry,) = await world.issuers.desk.certificates_of("demo")
    assert "deleted" == entry.delivery
    foreign = await tokens(stranger, world)
    answer = await sent(stranger, "/notification", foreign["access_token"], told)
    assert (400, "invalid_notification_id") == (answer.status_code, error(answer))


async def test_an_order_that_waits_is_taken_after_signing_in_too(world: World) -> None:
    """
    VCI-18: an issuer-initiated offer whose order an officer looks at: the citizen allows it, and
    the wallet waits.
    """
    wallet = await wallet_at(world)
    offered = await world.order(decision=True, grant="authorization_code")

    state = offer_in(offered)["grants"]["authorization_code"]["issuer_state"]
    given = await wallet.tokens(issuer_state=state)
    promised = await wallet.ask(given["access_token"])

    assert 202 == promised.status_code, promised.text
