"""A wallet gives its tokens back (RFC 7009), and a desk takes everything back from one citizen."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
from sqlalchemy import func, select

from issuers.clerks import Clerk
from issuers.issuance.book import CertificateState
from issuers.population.census import offices, population
from issuers.store import metadata
from issuers.store.population import load
from issuers.store.tables import access_tokens
from tests.conftest import EngineOf
from tests.issuers.strange_wallet import StrangeWallet, signer, wallet_at
from tests.issuers.world import (
    AS_OF,
    OPERATOR,
    TAXES,
    FreshKeys,
    MovableClock,
    World,
    client_of,
    room,
)


@pytest.fixture
async def crowd(engine_of: EngineOf, fresh_keys: FreshKeys) -> AsyncIterator[World]:
    """The room over each kind of database, with the demo household."""
    engine = await engine_of(metadata)
    await load(engine, offices(), population(households=1, as_of=AS_OF))
    clock = MovableClock()
    issuers = room(engine, fresh_keys, clock)
    await issuers.prepare()
    async with client_of(issuers) as http:
        yield World(issuers, engine, clock, fresh_keys, http)


async def revoke(wallet: StrangeWallet, token: str | None, **more: Any) -> httpx2.Response:
    """Bring a token to the revocation endpoint, as the client that the wallet is."""
    form, headers = await wallet.proof_of_client()
    return await wallet.post("/revoke", {**form, "token": token, **more}, headers)


async def issued(wallet: StrangeWallet) -> Any:
    """Take a certificate; return the token response."""
    tokens = await wallet.tokens()
    assert 200 == (await wallet.ask(tokens["access_token"])).status_code
    return tokens


async def states(world: World) -> list[CertificateState]:
    """The demo citizen's certificates, the latest first."""
    return [kept.state for kept in await world.issuers.desk.certificates_of("demo")]


async def test_a_refresh_token_ends_with_all_it_has_led_to(crowd: World) -> None:
    """
    RFC 7009 section 2.1: both tokens die, the certificate is revoked; again is no error.
    """
    wallet = await wallet_at(crowd)
    tokens = await issued(wallet)
    answer = await revoke(wallet, tokens["refresh_token"], token_type_hint="refresh_token")

    assert 200 == answer.status_code, answer.text
    assert "no-store" == answer.headers["cache-control"]
    assert [CertificateState.REVOKED] == await states(crowd)
    again = await wallet.refresh(tokens["refresh_token"])
    assert (400, "invalid_grant") == (again.status_code, again.json()["error"])
    assert 401 == (await wallet.ask(tokens["access_token"])).status_code
    assert 200 == (await revoke(wallet, tokens["refresh_token"])).status_code
    (kept,) = await crowd.issuers.desk.certificates_of("demo")
    number = kept.certificate.number
    (event,) = (await crowd.issuers.desk.certificate(number, Clerk("clerk"))).history
    assert "holder" == event.by


async def test_every_certificate_of_a_chain_is_revoked(world: World) -> None:
    """
    What was superseded by a renewal is revoked too: the finder has its copies as well.
    """
    wallet = await wallet_at(world)
    tokens = await issued(wallet)
    world.clock.move(days=70)
    renewed = (await wallet.refresh(tokens["refresh_token"])).json()
    assert 200 == (await wallet.ask(renewed["access_token"])).status_code
    await revoke(wallet, tokens["refresh_token"])

    assert [CertificateState.REVOKED] * 2 == await states(world)


async def test_another_client_revokes_nothing(world: World) -> None:
    """
    Section 2.1: the token was not issued to it, nor to another instance of the same wallet.
    """
    wallet = await wallet_at(world)
    tokens = await issued(wallet)
    keyed = await wallet_at(world, client_id="https://other.example", client_key=signer())
    other = StrangeWallet(world)

    for stranger in (keyed, other):
        answer = await revoke(stranger, tokens["refresh_token"])
        assert (400, "invalid_grant") == (answer.status_code, answer.json()["error"])
    unproven = await wallet.post(
        "/revoke", {"token": tokens["refresh_token"], "client_id": wallet.client_id}, {}
    )
    assert (400, "invalid_client") == (unproven.status_code, unproven.json()["error"])
    assert [CertificateState.VALID] == await states(world)


async def test_another_authority_knows_nothing_of_a_token(world: World) -> None:
    """
    H76: elsewhere it is as unknown as any text, which is no error, and nothing happens.
    """
    wallet = await wallet_at(world)
    tokens = await issued(wallet)
    elsewhere = StrangeWallet(world, issuer=TAXES, instance=wallet.instance, key=wallet.key)

    for token in (tokens["refresh_token"], tokens["access_token"], "unknown"):
        assert 200 == (await revoke(elsewhere, token)).status_code
    assert [CertificateState.VALID] == await states(world)


async def test_an_access_token_ends_alone(world: World) -> None:
    """
    A bound one is found by who proves its key; the certificate and the refresh token stay.
    """
    wallet = await wallet_at(world)
    tokens = await issued(wallet)
    form, headers = await wallet.proof_of_client()
    headers["DPoP"] = wallet.dpop("/revoke", await wallet.nonce())
    sent = {**form, "token": tokens["access_token"]}
    assert 200 == (await wallet.post("/revoke", sent, headers)).status_code

    assert 401 == (await wallet.ask(tokens["access_token"])).status_code
    assert 200 == (await wallet.refresh(tokens["refresh_token"])).status_code
    assert [CertificateState.VALID] == await states(world)


async def test_an_anonymous_wallet_ends_its_own_token_and_no_others(world: World) -> None:
    """
    Without a client its token is all there is; a registered client's stays.
    """
    access = await world.access()
    bound = await issued(
        await wallet_at(world, client_id="https://keyed.example", client_key=signer())
    )
    for token in (access, bound["access_token"]):
        answer = await world.http.post("/issuers/resident-registry/revoke", data={"token": token})
        assert 200 == answer.status_code

    body = await world.request(world.prove(await world.nonce()))
    assert 401 == (await world.ask(access, body)).status_code


async def test_a_request_without_a_token_is_refused(world: World) -> None:
    """
    Section 2.1: token is required.
    """
    answer = await revoke(await wallet_at(world), None, token_type_hint="refresh_token")

    assert (400, "invalid_request") == (answer.status_code, answer.json()["error"])


async def test_the_endpoint_is_published(world: World) -> None:
    """
    RFC 8414: where it is, and how clients prove themselves there.
    """
    at = "/.well-known/oauth-authorization-server/issuers/resident-registry"
    published = (await world.http.get(at)).json()

    assert published["revocation_endpoint"].endswith("/issuers/resident-registry/revoke")
    assert (
        published["token_endpoint_auth_methods_supported"]
        == published["revocation_endpoint_auth_methods_supported"]
    )


async def test_a_desk_revokes_everything_of_one_citizen(crowd: World) -> None:
    """
    One act: each entry gets the reason, tokens and open offers end; again it is nothing.
    """
    wallet = await wallet_at(crowd)
    tokens = await issued(wallet)
    await crowd.issue()
    code = await crowd.code()
    asked = {"to": "demo", "reason": "분실 신고"}
    at = "/issuers/operator/revocations"
    answer = await crowd.http.post(at, json=asked, headers=OPERATOR)

    assert {"to": "demo", "revoked": 2} == answer.json()
    assert [CertificateState.REVOKED] * 2 == await states(crowd)
    assert {"분실 신고"} == {
        kept.reason for kept in await crowd.issuers.desk.certificates_of("demo")
    }
    assert 400 == (await wallet.refresh(tokens["refresh_token"])).status_code
    assert 400 == (await crowd.redeem(code)).status_code
    again = await crowd.http.post(at, json=asked, headers=OPERATOR)
    assert {"to": "demo", "revoked": 0} == again.json()


async def test_a_desk_revokes_what_its_own_authority_issued(world: World) -> None:
    """
    H90: a clerk of the tax service leaves the registry's certificates as they are.
    """
    await world.issue()
    await world.issue(kind="tax-payment")
    clerk = Clerk("tax-clerk", "national-tax-service")

    assert 1 == await world.issuers.revocations.revoke_all("demo", "분실", clerk)
    assert {CertificateState.REVOKED, CertificateState.VALID} == set(await states(world))


async def test_who_is_revoked_while_asking_holds_nothing_afterwards(crowd: World) -> None:
    """
    H88: ten copies are asked for while everything is revoked; whatever came is revoked.
    """
    wallet = await wallet_at(crowd)
    tokens = await issued(wallet)
    revoked = revoke(wallet, tokens["refresh_token"])
    asked = (wallet.ask(tokens["access_token"]) for _ in range(8))
    answers = await asyncio.gather(*asked, revoked)

    assert 200 == answers[-1].status_code
    # Refused is the token that ended, or the certificate that was revoked a moment before.
    refused = [answer for answer in answers if answer.status_code != 200]
    assert {401: None, 400: "credential_request_denied"}.items() >= {
        (answer.status_code, answer.json().get("error") if answer.status_code == 400 else None)
        for answer in refused
    }
    assert [CertificateState.REVOKED] == await states(crowd)


async def test_an_order_renewed_each_day_keeps_one_token(crowd: World) -> None:
    """
    H51: what has ended is forgotten with the next refresh, not with the order a year later.
    """
    wallet = await wallet_at(crowd)
    tokens = await issued(wallet)
    for _ in range(20):
        crowd.clock.move(days=1)
        assert 200 == (await wallet.refresh(tokens["refresh_token"])).status_code

    async with crowd.engine.connect() as connection:
        found = await connection.execute(select(func.count()).select_from(access_tokens))
        assert 1 == found.scalar_one()
