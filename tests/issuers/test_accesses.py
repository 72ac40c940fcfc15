"""Who looked at whose data: recorded, counted, stopped or marked by rules that say why."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert, select

from issuers.clerks import ONLINE, Clerk
from issuers.errors import IssuerError, IssuerFailure
from issuers.offers.offer import Order
from issuers.register.accesses import (
    FORMULAS,
    KEPT,
    PEOPLE_PER_DAY,
    PEOPLE_PER_WINDOW,
    Access,
    AccessAct,
    Activity,
    BulkRule,
    check_bulk,
    judge,
)
from issuers.store import IssuersStore, metadata
from issuers.store.accesses import accesses
from issuers.store.times import seconds
from tests.conftest import EngineOf
from tests.issuers.world import NOW, OPERATOR, World

CLERK = Clerk("officer", "resident-registry")


async def looked_at(world: World) -> list[tuple[str, str]]:
    async with world.engine.connect() as connection:
        rows = await connection.execute(select(accesses.c.act, accesses.c.citizen))
        return [(act, citizen) for act, citizen in rows]


async def crowd(world: World, count: int, at: datetime = NOW, clerk: str = CLERK.name) -> None:
    """Let a clerk have looked at so many different people at one moment."""
    people = [Access(clerk, CLERK.authority, at, AccessAct.FOUND, f"p{n}") for n in range(count)]
    store = IssuersStore(world.engine)
    await store.accesses.note(people)


async def test_every_look_stands_in_the_record(world: World) -> None:
    """
    Found, previewed, offered, opened: who looked at whom, once for each person shown.
    """
    desk = world.issuers.desk
    found = await desk.find_citizens("demo", CLERK)
    await desk.preview(Order("resident-register", "demo"), CLERK)
    await desk.offer(Order("resident-register", "demo"), CLERK)
    await world.issue(to="demo")
    [kept] = await desk.certificates_of("demo")
    await desk.certificate(kept.certificate.number, CLERK)

    seen = await looked_at(world)
    assert ["found"] * len(found) == [act for act, _ in seen if act == "found"]
    assert {("previewed", "demo"), ("offered", "demo"), ("opened", "demo")} <= set(seen)


async def test_a_citizen_who_applies_looks_at_nobody(world: World) -> None:
    """
    Without an officer there is no access of one.
    """
    await world.issuers.desk.preview(Order("resident-register", "demo"), ONLINE)
    await world.issuers.desk.find_citizens("nobody of that name", CLERK)

    assert [] == await looked_at(world)


async def test_the_one_too_many_is_not_shown(world: World) -> None:
    """
    At the limit nothing more is shown or recorded, and the answer says the rule and when it ends.
    """
    await crowd(world, PEOPLE_PER_WINDOW)
    with pytest.raises(IssuerError) as caught:
        await world.issuers.desk.preview(Order("resident-register", "demo"), CLERK)

    assert IssuerFailure.BULK_ACCESS == caught.value.failure
    assert FORMULAS[BulkRule.MANY_AT_ONCE].en in caught.value.detail
    assert timedelta(minutes=10) == caught.value.retry_after
    assert PEOPLE_PER_WINDOW == len(await looked_at(world))

    again = await world.issuers.desk.preview(Order("resident-register", "demo"), Clerk("other"))
    assert "resident-register" == again.kind


async def test_somebody_seen_already_counts_once(world: World) -> None:
    """
    At the limit the same people can still be served, others when the window has moved on.
    """
    await crowd(world, PEOPLE_PER_WINDOW - 1)
    for _ in range(3):
        await world.issuers.desk.preview(Order("resident-register", "demo"), CLERK)
    with pytest.raises(IssuerError) as caught:
        await world.issuers.desk.preview(Order("resident-register", "c0000003-0"), CLERK)
    assert IssuerFailure.BULK_ACCESS == caught.value.failure

    world.clock.move(minutes=11)
    shown = await world.issuers.desk.preview(Order("resident-register", "c0000003-0"), CLERK)
    assert "resident-register" == shown.kind


async def test_over_http_it_is_429_with_a_time(world: World) -> None:
    """
    A program is told how long to wait.
    """
    await crowd(world, PEOPLE_PER_WINDOW, clerk="operator")
    body = {"kind": "resident-register", "to": "demo"}
    answer = await world.http.post("/issuers/operator/offers", json=body, headers=OPERATOR)

    assert 429 == answer.status_code
    assert "600" == answer.headers["Retry-After"]
    assert "bulk_access" == answer.json()["error"]


@pytest.mark.parametrize(
    ("activity", "rules"),
    [
        (Activity(PEOPLE_PER_WINDOW, PEOPLE_PER_DAY, 5, 200.0), []),
        (Activity(PEOPLE_PER_WINDOW + 1, 101, 0, 0.0), [BulkRule.MANY_AT_ONCE]),
        (Activity(1, PEOPLE_PER_DAY + 1, 0, 600.0), [BulkRule.MANY_TODAY]),
        (Activity(1, 50, 0, 1.0), []),
        (Activity(1, 51, 0, 1.0), [BulkRule.JUMP]),
        (Activity(1, 301, 0, 100.0), [BulkRule.JUMP]),
        (Activity(1, 300, 0, 100.0), []),
        (Activity(1, 300, 0, 0.0), []),
        (Activity(1, 6, 6, 0.0), [BulkRule.NIGHT]),
    ],
)
def test_each_rule_is_one_comparison(activity: Activity, rules: list[BulkRule]) -> None:
    """
    At its number a rule is silent, above it it applies; only the first two stop anybody.
    """
    found = judge(activity)

    assert rules == [one.rule for one in found]
    assert all(one.counted > one.limit for one in found)
    stopping = {BulkRule.MANY_AT_ONCE, BulkRule.MANY_TODAY}
    assert [one.rule in stopping for one in found] == [one.stops for one in found]


def test_what_only_marks_stops_nobody() -> None:
    """
    A night shift goes on; whoever looks over the records asks why.
    """
    marked = Activity(1, 6, 6, 0.0)

    assert [BulkRule.NIGHT] == [one.rule for one in judge(marked)]
    check_bulk(marked)
    with pytest.raises(IssuerError):
        check_bulk(replace(marked, window=PEOPLE_PER_WINDOW + 1))


@pytest.mark.parametrize(
    ("at", "tonight"),
    [
        (datetime.fromisoformat("2026-11-22T21:59:59+09:00"), 0),
        (datetime.fromisoformat("2026-11-22T22:00:00+09:00"), 2),
        (datetime.fromisoformat("2026-11-23T05:59:59+09:00"), 2),
        (datetime.fromisoformat("2026-11-23T06:00:00+09:00"), 0),
    ],
    ids=["evening", "ten", "early", "morning"],
)
async def test_days_and_nights_are_koreas(engine_of: EngineOf, at: datetime, tonight: int) -> None:
    """
    A night is one, over midnight: whoever was seen in it, and the one about to be.
    """
    store = IssuersStore(await engine_of(metadata)).accesses
    for day, person in ((1, "a"), (1, "b"), (2, "a"), (28, "c"), (40, "d")):
        then = datetime.fromisoformat("2026-11-22T12:00:00+09:00") - timedelta(days=day)
        await store.note([Access("x", None, then, AccessAct.FOUND, person)])
    late = datetime.fromisoformat("2026-11-22T23:30:00+09:00")
    await store.note([Access("x", None, late, AccessAct.FOUND, "night")])

    activity = await store.activity("x", ["new"], at)
    assert tonight == activity.tonight
    assert 0 < activity.usual <= 2


async def test_records_end_after_two_years(engine_of: EngineOf) -> None:
    """
    What is older is deleted with the next record; the latest come first, of one authority.
    """
    engine = await engine_of(metadata)
    store = IssuersStore(engine).accesses
    old = {"at": seconds(NOW - KEPT) - 1, "clerk": "x", "authority": "a", "act": "found"}
    async with engine.begin() as connection:
        await connection.execute(insert(accesses), [{**old, "citizen": "gone"}])
    await store.note([Access("x", "a", NOW, AccessAct.FOUND, "one")])
    await store.note([Access("y", "b", NOW, AccessAct.OPENED, "two")])

    assert ["two", "one"] == [access.citizen for access in await store.latest(None, 10)]
    assert ["one"] == [access.citizen for access in await store.latest("a", 10)]


async def test_whoever_looks_over_sees_rule_and_number(world: World) -> None:
    """
    Each clerk among the latest accesses stands with the rules that apply now.
    """
    await crowd(world, PEOPLE_PER_WINDOW + 1)
    overview = await world.issuers.desk.accesses(Clerk("head", "resident-registry"))

    assert 100 == len(overview.latest)
    assert [("officer", BulkRule.MANY_AT_ONCE, 101)] == [
        (clerk, finding.rule, finding.counted) for clerk, finding in overview.findings
    ]
