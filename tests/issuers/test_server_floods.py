"""Floods at an authority's authorization server: 429 with a time, and nobody else is stopped."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from datetime import timedelta

import httpx2
import pytest
from sqlalchemy import func, insert, select

from issuers.authorization import floods
from issuers.authorization.floods import (
    FAILED_PER_ADDRESS,
    FAILED_PER_CODE,
    FAILED_PER_INSTANCE,
    OPEN_PER_CLIENT,
    OPEN_PER_INSTANCE,
    WINDOW,
    Counts,
    Pending,
    check_pending,
    subscriber,
)
from issuers.authorization.pushing import REQUEST_LIFE
from issuers.errors import IssuerError, IssuerFailure
from issuers.store.authorization_tables import pushed_requests
from tests.issuers.strange_wallet import wallet_at
from tests.issuers.world import BASE, GRANT, NOW, REGISTRY, World, application_of

HERE, THERE = "203.0.113.7", "203.0.113.8"
At = Callable[[str], httpx2.AsyncClient]


@pytest.fixture
async def at(world: World) -> AsyncIterator[At]:
    """Clients that call from an address."""
    application = application_of(world.issuers)
    async with AsyncExitStack() as closing:

        def client(address: str) -> httpx2.AsyncClient:
            transport = httpx2.ASGITransport(application, client=(address, 4711))
            made = httpx2.AsyncClient(transport=transport, base_url=BASE)
            closing.push_async_callback(made.aclose)
            return made

        yield client


def told_to_wait(answer: httpx2.Response, within: timedelta = WINDOW) -> bool:
    """Tell whether an answer says in the fixed form that only time is missing."""
    if answer.status_code != 429:
        return False
    assert answer.json()["error"] in {"temporarily_unavailable", "too_many_requests"}
    assert 0 < int(answer.headers["retry-after"]) <= within.total_seconds()
    return True


async def guess(client: httpx2.AsyncClient, code: str) -> httpx2.Response:
    form = {"grant_type": GRANT, "pre-authorized_code": code}
    return await client.post(f"{REGISTRY}/token", data=form)


async def test_an_instance_that_pushes_too_much_waits_and_others_do_not(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    H51: 429 at the limit; another wallet of the same client pushes on; when the first requests
    have ended the instance goes on, and the table is as small as before.
    """
    monkeypatch.setattr(floods, "OPEN_PER_INSTANCE", 3)
    wallet = await wallet_at(world)
    uris = [await wallet.pushed() for _ in range(3)]
    stopped = await wallet.push()

    assert told_to_wait(stopped, REQUEST_LIFE)
    another = await wallet_at(world)
    assert await another.pushed()
    await wallet.decided(uris[0], allows=False)
    assert await wallet.pushed(), "what is decided waits no longer"
    world.clock.move(seconds=int(stopped.headers["retry-after"]) + 1)
    assert await wallet.pushed()
    async with world.engine.connect() as connection:
        rows = await connection.execute(select(func.count()).select_from(pushed_requests))
    assert 1 == rows.scalar_one()


async def test_ten_thousand_waiting_requests_of_a_client_are_the_most(world: World) -> None:
    """
    H51, R14: the client's own limit is exact; another client's wallet is served meanwhile, and
    after their time no row is left.
    """
    wallet = await wallet_at(world)
    await wallet.pushed()
    async with world.engine.begin() as connection:
        row = (await connection.execute(select(pushed_requests))).one()
        like = dict(row._mapping) | {"instance_jkt": None}
        hashes = (number.to_bytes(32, "big") for number in range(OPEN_PER_CLIENT - 2))
        await connection.execute(
            insert(pushed_requests), [like | {"uri_hash": one} for one in hashes]
        )
    another = await wallet_at(world)
    await another.pushed()

    assert told_to_wait(await another.push(), REQUEST_LIFE)
    stranger = await wallet_at(world, client_id="https://stranger.example/client")
    assert await stranger.pushed()
    world.clock.move(seconds=REQUEST_LIFE.total_seconds() + 1)
    assert await another.pushed()


async def test_one_failing_code_stops_nobody_else_at_its_address(world: World, at: At) -> None:
    """
    T17: a wallet that tries a dead code for ever is told to wait; an honest one beside it, at the
    same address, gets its token.
    """
    client = at(HERE)
    answers = [await guess(client, "A" * 43) for _ in range(FAILED_PER_ADDRESS * 2)]

    assert [400] * FAILED_PER_CODE == [a.status_code for a in answers[:FAILED_PER_CODE]]
    assert all(map(told_to_wait, answers[FAILED_PER_CODE:]))
    assert 200 == (await guess(client, await world.code())).status_code


async def test_an_address_that_guesses_codes_waits_and_others_do_not(world: World, at: At) -> None:
    """
    T10, T17: at the limit the address waits, with the right code too, for a minute at most; from
    another address the code is good meanwhile.
    """
    client, code = at(HERE), await world.code()
    guesses = [await guess(client, f"{number:043d}") for number in range(FAILED_PER_ADDRESS)]
    stopped = await guess(client, code)

    assert {400} == {answer.status_code for answer in guesses}
    assert told_to_wait(stopped)
    assert 200 == (await guess(at(THERE), code)).status_code
    world.clock.move(seconds=int(stopped.headers["retry-after"]))
    assert 200 == (await guess(client, await world.code())).status_code


@pytest.mark.parametrize("path", ["nonce", "challenge", "par"])
async def test_an_address_that_asks_too_often_waits(
    world: World, at: At, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    """
    H51: what costs nothing to ask for is counted as well, for each address alone.
    """
    monkeypatch.setattr(floods, "ASKED_PER_ADDRESS", 5)
    client = at(HERE)
    answers = [await client.post(f"{REGISTRY}/{path}", data={"x": "y"}) for _ in range(5)]
    stopped = await client.post(f"{REGISTRY}/{path}", data={"x": "y"})

    assert not any(map(told_to_wait, answers))
    assert told_to_wait(stopped)
    other = await at(THERE).post(f"{REGISTRY}/{path}", data={"x": "y"})
    assert not told_to_wait(other)
    world.clock.move(seconds=int(stopped.headers["retry-after"]))
    assert not told_to_wait(await client.post(f"{REGISTRY}/{path}", data={"x": "y"}))


async def test_a_proven_wallet_that_fails_waits_alone(world: World) -> None:
    """
    A wallet instance is counted wherever it calls from; its client's other wallets are not.
    """
    wallet, another = await wallet_at(world), await wallet_at(world)
    failed = [await wallet.token("A" * 43) for _ in range(FAILED_PER_INSTANCE)]

    assert {"invalid_grant"} == {answer.json()["error"] for answer in failed}
    assert told_to_wait(await wallet.token("A" * 43))
    assert 200 == (await another.token(await another.code())).status_code
    world.clock.move(seconds=WINDOW.total_seconds())
    assert 200 == (await wallet.token(await wallet.code())).status_code


async def test_to_be_asked_for_a_nonce_is_no_failure(world: World, at: At) -> None:
    """
    RFC 9449 section 8: whoever has no nonce yet begins like that, with a code that stays good.
    """
    world.http = at(HERE)
    wallet = await wallet_at(world)
    code = await wallet.code()
    for _ in range(FAILED_PER_CODE + 1):
        begun = await wallet.token(code, proof=wallet.dpop("/token", None))
        assert (400, "use_dpop_nonce") == (begun.status_code, begun.json()["error"])

    assert 200 == (await wallet.token(code)).status_code


def test_no_more_callers_are_remembered_than_fit() -> None:
    """
    H51: a hundred thousand addresses take as much memory as a few; the latest are still counted.
    """
    counts = Counts(remembered=100)
    for number in range(100_000):
        counts.add(str(number), NOW)

    assert 100 == len(counts._counted)
    with pytest.raises(IssuerError) as caught:
        counts.check("99999", 1, NOW)
    assert IssuerFailure.TOO_MANY_REQUESTS is caught.value.failure
    counts.check("0", 1, NOW)


def test_the_limits_are_exact() -> None:
    """
    R14: the last one that may wait is taken; the answer names the first one's end.
    """
    ends = NOW + timedelta(seconds=90)
    check_pending(Pending(OPEN_PER_INSTANCE - 1, OPEN_PER_CLIENT - 1, ends), now=NOW)
    for pending in (Pending(OPEN_PER_INSTANCE, 0, ends), Pending(0, OPEN_PER_CLIENT, ends)):
        with pytest.raises(IssuerError) as caught:
            check_pending(pending, now=NOW)
        assert timedelta(seconds=90) == caught.value.retry_after
    counts = Counts()
    counts.add("who", NOW)
    counts.check("who", 2, NOW)
    counts.add("who", NOW)
    with pytest.raises(IssuerError):
        counts.check("who", 2, NOW + WINDOW - timedelta(seconds=1))
    counts.check("who", 2, NOW + WINDOW)


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::ffff", "2001:db8:1:2::/64"),
        ("127.0.0.1", None),
        ("::1", None),
        ("::ffff:127.0.0.1", None),
        ("", None),
        ("a socket", None),
    ],
)
def test_a_subscriber_is_one_caller(address: str, counted: str | None) -> None:
    """
    Of version 6 a subscriber has 2^64 addresses; behind a proxy on this machine all have one.
    """
    assert counted == subscriber(address)
