"""Ten thousand of everything that nobody comes back for (H51)."""

import gc
import tracemalloc
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select

from issuers.authorization.grants import TOKEN_LIFE
from issuers.clerks import ONLINE, Clerk
from issuers.clerks import OPERATOR as CLERK
from issuers.errors import IssuerError, IssuerFailure
from issuers.numbers.codes import at_rest
from issuers.offers.floods import OPEN_PER_APPLICANT, OPEN_PER_CLERK, Waiting, check_flood
from issuers.offers.offer import OFFER_LIFE, Order
from issuers.store.tables import access_tokens, offers, used_nonces
from tests.issuers.world import NOW, OPERATOR, World, code_in

MANY = 10_000
ORDER = {"kind": "resident-register", "to": "demo"}


async def rows(world: World, *tables: object) -> list[int]:
    async with world.engine.connect() as connection:
        return [
            int((await connection.execute(select(func.count()).select_from(table))).scalar_one())  # type: ignore[arg-type]  # a table
            for table in tables
        ]


async def abandon(world: World, count: int, *, officer: str, citizen: str = "demo") -> None:
    """Leave offers of a clerk open, as they are stored."""
    await world.code()
    async with world.engine.begin() as connection:
        row = (await connection.execute(select(offers))).first()
        assert row is not None
        like = dict(row._mapping) | {"officer": officer, "citizen": citizen}
        hashes = (at_rest(f"{officer} {citizen} {number}") for number in range(count))
        await connection.execute(
            insert(offers), [like | {"id_hash": one, "code_hash": one} for one in hashes]
        )


async def test_ten_thousand_abandoned_offers_leave_no_row(world: World) -> None:
    """
    H51: with 10,000 waiting, the oldest is still redeemed; after their time one more offer
    finds the tables as small as before, tokens and nonces with them.
    """
    oldest = await world.code()
    for clerk in range(10):
        await abandon(world, MANY // 10 - 1, officer=f"officer {clerk}")
    assert await rows(world, offers) > [MANY]
    access = (await world.redeem(oldest)).json()["access_token"]
    body = await world.request(world.prove(await world.nonce()))
    assert 200 == (await world.ask(access, body)).status_code

    world.clock.move(seconds=(OFFER_LIFE + TOKEN_LIFE).total_seconds() + 1)
    await world.code()
    assert [1, 0, 0] == await rows(world, offers, access_tokens, used_nonces)


async def test_ten_thousand_abandoned_tokens_leave_no_row(world: World) -> None:
    """
    H51: tokens go with their offers, whether or not anybody used them.
    """
    code = await world.code()
    await world.redeem(code)
    async with world.engine.begin() as connection:
        row = (await connection.execute(select(access_tokens))).one()
        like = dict(row._mapping)
        hashes = (at_rest(str(number)) for number in range(MANY))
        await connection.execute(
            insert(access_tokens), [like | {"token_hash": one} for one in hashes]
        )
    world.clock.move(seconds=(OFFER_LIFE + TOKEN_LIFE).total_seconds() + 1)
    await world.code()

    assert [1, 0] == await rows(world, offers, access_tokens)


def held_after(act: Callable[[], object]) -> int:
    """Do it ten thousand times; return how many octets more are in use."""
    gc.collect()
    tracemalloc.start()
    before, _peak = tracemalloc.get_traced_memory()
    for _ in range(MANY):
        act()
    gc.collect()
    after, _peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return after - before


async def test_ten_thousand_nonces_cost_nothing(world: World) -> None:
    """
    H51: nonces are not stored; memory stays flat, and the oldest is still taken.
    """
    oldest = await world.nonce()
    # What else lives in this process allocates too, now and then; nonces would each time.
    kept = min(held_after(lambda: world.issuers.nonce("resident-registry")) for _ in range(3))

    assert kept < 100_000
    assert [0] == await rows(world, used_nonces)
    answer = await world.ask(await world.access(), await world.request(world.prove(oldest)))
    assert 200 == answer.status_code


async def test_a_clerk_who_floods_is_told_when_to_come_again(world: World) -> None:
    """
    H51: 429 with Retry-After at the documented limit; others are served, and so is the clerk
    when one offer is redeemed or has ended.
    """
    await abandon(world, OPEN_PER_CLERK - 2, officer="operator")
    waiting = code_in(await world.order())
    answer = await world.http.post("/issuers/operator/offers", json=ORDER, headers=OPERATOR)

    assert (429, "too_many_offers") == (answer.status_code, answer.json()["error"])
    assert 0 < int(answer.headers["retry-after"]) <= OFFER_LIFE.total_seconds()
    await world.issuers.desk.offer(Order("resident-register", "demo"), Clerk("another"))
    assert 200 == (await world.redeem(waiting)).status_code
    await world.order()
    assert (
        429
        == (
            await world.http.post("/issuers/operator/offers", json=ORDER, headers=OPERATOR)
        ).status_code
    )
    world.clock.move(seconds=int(answer.headers["retry-after"]))
    await world.order()


async def test_an_applicant_without_an_officer_is_counted_alone(world: World) -> None:
    """
    H51: one citizen's flood stops no other citizen and no officer.
    """
    desk = world.issuers.desk
    await abandon(world, OPEN_PER_APPLICANT, officer=ONLINE.name)
    with pytest.raises(IssuerError) as caught:
        await desk.offer(Order("resident-register", "demo"), ONLINE)

    assert IssuerFailure.TOO_MANY_OFFERS == caught.value.failure
    await desk.offer(Order("resident-register", "c0000001-0"), ONLINE)
    await desk.offer(Order("resident-register", "demo"), CLERK)


def test_the_limit_is_exact() -> None:
    """
    The last one that may wait is taken; the answer names the first one's end.
    """
    ends = NOW + timedelta(seconds=90)
    check_flood("officer", Waiting(OPEN_PER_CLERK - 1, ends), now=NOW)
    check_flood(ONLINE.name, Waiting(OPEN_PER_APPLICANT - 1, ends), now=NOW)

    for officer, limit in (("officer", OPEN_PER_CLERK), (ONLINE.name, OPEN_PER_APPLICANT)):
        with pytest.raises(IssuerError) as caught:
            check_flood(officer, Waiting(limit, ends), now=NOW)
        assert timedelta(seconds=90) == caught.value.retry_after
        assert str(limit) in caught.value.detail
