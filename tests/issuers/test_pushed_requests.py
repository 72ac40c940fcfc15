"""What the endpoint for pushed requests refuses, and how it says so (RFC 9126, FAPI 2.0)."""

from datetime import timedelta
from typing import Any

import httpx2
import pytest

from keys.strict_json import dumps
from tests.issuers.strange_wallet import KIND, REDIRECT, signer, wallet_at
from tests.issuers.world import REGISTRY, World, offer_in


def error(answer: httpx2.Response) -> str:
    """Return the code of a refusal in the form of RFC 6749 section 5.2."""
    assert 400 == answer.status_code, answer.text
    assert "application/json" == answer.headers["content-type"]
    assert "no-store" == answer.headers["cache-control"]
    body = answer.json()
    assert {"error", "error_description"} == set(body)
    for text in body.values():
        assert all(" " <= c <= "~" and c not in '"\\' for c in text)
    return str(body["error"])


def details(*kinds: str, **more: Any) -> str:
    """Return ``authorization_details`` that ask for these kinds."""
    each = {"type": "openid_credential", **more}
    return dumps([{**each, "credential_configuration_id": kind} for kind in kinds]).decode()


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "request_uri inside": ({"request_uri": "urn:x"}, "invalid_request"),
    "request object": ({"request": "a.b.c"}, "invalid_request"),
    "no challenge": ({"code_challenge": None}, "invalid_request"),
    "no method": ({"code_challenge_method": None}, "invalid_request"),
    "plain": ({"code_challenge_method": "plain"}, "invalid_request"),
    "no redirect_uri": ({"redirect_uri": None}, "invalid_request"),
    "no response_type": ({"response_type": None}, "invalid_request"),
    "code id_token": ({"response_type": "code id_token"}, "unsupported_response_type"),
    "token": ({"response_type": "token"}, "unsupported_response_type"),
    "fragment": ({"response_mode": "fragment"}, "invalid_request"),
    "other client": ({"client_id": "https://other.example"}, "invalid_client"),
    "no client_id": ({"client_id": None}, "invalid_request"),
    "nothing asked for": ({"scope": None}, "invalid_scope"),
    "unknown scope alone": ({"scope": "openid"}, "invalid_scope"),
    "two kinds": ({"scope": f"{KIND} resident-abstract"}, "invalid_scope"),
    "kind of another authority": ({"scope": "tax-payment"}, "invalid_scope"),
    "scope that is none": ({"scope": 'a"b'}, "invalid_scope"),
    "unknown details": ({"authorization_details": details("x")}, "invalid_authorization_details"),
    "other type": (
        {"authorization_details": details(KIND, type="payment")},
        "invalid_authorization_details",
    ),
    "details and another scope": (
        {"authorization_details": details(KIND), "scope": "resident-abstract"},
        "invalid_authorization_details",
    ),
    "details that are no JSON": ({"authorization_details": "["}, "invalid_authorization_details"),
    "unknown issuer_state": ({"issuer_state": "x"}, "invalid_request"),
    "dpop_jkt that is none": ({"dpop_jkt": "x"}, "invalid_request"),
}


@pytest.mark.parametrize(("changes", "code"), REFUSED.values(), ids=REFUSED)
async def test_a_request_that_is_not_in_order_is_refused(
    world: World, changes: dict[str, Any], code: str
) -> None:
    """
    FAPI2 rows 17, 20 to 22, 34, 36 and 39; VCI-16: in the back channel, with the code for it.
    """
    wallet = await wallet_at(world)

    assert code == error(await wallet.push(**changes))


H59 = {
    "prefix": f"{REDIRECT}/more",
    "extra path": f"{REDIRECT}/../evil",
    "dots": "https://wallet.example/x/../back",
    "user": "https://wallet.example@evil.example/back",
    "fragment": f"{REDIRECT}#f",
    "port": "https://wallet.example:444/back",
    "default port": "https://wallet.example:443/back",
    "look-alike": "https://wаllet.example/back",  # noqa: RUF001 - the a is Cyrillic
    "case": "https://WALLET.example/back",
    "query": f"{REDIRECT}?x=1",
    "scheme": "http://wallet.example/back",
}


@pytest.mark.parametrize("uri", H59.values(), ids=H59)
async def test_an_address_that_is_not_registered_is_refused(world: World, uri: str) -> None:
    """
    H59, plain-fapi-tolerate-unregistered-redirect-uri: letter for letter, and no redirect.
    """
    wallet = await wallet_at(world)
    answer = await wallet.push(redirect_uri=uri)

    assert "invalid_request" == error(answer)
    assert "location" not in answer.headers


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "HEAD"])
async def test_only_post_pushes(world: World, method: str) -> None:
    """
    par-attempt-invalid-http-method: 405.
    """
    assert 405 == (await world.http.request(method, f"{REGISTRY}/par")).status_code


async def test_a_form_is_taken_and_nothing_else(world: World) -> None:
    """
    H48: JSON is 415, too much 413, the same parameter twice refused.
    """
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    par = f"{REGISTRY}/par"
    assert 415 == (await world.http.post(par, json={})).status_code
    large = await world.http.post(par, content=b"a" * (32 * 1024 + 1), headers=form)
    twice = await world.http.post(par, content=b"scope=a&scope=b", headers=form)

    assert (413, "invalid_request") == (large.status_code, large.json()["error"])
    assert "invalid_request" == error(twice)


async def test_a_proof_at_the_push_binds_the_code(world: World) -> None:
    """
    ensure-dpopproof-at-par-endpoint-binding-success, and -mismatched-dpop-proof-jkt: row 10.
    """
    wallet = await wallet_at(world)
    proof = {"DPoP": wallet.dpop("/par", None)}
    good = await wallet.allowed((await wallet.push(headers=proof)).json()["request_uri"])
    assert 200 == (await wallet.token(good["code"])).status_code

    proof = {"DPoP": wallet.dpop("/par", await wallet.nonce())}
    bound = await wallet.allowed((await wallet.push(headers=proof)).json()["request_uri"])
    wallet.key = signer()
    assert "invalid_grant" == error(await wallet.token(bound["code"]))


async def test_the_thumbprint_of_the_push_binds_the_code(world: World) -> None:
    """
    ensure-dpop-auth-code-binding-success, ensure-token-endpoint-fails-with-mismatched-dpop-jkt.
    """
    wallet = await wallet_at(world)
    mine, other = wallet.key.public.thumbprint(), signer().public.thumbprint()

    assert 200 == (await wallet.token(await wallet.code(dpop_jkt=mine))).status_code
    code = await wallet.code(dpop_jkt=other)
    assert "invalid_grant" == error(await wallet.token(code))


async def test_thumbprint_and_proof_must_agree(world: World) -> None:
    """
    ensure-mismatched-dpop-jkt-fails (RFC 9449 section 10.1).
    """
    wallet = await wallet_at(world)
    proof = {"DPoP": wallet.dpop("/par", None)}
    other = signer().public.thumbprint()

    assert "invalid_dpop_proof" == error(await wallet.push(headers=proof, dpop_jkt=other))


@pytest.mark.parametrize("seconds", [-10, 8], ids=["ten seconds ago", "eight seconds ahead"])
async def test_clocks_may_differ_a_little_at_the_push(world: World, seconds: int) -> None:
    """
    ensure-dpopproof-with-iat-10seconds-before-succeeds, and -after-.
    """
    wallet = await wallet_at(world)
    at = world.clock.now + timedelta(seconds=seconds)
    proof = {"DPoP": wallet.dpop("/par", None, issued_at=at)}

    assert 201 == (await wallet.push(headers=proof)).status_code


async def test_an_order_names_its_own_kind_and_authority(world: World) -> None:
    """
    VCI-18: an issuer_state asks for what was ordered; a pre-authorized code is none.
    """
    wallet = await wallet_at(world)
    offered = await world.order(grant="authorization_code")
    state = offer_in(offered)["grants"]["authorization_code"]["issuer_state"]
    code = await world.code()

    assert "invalid_request" == error(
        await wallet.push(issuer_state=state, scope="resident-abstract")
    )
    assert "invalid_request" == error(await wallet.push(issuer_state=code))
    assert 201 == (await wallet.push(issuer_state=state)).status_code
    world.clock.move(minutes=10)
    assert "invalid_request" == error(await wallet.push(issuer_state=state))


async def test_an_order_for_signing_in_is_no_pre_authorized_code(world: World) -> None:
    """
    T10: what the offer holds opens nothing at the token endpoint.
    """
    offered = await world.order(grant="authorization_code", tx_code=True)
    assert "tx_code" not in offered
    assert {"authorization_code"} == set(offer_in(offered)["grants"])
    state = offer_in(offered)["grants"]["authorization_code"]["issuer_state"]

    assert "invalid_grant" == error(await world.redeem(state))
