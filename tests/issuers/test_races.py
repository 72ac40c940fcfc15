"""Many at once over HTTP: what is for one goes to one (H57, R15)."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx2
import pytest
from sqlalchemy import func, select
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from issuers.errors import IssuerError, IssuerFailure
from issuers.population.census import offices, population
from issuers.store import metadata
from issuers.store.authorization_tables import authorization_codes
from issuers.store.population import load
from issuers.store.tables import offers, places
from keys.strict_json import dumps, loads_object
from standards.sd_jwt.parse import parse_sd_jwt
from standards.status_list.reference import StatusReference
from tests.conftest import EngineOf
from tests.issuers.strange_wallet import wallet_at
from tests.issuers.test_deferred import begun, decide, fetched, waiting
from tests.issuers.world import (
    AS_OF,
    BASE,
    OPERATOR,
    REGISTRY,
    FreshKeys,
    MovableClock,
    World,
    application_of,
    client_of,
    code_in,
    offer_in,
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


async def test_one_of_a_hundred_wallets_gets_the_token(crowd: World) -> None:
    """
    H57: 100 parallel redemptions of one code: one 200, 99 invalid_grant, and as the code came
    again the token is worth nothing.
    """
    code = await crowd.code()
    answers = await asyncio.gather(*(crowd.redeem(code) for _ in range(100)))

    good = [answer for answer in answers if answer.status_code == 200]
    assert 1 == len(good)
    assert {"invalid_grant"} == {a.json()["error"] for a in answers if a.status_code == 400}
    access = good[0].json()["access_token"]
    body = await crowd.request(crowd.prove(await crowd.nonce()))
    assert 401 == (await crowd.ask(access, body)).status_code


async def test_guesses_in_a_crowd_are_counted(crowd: World) -> None:
    """
    T10: fifty guesses at once are five tries; the right code among the late ones does not help.
    """
    offered = await crowd.order(tx_code=True)
    code, right = code_in(offered), str(offered["tx_code"])
    guesses = [f"{guess:06d}" for guess in range(50) if f"{guess:06d}" != right]
    answers = await asyncio.gather(*(crowd.redeem(code, tx_code=guess) for guess in guesses))

    assert {400} == {answer.status_code for answer in answers}
    assert 400 == (await crowd.redeem(code, tx_code=right)).status_code


async def test_parallel_issuances_share_no_place(crowd: World) -> None:
    """
    P3: twenty wallets at once, three copies each: sixty places, none twice.
    """

    async def places() -> list[StatusReference]:
        copies = await crowd.issue(copies=3)
        payloads = (loads_object(parse_sd_jwt(one).issuer.payload) for one in copies)
        return [StatusReference.parse(claims["status"]) for claims in payloads]

    taken = await asyncio.gather(*(places() for _ in range(20)))

    everywhere = [place for one in taken for place in one]
    assert 60 == len(everywhere) == len(set(everywhere))


@dataclass
class HangsUp:
    """The room behind a line that breaks after so many messages of an answer."""

    application: ASGIApp
    after: int

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        sent = 0

        async def broken(message: Message) -> None:
            nonlocal sent
            if sent == self.after:
                raise ConnectionResetError
            sent += 1
            await send(message)

        await self.application(scope, receive, broken)


@pytest.mark.parametrize("messages", [0, 1], ids=["before the answer", "in its middle"])
async def test_a_wallet_that_hangs_up_is_served_when_it_comes_again(
    crowd: World, messages: int
) -> None:
    """
    H56: the line breaks while the answer is on its way, twice; the third request with the same
    token gets a copy, and the issue book has one entry and each person one notice.
    """
    access = await crowd.access()
    whole = crowd.http
    transport = httpx2.ASGITransport(HangsUp(application_of(crowd.issuers), messages))
    async with httpx2.AsyncClient(transport=transport, base_url=BASE) as crowd.http:
        for _ in range(2):
            headers = {"Authorization": f"Bearer {access}"}
            nonce = str((await whole.post(f"{REGISTRY}/nonce")).json()["c_nonce"])
            body = await crowd.request(crowd.prove(nonce))
            with pytest.raises(ConnectionResetError):
                await crowd.http.post(f"{REGISTRY}/credential", json=body, headers=headers)
    crowd.http = whole
    answer = await crowd.ask(access, await crowd.request(crowd.prove(await crowd.nonce())))

    assert 200 == answer.status_code, answer.text
    assert 1 == len(await crowd.issuers.desk.certificates_of("demo"))
    assert 1 == len(await crowd.issuers.desk.notices_of("demo"))


async def test_half_a_request_uses_nothing_up(crowd: World) -> None:
    """
    H56: a body that breaks off leaves nonce and token as they were.
    """
    access, nonce = await crowd.access(), await crowd.nonce()
    body = dumps(await crowd.request(crowd.prove(nonce)))

    async def half() -> AsyncIterator[bytes]:
        yield body[: len(body) // 2]

    headers = {"Authorization": f"Bearer {access}", "Content-Type": "application/json"}
    broken = await crowd.http.post(f"{REGISTRY}/credential", content=half(), headers=headers)
    again = await crowd.http.post(f"{REGISTRY}/credential", content=body, headers=headers)

    assert (400, 200) == (broken.status_code, again.status_code)


async def test_one_of_a_hundred_fetches_gets_the_certificate(crowd: World) -> None:
    """
    H57, R15: 100 parallel fetches of one transaction: one 200, 99 invalid_transaction_id, and the
    places of one issuance alone are taken.
    """
    access, transaction_id = await begun(crowd, copies=2)
    assert 200 == (await decide(crowd, "approve")).status_code
    answers = await asyncio.gather(*(fetched(crowd, access, transaction_id) for _ in range(100)))

    good = [answer for answer in answers if answer.status_code == 200]
    assert 1 == len(good)
    refused = {a.json()["error"] for a in answers if a.status_code != 200}
    assert {"invalid_transaction_id"} == refused
    async with crowd.engine.connect() as connection:
        taken = (await connection.execute(select(func.count()).select_from(places))).scalar_one()
    assert 2 == taken


async def test_officers_who_decide_at_once_decide_once(crowd: World) -> None:
    """
    R15: of twenty verdicts the first stands; the others find nothing that waits.
    """
    _, _ = await begun(crowd)
    (order,) = await waiting(crowd)
    page = f"/issuers/operator/queue/{order['id']}"
    answers = await asyncio.gather(
        *(
            crowd.http.post(
                f"{page}/{'deny' if number % 2 else 'approve'}",
                json={"ground": "papers_missing"},
                headers=OPERATOR,
            )
            for number in range(20)
        )
    )

    assert [200] == [a.status_code for a in answers if a.status_code != 404]


async def test_what_was_approved_survives_the_process(crowd: World) -> None:
    """
    H99: the service is killed between the decision and the fetch; another process hands it out.
    """
    access, transaction_id = await begun(crowd)
    await decide(crowd, "approve")
    issuers = room(crowd.engine, crowd.keys, crowd.clock)
    async with client_of(issuers) as crowd.http:
        answer = await fetched(crowd, access, transaction_id)

    assert 200 == answer.status_code


async def test_a_wallet_that_asks_in_a_crowd_waits_once(crowd: World) -> None:
    """
    H57: ten requests at once are ten transactions of one order.
    """
    access = await crowd.access(decision=True)
    nonces = [await crowd.nonce() for _ in range(10)]
    bodies = [await crowd.request(crowd.prove(nonce)) for nonce in nonces]
    answers = await asyncio.gather(*(crowd.ask(access, body) for body in bodies))

    assert {202} == {answer.status_code for answer in answers}
    assert 10 == len({answer.json()["transaction_id"] for answer in answers})
    assert 1 == len(await waiting(crowd))


async def test_one_of_fifty_with_one_code_gets_tokens(crowd: World) -> None:
    """
    R15, H57: fifty parallel redemptions of one authorization code: one 200, 49 invalid_grant, and
    as the code came again its tokens are worth nothing.
    """
    wallet = await wallet_at(crowd)
    code = await wallet.code()
    answers = await asyncio.gather(*(wallet.token(code) for _ in range(50)))

    (good,) = [answer for answer in answers if answer.status_code == 200]
    assert {"invalid_grant"} == {a.json()["error"] for a in answers if a.status_code == 400}
    assert 401 == (await wallet.ask(good.json()["access_token"])).status_code
    assert 400 == (await wallet.refresh(good.json()["refresh_token"])).status_code


async def test_one_request_is_decided_once(crowd: World) -> None:
    """
    R15: fifty presses at once, half of them to refuse: one decision, one order, one code.
    """
    wallet = await wallet_at(crowd)
    uri = await wallet.pushed()
    presses = (wallet.decided(uri, allows=bool(each % 2)) for each in range(50))
    decided = await asyncio.gather(*presses, return_exceptions=True)

    led_to = {each for each in decided if isinstance(each, str)}
    refused = {each.failure for each in decided if isinstance(each, IssuerError)}
    assert 1 == len(led_to)
    assert {IssuerFailure.UNKNOWN_REQUEST} == refused
    async with crowd.engine.connect() as connection:
        orders = await connection.execute(select(func.count()).select_from(offers))
        codes = await connection.execute(select(func.count()).select_from(authorization_codes))
    allowed = "code=" in led_to.pop().partition("?")[2]
    assert (int(allowed), int(allowed)) == (orders.scalar_one(), codes.scalar_one())


async def test_one_order_is_taken_by_one_of_fifty_requests(crowd: World) -> None:
    """
    R15: fifty requests that name one order of the desk, all allowed at once: one code.
    """
    wallet = await wallet_at(crowd)
    offered = offer_in(await crowd.order(grant="authorization_code"))
    state = offered["grants"]["authorization_code"]["issuer_state"]
    uris = [await wallet.pushed(issuer_state=state) for _ in range(50)]
    decided = await asyncio.gather(*(wallet.decided(uri) for uri in uris), return_exceptions=True)

    assert 1 == len([each for each in decided if isinstance(each, str)])
    refused = {each.failure for each in decided if isinstance(each, IssuerError)}
    assert {IssuerFailure.UNKNOWN_OFFER} == refused


async def test_one_proof_refreshes_once(crowd: World) -> None:
    """
    R15: a refresh token may be used again and again, each proof of its key once.
    """
    wallet = await wallet_at(crowd)
    token = (await wallet.tokens())["refresh_token"]
    proof = wallet.dpop("/token", await wallet.nonce())
    once = await asyncio.gather(*(wallet.refresh(token, proof=proof) for _ in range(50)))
    each = await asyncio.gather(*(wallet.refresh(token) for _ in range(5)))

    assert 1 == len([answer for answer in once if answer.status_code == 200])
    assert {"invalid_dpop_proof"} == {a.json()["error"] for a in once if a.status_code == 400}
    assert [200] * 5 == [answer.status_code for answer in each]
    assert 5 == len({answer.json()["access_token"] for answer in each})


async def test_who_comes_again_at_once_gets_one_new_certificate(crowd: World) -> None:
    """
    R15: after a move ten refreshed tokens ask at once: one new certificate, ten copies of it.
    """
    wallet = await wallet_at(crowd)
    tokens = await wallet.tokens()
    assert 200 == (await wallet.ask(tokens["access_token"])).status_code
    crowd.clock.move(days=80)
    renewed = [(await wallet.refresh(tokens["refresh_token"])).json() for _ in range(10)]
    answers = await asyncio.gather(*(wallet.ask(each["access_token"]) for each in renewed))

    assert [200] * 10 == [answer.status_code for answer in answers]
    assert 2 == len(await crowd.issuers.desk.certificates_of("demo"))
