"""A token that is bound to a key, at the credential endpoint (RFC 9449 sections 4.3 and 7)."""

import asyncio
import secrets
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from keys import jws
from keys.jwt_time import seconds
from keys.signer import SoftwareSigner
from keys.strict_json import JsonObject, dumps
from standards.oauth.dpop import token_hash
from tests.issuers.strange_wallet import StrangeWallet, signer, wallet_at
from tests.issuers.world import REGISTRY, TAXES, World

URL = f"{REGISTRY}/credential"


def challenged(answer: httpx2.Response) -> str:
    """Return the error of a 401 that names the DPoP scheme and its algorithms."""
    assert 401 == answer.status_code, answer.text
    challenge = answer.headers["www-authenticate"]
    code = str(answer.json()["error"])
    assert "DPoP " in challenge
    assert 'algs="ES256"' in challenge
    assert f'error="{code}"' in challenge
    assert "dpop-nonce" in answer.headers
    return code


def handmade(
    by: SoftwareSigner, access: str, nonce: str, at: Any, header: JsonObject, **claims: Any
) -> str:
    """Return a proof made by hand; None leaves a member out."""
    jwk = {name: value for name, value in by.public.as_dict().items() if name != "kid"}
    head: dict[str, Any] = {"typ": "dpop+jwt", "jwk": jwk, **header}
    body: dict[str, Any] = {
        "jti": secrets.token_urlsafe(16),
        "htm": "POST",
        "htu": URL,
        "iat": seconds(at),
        "ath": token_hash(access),
        "nonce": nonce,
        **claims,
    }
    return jws.sign(
        {name: value for name, value in head.items() if value is not None},
        dumps({name: value for name, value in body.items() if value is not None}),
        by,
    )


HOUR = 3600
BAD: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "no typ": ({"typ": None}, {}),
    "wrong typ": ({"typ": "jwt"}, {}),
    "no jwk": ({"jwk": None}, {}),
    "no jti": ({}, {"jti": None}),
    "no htm": ({}, {"htm": None}),
    "no htu": ({}, {"htu": None}),
    "no iat": ({}, {"iat": None}),
    "no ath": ({}, {"ath": None}),
    "wrong htm": ({}, {"htm": "GET"}),
    "other path": ({}, {"htu": f"{REGISTRY}/token"}),
    "other authority": ({}, {"htu": f"{TAXES}/credential"}),
    "other ath": ({}, {"ath": token_hash("other")}),
}
TOLERATED: dict[str, dict[str, Any]] = {
    "query": {"htu": f"{URL}?a=b"},
    "fragment": {"htu": f"{URL}#f"},
    "upper-case scheme and host": {"htu": URL.replace("https://issuers", "HTTPS://ISSUERS")},
    "default port": {"htu": URL.replace(".example", ".example:443")},
    "claims nobody knows": {"more": "x"},
}


async def bound(world: World) -> tuple[StrangeWallet, str]:
    """Return a wallet with a bound access token."""
    wallet = await wallet_at(world)
    return wallet, str((await wallet.tokens())["access_token"])


@pytest.mark.parametrize(("header", "claims"), BAD.values(), ids=BAD)
async def test_a_proof_with_one_thing_wrong_opens_nothing(
    world: World, header: JsonObject, claims: dict[str, Any]
) -> None:
    """
    T11, dpop-negative-tests: 401 with the DPoP challenge.
    """
    wallet, access = await bound(world)
    nonce = await wallet.nonce()
    proof = handmade(wallet.key, access, nonce, world.clock.now, header, **claims)

    assert "invalid_dpop_proof" == challenged(await wallet.ask(access, proof=proof))


@pytest.mark.parametrize("claims", TOLERATED.values(), ids=TOLERATED)
async def test_what_means_the_same_is_taken(world: World, claims: dict[str, Any]) -> None:
    """
    dpop-negative-tests, the tolerant ones; check-dpop-proof-nbf-exp.
    """
    wallet, access = await bound(world)
    nonce = await wallet.nonce()
    times = {"nbf": seconds(world.clock.now), "exp": seconds(world.clock.now) + 60}
    proof = handmade(wallet.key, access, nonce, world.clock.now, {}, **times, **claims)

    assert 200 == (await wallet.ask(access, proof=proof)).status_code


@pytest.mark.parametrize(
    ("offset", "is_good"),
    [
        (-10, True),
        (8, True),
        (-60, True),
        (-61, False),
        (11, False),
        (-HOUR, False),
        (HOUR, False),
    ],
)
async def test_a_proof_is_made_now(world: World, offset: int, *, is_good: bool) -> None:
    """
    Ten seconds either way, FAPI2 rows 7 and 8; an hour is refused.
    """
    wallet, access = await bound(world)
    at = world.clock.now + timedelta(seconds=offset)
    proof = wallet.dpop("/credential", await wallet.nonce(), access_token=access, issued_at=at)
    answer = await wallet.ask(access, proof=proof)

    assert (200 if is_good else 401) == answer.status_code


async def test_another_key_opens_nothing(world: World) -> None:
    """
    T11: a stolen token with a proof by the thief's own key.
    """
    wallet, access = await bound(world)
    nonce = await wallet.nonce()
    proof = wallet.dpop("/credential", nonce, access_token=access, by=signer())

    assert "invalid_token" == challenged(await wallet.ask(access, proof=proof))


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "Basic"])
@pytest.mark.parametrize("with_proof", [False, True])
async def test_a_bound_token_is_no_bearer_token(
    world: World, scheme: str, *, with_proof: bool
) -> None:
    """
    H76: the downgrade is refused, with the proof beside it too.
    """
    wallet, access = await bound(world)
    answer = await wallet.ask(access, proof="" if with_proof else None, scheme=scheme)

    assert "invalid_token" == challenged(answer)


async def test_a_bearer_token_is_not_bound_by_showing_it_so(world: World) -> None:
    """
    The other way round: an unbound token under the DPoP scheme is unknown.
    """
    wallet, access = StrangeWallet(world), await world.access()

    assert "invalid_token" == challenged(await wallet.ask(access))


async def test_without_a_proof_the_scheme_says_nothing(world: World) -> None:
    """
    dpop-negative-tests: no proof at all.
    """
    wallet, access = await bound(world)

    assert "invalid_dpop_proof" == challenged(await wallet.ask(access, proof=None))


async def test_two_proofs_are_none(world: World) -> None:
    """
    H72: exactly one DPoP header; its name in any case.
    """
    wallet, access = await bound(world)
    nonce = await wallet.nonce()
    proofs = [wallet.dpop("/credential", nonce, access_token=access) for _ in range(3)]
    sent = [("Authorization", f"DPoP {access}"), *(("DPoP", each) for each in proofs[:2])]
    body = await world.request(world.prove(await world.nonce()))
    two = await world.http.post(URL, json=body, headers=sent)
    one = await world.http.post(URL, json=body, headers=[sent[0], ("dPoP", proofs[2])])

    assert "invalid_dpop_proof" == challenged(two)
    assert 200 == one.status_code


@pytest.mark.parametrize("scheme", ["DPoP", "dPoP", "DPOP", "dpop"])
async def test_the_scheme_is_read_in_any_case(world: World, scheme: str) -> None:
    """
    access-token-type-header-case-sensitivity (RFC 9110 section 11.1).
    """
    wallet, access = await bound(world)

    assert 200 == (await wallet.ask(access, scheme=scheme)).status_code


async def test_a_nonce_is_asked_for_at_the_resource_too(world: World) -> None:
    """
    RFC 9449 section 9: 401 use_dpop_nonce with a fresh one, and then it is taken.
    """
    wallet, access = await bound(world)
    first = await wallet.ask(access, proof=wallet.dpop("/credential", None, access_token=access))
    assert "use_dpop_nonce" == challenged(first)
    nonce = first.headers["dpop-nonce"]
    again = wallet.dpop("/credential", nonce, access_token=access)

    assert 200 == (await wallet.ask(access, proof=again)).status_code


async def test_of_many_with_one_proof_one_is_served(world: World) -> None:
    """
    R15, H72: the same proof fifty times at once: one winner.
    """
    wallet, access = await bound(world)
    proof = wallet.dpop("/credential", await wallet.nonce(), access_token=access)
    answers = await asyncio.gather(*(wallet.ask(access, proof=proof) for _ in range(50)))

    good = [answer for answer in answers if answer.status_code == 200]
    assert 1 == len(good)
    refused = {challenged(answer) for answer in answers if answer.status_code != 200}
    assert {"invalid_dpop_proof"} == refused


async def test_another_authority_does_not_know_the_token(world: World) -> None:
    """
    H76: with a proof for the other authority's address, too.
    """
    wallet, access = await bound(world)
    wallet.issuer = TAXES

    assert "invalid_token" == challenged(await wallet.ask(access))


async def test_a_wallet_tells_with_its_key_too(world: World) -> None:
    """
    The notification endpoint asks for the same proof, also when the token has ended.
    """
    wallet, access = await bound(world)
    told = (await wallet.ask(access)).json()["notification_id"]
    world.clock.move(days=1)
    body = {"notification_id": told, "event": "credential_accepted"}
    bare = {"Authorization": f"Bearer {access}"}
    refused = await world.http.post(f"{REGISTRY}/notification", json=body, headers=bare)
    proof = wallet.dpop("/notification", await wallet.nonce(), access_token=access)
    proven = {"Authorization": f"DPoP {access}", "DPoP": proof}
    taken = await world.http.post(f"{REGISTRY}/notification", json=body, headers=proven)

    assert (401, 204) == (refused.status_code, taken.status_code)
