"""The issue book and its notices: what was issued to whom, read page by page; no claim in it."""

from datetime import timedelta
from typing import Any

import httpx2
import pytest
from sqlalchemy import select

from issuers.clerks import OPERATOR as CLERK
from issuers.clerks import Clerk
from issuers.issuance.book import PAGE_LIMIT, BookCursor, BookFilter
from issuers.population.census import population
from issuers.ports import Change
from issuers.status.standing import Action
from issuers.store.tables import certificates, notices, status_events
from tests.issuers.test_whole_trip import verified
from tests.issuers.world import AS_OF, NOW, OPERATOR, World

HOMES = [dossier.household for dossier in population(households=40, as_of=AS_OF)]
DEMO = HOMES[0]
SPOUSE = DEMO.members[1].person
CREDITOR = next(home for home in HOMES[1:] if len(home.members) == 1).head
REGISTRAR = Clerk("officer", "resident-registry")
TAX_OFFICER = Clerk("tax-officer", "national-tax-service")


async def read(world: World, **wanted: Any) -> httpx2.Response:
    return await world.http.post("/issuers/operator/book", json=wanted, headers=OPERATOR)


async def listed(world: World, **wanted: Any) -> list[dict[str, Any]]:
    answer = await read(world, **wanted)
    assert 200 == answer.status_code, answer.text
    return list(answer.json()["entries"])


async def change(world: World, number: str, action: Action, reason: str = "분실") -> None:
    await world.issuers.desk.change(Change(number, action, reason, CLERK))


async def test_every_issue_is_one_entry(world: World) -> None:
    """
    §13⑧: number, kind, subject, applicant, purpose, view, officer, date; a batch is one entry.
    """
    await world.issue(copies=3, purpose="전세 계약")
    order: Any = {"kind": "resident-abstract", "to": CREDITOR.citizen, "about": "demo"}
    world.clock.move(seconds=1)
    await world.issue(**order, view="creditor")
    creditors, own = await listed(world)

    assert ("resident-abstract", CREDITOR.citizen, "demo", "creditor", "operator") == tuple(
        creditors[name] for name in ("kind", "to", "about", "view", "officer")
    )
    assert ("demo", "demo", "전세 계약", None, "valid", "issued") == tuple(
        own[name] for name in ("to", "about", "purpose", "view", "status", "delivery")
    )
    assert NOW.replace(microsecond=0).isoformat() == own["issued_at"]


async def test_the_tables_hold_no_claim(world: World) -> None:
    """
    Of names, addresses and numbers of people nothing is in what issuing remembers.
    """
    (copy,) = await world.issue()
    (entry,) = await listed(world)
    await change(world, entry["id"], Action.REVOKE)
    claims: Any = verified(world, copy).claims
    async with world.engine.connect() as connection:
        stored = [
            str(value)
            for table in (certificates, notices, status_events)
            for row in await connection.execute(select(table))
            for value in row
        ]

    member = claims["members"][0]
    secret = (
        claims["applicant"],
        claims["document_number"],
        claims["current_address"]["address"],
        *(member[name] for name in ("name", "name_hanja", "resident_number_back")),
    )
    assert not any(value in text for value in secret for text in stored)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, [3, 2, 1, 0]),
        ({"kind": "tax-payment"}, [3]),
        ({"kind": "passport"}, []),
        ({"status": "valid"}, [3, 2]),
        ({"status": "revoked"}, [0]),
        ({"status": "suspended"}, [1]),
        ({"status": "expired"}, []),
        ({"status": "outdated"}, []),
        ({"since": "2026-11-24"}, [3, 2]),
        ({"until": "2026-11-23"}, [1, 0]),
        ({"since": "2026-11-23", "until": "2026-11-24"}, [2, 1]),
        ({"text": SPOUSE.citizen}, [2]),
        ({"text": "demo"}, [3, 2, 1, 0]),
        ({"text": "no such text"}, []),
        ({"text": "\u202e"}, []),
    ],
    ids=str,
)
async def test_the_book_is_searched(
    world: World, wanted: dict[str, Any], expected: list[int]
) -> None:
    """
    Kind, state, days in Korea, a number or a citizen; together they narrow.
    """
    orders: list[dict[str, Any]] = [{}, {}, {"about": SPOUSE.citizen}, {"kind": "tax-payment"}]
    numbers = []
    for order in orders:
        await world.issue(**order)
        numbers.append((await listed(world))[0]["id"])
        world.clock.move(days=1)
    world.clock.move(days=-4)
    await change(world, numbers[0], Action.REVOKE)
    await change(world, numbers[1], Action.SUSPEND)

    assert [numbers[at] for at in expected] == [one["id"] for one in await listed(world, **wanted)]
    (found,) = await listed(world, text=numbers[1])
    assert "suspended" == found["status"]


async def test_what_has_ended_is_called_expired_unless_it_was_revoked(world: World) -> None:
    """
    Valid, suspended and outdated end with the last day; revoked stays what it was.
    """
    for action in (None, Action.SUSPEND, Action.REVOKE):
        await world.issue()
        if action is not None:
            await change(world, (await listed(world))[0]["id"], action)
        world.clock.move(seconds=1)
    world.clock.move(days=91)

    assert ["revoked", "expired", "expired"] == [one["status"] for one in await listed(world)]
    assert [] == await listed(world, status="valid")
    assert 2 == len(await listed(world, status="expired"))


async def test_the_book_is_read_page_by_page(world: World) -> None:
    """
    Pages follow each other without gap or repetition, also inside one second; addresses of pages
    hold no issue number.
    """
    for second in (0, 1, 1, 1, 2):
        world.clock.now = NOW + timedelta(seconds=second)
        await world.issue()
    whole = [one["id"] for one in await listed(world)]
    for size in (1, 2, 3, 4, 5):
        page, seen = (await read(world, limit=size)).json(), []
        while True:
            seen += [one["id"] for one in page["entries"]]
            if "earlier" not in page:
                break
            assert not any(number in page["earlier"] for number in whole)
            page = (await read(world, limit=size, before=page["earlier"])).json()
        assert whole == seen


async def test_a_page_is_never_endless(world: World) -> None:
    """
    H51: whatever is asked for, at most a hundred entries come at once, and at least one.
    """
    for _ in range(2):
        await world.issue()

    assert 2 == len(await listed(world, limit=10_000_000))
    assert PAGE_LIMIT == 100
    page = await world.issuers.desk.book(CLERK, BookFilter(), limit=-5)
    assert (1, True) == (len(page.entries), page.earlier is not None)


@pytest.mark.parametrize(
    "wanted",
    [
        {"before": "1"},
        {"before": "1.x"},
        {"before": "-1.0"},
        {"before": "1.2.3"},
        {"before": "9" * 13 + ".0"},
        {"before": "²."},
        {"since": "today"},
        {"until": "9999-12-31"},
        {"since": "0001-01-01"},
        {"status": "lost"},
        {"limit": -1},
        {"kind": ""},
    ],
    ids=str,
)
async def test_what_is_no_filter_is_refused(world: World, wanted: dict[str, Any]) -> None:
    """
    The caller is told what a filter looks like.
    """
    answer = await read(world, **wanted)

    assert (400, "malformed") == (answer.status_code, answer.json()["error"])


def test_a_cursor_is_its_own_text() -> None:
    """
    What a page names is what the next one reads.
    """
    assert BookCursor(1763781941, 3) == BookCursor.parse(str(BookCursor(1763781941, 3)))


async def test_an_entry_tells_its_whole_life(world: World) -> None:
    """
    Each change with its time, its reason and who made it; the list shows the last reason.
    """
    await world.issue()
    (entry,) = await listed(world)
    for number, action in enumerate((Action.SUSPEND, Action.REINSTATE, Action.REVOKE)):
        world.clock.move(minutes=1)
        await world.issuers.desk.change(
            Change(entry["id"], action, f"사유 {number}", Clerk(f"officer {number}"))
        )
    address = f"/issuers/operator/credentials/{entry['id']}"
    told = (await world.http.get(address, headers=OPERATOR)).json()

    assert [("suspend", "사유 0", "officer 0"), ("reinstate", "사유 1", "officer 1")] == [
        (event["action"], event["reason"], event["by"]) for event in told["history"][:2]
    ]
    assert ("revoked", "사유 2") == (told["status"], told["reason"])
    moments = [event["at"] for event in told["history"]]
    assert sorted(moments) == moments
    assert 3 == len(set(moments))
