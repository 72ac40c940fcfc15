"""A household moves: what the register says from then on, and what earlier papers are worth."""

import asyncio
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import httpx2
import pytest

from issuers.catalogue import every_kind
from issuers.clerks import OPERATOR as CLERK
from issuers.clerks import Clerk
from issuers.errors import IssuerError, IssuerFailure
from issuers.issuance.book import CertificateState
from issuers.issuer import Issuers
from issuers.population.census import offices, population
from issuers.population.known import FOREIGN_SPOUSE_CITIZEN
from issuers.ports import Change
from issuers.source.records import Household
from issuers.status.standing import Action
from issuers.store import IssuersStore, metadata
from issuers.store.population import load
from issuers.store.source import SqlSourceOfRecord
from issuers.surroundings import Surroundings
from standards.status_list.bits import Status
from tests.conftest import EngineOf
from tests.issuers.test_whole_trip import status_of, verified
from tests.issuers.world import (
    AS_OF,
    BASE,
    OPERATOR,
    REGISTRY,
    FreshKeys,
    MovableClock,
    World,
    client_of,
    room,
)

DEMO = next(population(households=1, as_of=AS_OF)).household
EVERYONE = [member.person.citizen for member in (*DEMO.members, *DEMO.cohabitants)]
SPOUSE = DEMO.members[1].person.citizen
NEW = "부산광역시 해운대구 센텀로 1"
ON = date(2026, 11, 20)


async def move(world: World, citizen: str = "demo", **more: Any) -> httpx2.Response:
    report = {"citizen": citizen, "address": NEW, "on": ON.isoformat(), "reason": "전입", **more}
    return await world.http.post("/issuers/operator/moves", json=report, headers=OPERATOR)


async def number_of(world: World, citizen: str = "demo") -> str:
    """Return the number of the latest certificate a citizen applied for."""
    return (await world.issuers.desk.certificates_of(citizen))[0].certificate.number


async def test_a_move_makes_earlier_papers_of_everybody_there_outdated(world: World) -> None:
    """
    Status 3 on the list for copies and abstracts about any member, whoever holds them; tax
    certificates are another authority's and stay valid.
    """
    (copy,) = await world.issue()
    (about_spouse,) = await world.issue(kind="resident-abstract", about=SPOUSE)
    (hers,) = await world.issue(kind="resident-abstract", to=SPOUSE)
    (strangers,) = await world.issue(to="c0000001-0")
    (paid,) = await world.issue(kind="tax-payment")
    answer = await move(world, SPOUSE)

    assert (200, {"outdated": 3}) == (answer.status_code, answer.json())
    expected = [Status.APPLICATION_SPECIFIC] * 3 + [Status.VALID] * 2
    assert expected == [
        await status_of(world, verified(world, one))
        for one in (copy, about_spouse, hers, strangers, paid)
    ]
    kept = await world.issuers.desk.certificate(await number_of(world, SPOUSE), CLERK)
    assert CertificateState.OUTDATED is kept.state
    assert [(Action.OUTDATE, "전입", "operator")] == [
        (event.action, event.reason, event.by) for event in kept.history
    ]


async def test_the_next_papers_show_the_new_address_and_the_old_as_past(world: World) -> None:
    """
    전입일, 변동일 and 변동사유 are those of the report; the past counts one further.
    """
    await move(world)
    (copy,) = await world.issue()
    (abstract,) = await world.issue(kind="resident-abstract", to=SPOUSE)
    household: Any = verified(world, copy).claims
    person: Any = verified(world, abstract).claims

    change = {"moved_in_on": "2026-11-20", "changed_on": "2026-11-22", "change_reason": "전입"}
    assert {"address": NEW, **change} == household["current_address"]
    assert {"2026-11-20"} == {member["moved_in_on"] for member in household["members"]}
    past = household["past_addresses"]
    assert [DEMO.address, *(one.address for one in DEMO.past)] == [one["address"] for one in past]
    assert [*range(1, len(DEMO.past) + 2)] == [one["number"] for one in past]
    assert DEMO.change.moved_in_on.isoformat() == past[0]["moved_in_on"]
    assert [NEW, DEMO.address] == [one["address"] for one in person["addresses"][:2]]
    assert "배우자" == person["addresses"][1]["head_relation"]


async def test_a_move_reaches_everybody_but_a_foreigners_missing_sheet(world: World) -> None:
    """
    A foreign spouse moves with the household although the register keeps no sheet of theirs.
    """
    answer = await move(world, FOREIGN_SPOUSE_CITIZEN)
    (found,) = await world.issuers.desk.find_citizens(FOREIGN_SPOUSE_CITIZEN, CLERK)

    assert 200 == answer.status_code
    assert NEW == found.address


async def test_revoked_stays_revoked_and_suspended_comes_back_outdated(world: World) -> None:
    """
    A milder word never replaces a harder one, and reinstating does not make an old paper new.
    """
    desk = world.issuers.desk
    await world.issue()
    revoked = await number_of(world)
    await desk.change(Change(revoked, Action.REVOKE, "사망", CLERK))
    world.clock.move(seconds=1)
    await world.issue()
    suspended = await number_of(world)
    await desk.change(Change(suspended, Action.SUSPEND, "분실", CLERK))
    answer = await move(world)

    assert {"outdated": 1} == answer.json()
    kept = [await desk.certificate(number, CLERK) for number in (revoked, suspended)]
    assert [CertificateState.REVOKED, CertificateState.SUSPENDED] == [one.state for one in kept]
    back = await desk.change(Change(suspended, Action.REINSTATE, "찾음", CLERK))
    assert (CertificateState.OUTDATED, Status.APPLICATION_SPECIFIC) == (back.state, back.status)
    assert [Action.SUSPEND, Action.OUTDATE, Action.REINSTATE] == [
        event.action for event in back.history
    ]


async def test_moving_again_tells_only_what_is_new(world: World) -> None:
    """
    What is outdated already has no second entry in its history; what has ended has none.
    """
    await world.issue()
    assert {"outdated": 1} == (await move(world)).json()
    assert {"outdated": 0} == (await move(world, address="세종특별자치시 한누리대로 1")).json()
    world.clock.move(seconds=1)
    await world.issue()
    world.clock.move(days=91)

    later = await move(world, on="2027-02-01")
    assert {"outdated": 0} == later.json()


@pytest.mark.parametrize(
    ("report", "status", "code"),
    [
        ({"citizen": "nobody"}, 404, "unknown_citizen"),
        ({"on": "2026-11-23"}, 400, "malformed"),
        ({"on": "yesterday"}, 400, "malformed"),
        ({"address": "두\n줄"}, 400, "malformed"),
        ({"address": ""}, 400, "malformed"),
        ({"reason": 7}, 400, "malformed"),
    ],
    ids=["nobody", "tomorrow", "no day", "two lines", "nowhere", "no reason"],
)
async def test_a_wrong_report_changes_nothing(
    world: World, report: dict[str, Any], status: int, code: str
) -> None:
    """
    A move is reported after it happened, of a household that is there.
    """
    answer = await move(world, **report)
    (found,) = await world.issuers.desk.find_citizens("demo", CLERK)

    assert (status, code) == (answer.status_code, answer.json()["error"])
    assert DEMO.address == found.address


async def test_only_the_registry_moves_households(world: World) -> None:
    """
    H90: to a clerk of another authority no citizen of the register exists.
    """
    clerk = Clerk("tax-officer", "national-tax-service")
    desk = world.issuers.desk
    for act in (
        desk.registry.report_move("demo", NEW, ON, "전입", clerk),
        desk.registry.restrict("demo", SPOUSE, clerk),
        desk.registry.lift("demo", SPOUSE, clerk),
    ):
        with pytest.raises(IssuerError) as caught:
            await act
        assert IssuerFailure.UNKNOWN_CITIZEN == caught.value.failure


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


async def test_moves_at_once_are_one_after_the_other(crowd: World) -> None:
    """
    On both databases five reports at once leave five past addresses, numbered without a gap.
    """
    desk = crowd.issuers.desk
    addresses = [f"세종특별자치시 한누리대로 {number}" for number in range(5)]
    await asyncio.gather(
        *(desk.registry.report_move("demo", address, ON, "전입", CLERK) for address in addresses)
    )
    (found,) = await desk.find_citizens("demo", CLERK)
    source = SqlSourceOfRecord(crowd.engine)
    home = await source.household_of("demo")
    sheet = await source.register_file_of("demo")

    assert len(DEMO.past) + 5 == len(home.past)
    assert [*range(1, len(home.past) + 1)] == [one.number for one in home.past]
    assert {*addresses, DEMO.address} == {found.address, *(one.address for one in home.past[:5])}
    assert found.address == sheet.current.address


@dataclass(frozen=True)
class MovingSource:
    """A register whose household moves as soon as its record has been read, once."""

    source: SqlSourceOfRecord
    rooms: list[Issuers]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.source, name)

    async def household_of(self, citizen: str) -> Household:
        found = await self.source.household_of(citizen)
        if self.rooms:
            await self.rooms.pop().desk.registry.report_move(citizen, NEW, ON, "전입", CLERK)
        return found


async def test_a_move_in_the_middle_of_an_issue_is_noticed(world: World) -> None:
    """
    What was signed from the register of a moment ago is outdated from its first moment, and its
    history says so; the next one is valid.
    """
    access = [await world.access() for _ in range(2)]
    source = MovingSource(SqlSourceOfRecord(world.engine), [world.issuers])
    around = Surroundings(BASE, b"s" * 32, world.clock, world.keys.trust, os.urandom)
    moving = Issuers(every_kind(), IssuersStore(world.engine), source, world.keys, around)
    told = []
    async with client_of(moving) as http:
        for token in access:
            body = await world.request(world.prove(await world.nonce()))
            headers = {"Authorization": f"Bearer {token}"}
            answer = await http.post(f"{REGISTRY}/credential", json=body, headers=headers)
            copy = verified(world, answer.json()["credentials"][0]["credential"])
            address: Any = copy.claims["current_address"]
            told.append((address["address"], await status_of(world, copy)))

    assert [(DEMO.address, Status.APPLICATION_SPECIFIC), (NEW, Status.VALID)] == told
    kept = await world.issuers.desk.certificates_of("demo")
    assert {CertificateState.OUTDATED, CertificateState.VALID} == {one.state for one in kept}


async def test_an_issue_and_a_move_at_once_leave_no_valid_old_paper(crowd: World) -> None:
    """
    R15: on both databases, whoever comes first, no certificate with an old address is valid.
    """
    for turn in range(8):
        address = f"{NEW} {turn}"
        _moved, copies = await asyncio.gather(
            crowd.issuers.desk.registry.report_move("demo", address, ON, "전입", CLERK),
            crowd.issue(),
        )
        copy = verified(crowd, copies[0])
        written: Any = copy.claims["current_address"]
        if written["address"] != address:
            assert Status.APPLICATION_SPECIFIC is await status_of(crowd, copy)
