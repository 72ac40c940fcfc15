"""A link held out to a desk: used once, over soon, and worth nothing to anybody else."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx2
import pytest
from fastapi import FastAPI

from keys import base64url
from tests.conftest import EngineOf
from tests.problems import answer_web_error
from tests.wallet.refusal import refused
from tests.wallet.world import HOLDER, WALLET_URL, World
from wallet.endpoints import routes
from wallet.errors import WalletFailure
from wallet.kept.keeping import OpenLink
from wallet.store import WalletStore, metadata
from web.errors import WebError

REQUEST = "openid4vp://?client_id=x509_hash:abc&request_uri=https://desk.example/r/1"


async def test_a_desks_request_reaches_the_holders_screen(world: World) -> None:
    """
    The code is 144 random bits; before a desk used it there is nothing to see.
    """
    link = await world.wallets.open_desk_link(HOLDER)

    assert f"{WALLET_URL}/wallet/desk/{link.code}" == link.url
    assert 18 == len(base64url.decode(link.code))
    assert link.code not in repr(link)
    assert await world.wallets.desk_request(HOLDER, link.code) is None
    await world.wallets.hand_over(link.code, REQUEST)
    assert REQUEST == await world.wallets.desk_request(HOLDER, link.code)


async def test_only_its_hash_is_kept_and_the_request_sealed(world: World) -> None:
    """
    T23: a copy of the database opens no link and names no desk.
    """
    link = await world.wallets.open_desk_link(HOLDER)
    await world.wallets.hand_over(link.code, REQUEST)

    kept = await world.store.link(hashlib.sha256(link.code.encode()).digest())
    assert kept is not None
    assert link.code not in repr(kept)
    assert b"desk.example" not in (kept.request or b"")


async def test_a_link_is_good_for_one_request(world: World) -> None:
    """
    The second desk gets the answer of a link that never was, and the first one's request stays.
    """
    link = await world.wallets.open_desk_link(HOLDER)
    await world.wallets.hand_over(link.code, REQUEST)

    with refused(WalletFailure.DESK_LINK_CLOSED) as _:
        await world.wallets.hand_over(link.code, REQUEST.replace("r/1", "r/2"))
    assert REQUEST == await world.wallets.desk_request(HOLDER, link.code)


async def test_fifty_desks_at_once_are_one(world: World) -> None:
    """
    R15: of fifty parallel posts one wins, and the holder sees that one.
    """
    link = await world.wallets.open_desk_link(HOLDER)
    requests = [REQUEST.replace("r/1", f"r/{number}") for number in range(50)]

    outcomes = await asyncio.gather(
        *(world.wallets.hand_over(link.code, request) for request in requests),
        return_exceptions=True,
    )

    won = [request for request, outcome in zip(requests, outcomes, strict=True) if not outcome]
    assert 1 == len(won)
    assert won == [await world.wallets.desk_request(HOLDER, link.code)]


@pytest.mark.parametrize(("seconds", "open_"), [(118, True), (121, False)])
async def test_a_link_lives_two_minutes(world: World, seconds: int, open_: bool) -> None:  # noqa: FBT001
    """
    Afterwards a desk is told nothing but that it is over; so is the holder.
    """
    link = await world.wallets.open_desk_link(HOLDER)
    world.clock.now += timedelta(seconds=seconds)

    if open_:
        await world.wallets.hand_over(link.code, REQUEST)
        return
    with refused(WalletFailure.DESK_LINK_CLOSED):
        await world.wallets.hand_over(link.code, REQUEST)
    with refused(WalletFailure.DESK_LINK_CLOSED):
        await world.wallets.desk_request(HOLDER, link.code)


async def test_a_request_stays_to_be_seen_and_is_forgotten_later(world: World) -> None:
    """
    A reloaded page finds it; ten minutes on, the next link sweeps it away.
    """
    link = await world.wallets.open_desk_link(HOLDER)
    await world.wallets.hand_over(link.code, REQUEST)
    world.clock.now += timedelta(minutes=5)
    assert REQUEST == await world.wallets.desk_request(HOLDER, link.code)

    world.clock.now += timedelta(minutes=8)
    await world.wallets.open_desk_link("jun")
    with refused(WalletFailure.DESK_LINK_CLOSED):
        await world.wallets.desk_request(HOLDER, link.code)


async def test_another_holders_link_is_nobodys(world: World) -> None:
    """
    H90: whose it is decides the account, not the code.
    """
    link = await world.wallets.open_desk_link(HOLDER)
    await world.wallets.hand_over(link.code, REQUEST)

    with refused(WalletFailure.DESK_LINK_CLOSED):
        await world.wallets.desk_request("jun", link.code)


@pytest.mark.parametrize(
    "request_uri",
    ["https://desk.example", "openid-credential-offer://?credential_offer_uri=https://a.example"],
    ids=["no request", "an offer"],
)
async def test_only_requests_are_handed_over(world: World, request_uri: str) -> None:
    """
    What is no link to a request is refused, and the link stays open for one.
    """
    link = await world.wallets.open_desk_link(HOLDER)

    with refused(WalletFailure.REQUEST_MALFORMED):
        await world.wallets.hand_over(link.code, request_uri)
    await world.wallets.hand_over(link.code, REQUEST)


@pytest.fixture
async def desk(world: World) -> AsyncIterator[httpx2.AsyncClient]:
    app = FastAPI()
    app.include_router(routes(world.wallets, world.consents, lambda _request, _role: "nobody"))
    app.add_exception_handler(WebError, answer_web_error)
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url=WALLET_URL) as client:
        yield client


async def test_wrong_late_and_used_links_answer_alike(
    world: World, desk: httpx2.AsyncClient
) -> None:
    """
    Not a letter tells a link that is over from one that never was.
    """
    late = await world.wallets.open_desk_link(HOLDER)
    world.clock.now += timedelta(minutes=3)
    used = await world.wallets.open_desk_link(HOLDER)
    body = {"request_uri": REQUEST}

    first = await desk.post(f"/wallet/desk/{used.code}", json=body)
    assert (200, {"state": "pending"}) == (first.status_code, first.json())
    answers = [
        await desk.post(f"/wallet/desk/{code}", json=body)
        for code in (used.code, late.code, "A" * 24, "x")
    ]
    assert {404} == {answer.status_code for answer in answers}
    assert 1 == len({answer.content for answer in answers})
    assert "desk_link_closed" == answers[0].json()["error"]


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        (b'{"request_uri":"' + b"x" * (20 * 1024 - 18) + b'"}', {}, 422),
        (b'{"request_uri":"' + b"x" * (20 * 1024 - 17) + b'"}', {}, 413),
        (b"{}", {"content-encoding": "gzip"}, 415),
        (b"{}", {"content-type": "text/plain"}, 415),
        (b"{", {}, 400),
        (b"[]", {}, 400),
        (b"{}", {}, 400),
        (b'{"request_uri":1}', {}, 400),
        (b'{"request_uri":"a","request_uri":"b"}', {}, 400),
    ],
    ids=[
        *("at the limit", "one octet more", "compressed", "text", "cut off", "a list"),
        *("empty", "a number", "twice"),
    ],
)
async def test_a_hostile_body_changes_nothing(
    world: World,
    desk: httpx2.AsyncClient,
    content: bytes,
    headers: dict[str, str],
    status: int,
) -> None:
    """
    H48, H61: each has its answer, and the link is as open as before.
    """
    link = await world.wallets.open_desk_link(HOLDER)

    answer = await desk.post(
        f"/wallet/desk/{link.code}",
        content=content,
        headers={"content-type": "application/json"} | headers,
    )

    assert status == answer.status_code, answer.text
    await world.wallets.hand_over(link.code, REQUEST)


@pytest.fixture
async def store(engine_of: EngineOf) -> WalletStore:
    return WalletStore(await engine_of(metadata))


async def test_of_many_requests_a_link_keeps_the_first(store: WalletStore) -> None:
    """
    On both databases: one UPDATE decides, and what is over takes nothing.
    """
    await store.open_link(OpenLink(b"a", HOLDER, 100), forget_before=0)
    await store.open_link(OpenLink(b"b", HOLDER, 50), forget_before=0)

    handed = await asyncio.gather(*(store.hand_over(b"a", b"%d" % n, now=60) for n in range(10)))
    assert 1 == sum(handed)
    assert not await store.hand_over(b"b", b"late", now=50)
    assert not await store.hand_over(b"c", b"unknown", now=50)
    await store.open_link(OpenLink(b"d", HOLDER, 200), forget_before=90)
    assert await store.link(b"b") is None
    found = await store.link(b"a")
    assert found is not None
    assert found.request == b"%d" % handed.index(True)
