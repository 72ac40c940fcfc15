"""Refusals on typed grounds: the decree's eleven and the desk's own; never free text."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from issuers.clerks import OPERATOR as CLERK
from issuers.clerks import Clerk
from issuers.errors import IssuerError, IssuerFailure
from issuers.grounds import STATUTORY, Ground, every_rule, rule_of
from issuers.issuance.refusals import KEPT, Refusal
from issuers.label import Label
from issuers.offers.offer import Order
from issuers.population.census import population
from issuers.population.known import FOREIGN_SPOUSE_CITIZEN
from issuers.store import IssuersStore, metadata
from issuers.store.refusals import refusals
from tests.conftest import EngineOf
from tests.issuers.world import AS_OF, NOW, OPERATOR, World

HOMES = [dossier.household for dossier in population(households=40, as_of=AS_OF)]
STRANGER = next(home for home in HOMES[1:] if len(home.members) == 1).head
DEBTOR = next(
    citizen
    for dossier in population(households=40, as_of=AS_OF)
    for citizen, account in dossier.accounts
    if any(tax.due_on < AS_OF for tax in account.open)
)
REGISTRAR = Clerk("officer", "resident-registry")
TAX_OFFICER = Clerk("tax-officer", "national-tax-service")


async def refused(world: World, **wanted: Any) -> httpx2.Response:
    body = {"kind": "resident-register", "to": "demo", **wanted}
    return await world.http.post("/issuers/operator/refusals", json=body, headers=OPERATOR)


async def told(world: World, citizen: str = "demo") -> list[dict[str, Any]]:
    answer = await world.http.get(f"/issuers/operator/refusals?to={citizen}", headers=OPERATOR)
    assert 200 == answer.status_code
    return list(answer.json()["refusals"])


def test_the_decree_has_eleven_grounds_and_each_cites_its_item() -> None:
    """
    개인정보 보호법 시행령 제42조의8제1항, items 1 to 11 in order, with number and day.
    """
    assert 11 == len(STATUTORY)
    for item, ground in enumerate(STATUTORY, start=1):
        article = rule_of(ground).article
        assert f"제42조의8제1항제{item}호" in article
        assert "대통령령 제36671호, 2026-09-10" in article


def test_every_ground_has_words_in_three_languages_and_a_next_step() -> None:
    """
    One sentence why, one what to do next; no place for a name or a number in them.
    """
    assert tuple(Ground) == tuple(rule.ground for rule in every_rule())
    for rule in every_rule():
        for label in (rule.reason, rule.next_step):
            texts = dict(label.by_locale())
            assert {"ko", "en", "ja"} == set(texts)
            assert all(text.strip() and "{" not in text for text in texts.values())
            assert 1 == texts["en"].count(".")
        assert rule.article


async def test_a_suspected_threat_is_named_to_the_officer_alone(world: World) -> None:
    """
    Item 11: whoever threatens may read along, so the applicant is asked to come alone.
    """
    rule = rule_of(Ground.DECEIVED_OR_THREATENED)
    answer = await refused(world, ground=rule.ground.value)

    assert "협박" in rule.at_desk.ko
    assert "제11호" in rule.article
    assert "제11호" not in rule.told_article
    for word in ("협박", "threat", "脅"):
        assert word not in answer.text.replace(rule.ground.value, "")
    others = [each for each in every_rule() if each.ground is not rule.ground]
    assert all(each.reason == each.at_desk for each in others)
    assert all(each.article == each.told_article for each in others)


@pytest.mark.parametrize("ground", Ground, ids=str)
async def test_an_officer_refuses_on_a_ground_and_the_applicant_is_told(
    world: World, ground: Ground
) -> None:
    """
    제42조의8제2항: the fact and the reason; kept with stage and officer.
    """
    answer = await refused(world, ground=ground.value)
    (one,) = await told(world)

    assert 200 == answer.status_code
    assert answer.json() == one
    rule = rule_of(ground)
    assert (ground.value, rule.article, "application", "operator") == tuple(
        one[name] for name in ("ground", "article", "stage", "officer")
    )
    assert dict(rule.next_step.by_locale()) == one["next"]
    assert [] == await told(world, STRANGER.citizen)


@pytest.mark.parametrize(
    ("wanted", "status", "code"),
    [
        ({"ground": "because 홍길동 owes 1,000 won"}, 400, "malformed"),
        ({}, 400, "malformed"),
        ({"ground": 5}, 400, "malformed"),
        ({"ground": "arrears", "to": "nobody"}, 404, "unknown_citizen"),
        ({"ground": "arrears", "to": "한글"}, 404, "unknown_citizen"),
        ({"ground": "arrears", "kind": "dog-licence"}, 404, "unknown_kind"),
    ],
    ids=["free text", "none", "no text", "nobody", "no handle", "no kind"],
)
async def test_a_ground_is_one_of_the_list(
    world: World, wanted: dict[str, Any], status: int, code: str
) -> None:
    """
    A sentence of somebody's own is no ground: it could hold a claim. Nothing is kept of it.
    """
    answer = await refused(world, **wanted)

    assert (status, code) == (answer.status_code, answer.json()["error"])
    assert [] == await told(world)


async def test_what_a_rule_refuses_is_kept_and_told_like_an_officers_word(world: World) -> None:
    """
    Arrears, no sheet, no right: the ground comes with the error, whoever was at the desk.
    """
    orders: dict[Ground, dict[str, Any]] = {
        Ground.ARREARS: {"kind": "tax-payment", "to": DEBTOR},
        Ground.NO_SUCH_RECORD: {"kind": "resident-abstract", "to": FOREIGN_SPOUSE_CITIZEN},
        Ground.NOT_ENTITLED: {"kind": "resident-abstract", "to": "demo", "about": DEBTOR},
    }
    for ground, order in orders.items():
        answer = await world.http.post("/issuers/operator/offers", json=order, headers=OPERATOR)
        assert 409 == answer.status_code
        (one,) = await told(world, order["to"])
        assert ground.value == one["ground"]


async def test_what_is_stopped_at_the_issue_is_told_too(world: World) -> None:
    """
    제42조의8제2항: the order was good, the issue is not any more; the wallet hears "denied", the
    applicant reads the ground.
    """
    order = {"kind": "resident-abstract", "about": STRANGER.citizen, "view": "creditor"}
    access = await world.access(**order)
    await world.issuers.desk.registry.restrict(STRANGER.citizen, "demo", CLERK)
    proof = world.prove(await world.nonce())
    answer = await world.ask(access, await world.request(proof, kind="resident-abstract"))
    (one,) = await told(world)

    assert 400 == answer.status_code
    assert ("not_entitled", "issue") == (one["ground"], one["stage"])


async def test_a_preview_refuses_nobody(world: World) -> None:
    """
    Looking is no application: only what was ordered is on record as refused.
    """
    order = {"kind": "tax-payment", "to": DEBTOR}
    answer = await world.http.post("/issuers/operator/previews", json=order, headers=OPERATOR)

    assert 409 == answer.status_code
    assert [] == await told(world, DEBTOR)


async def test_whom_somebody_asked_about_is_kept_and_never_told(world: World) -> None:
    """
    §13의2: the applicant's list is the same for a stranger, nobody and who is protected.
    """
    seen = []
    for about in (STRANGER.citizen, "c9999999-0"):
        order = {"kind": "resident-abstract", "to": "demo", "about": about}
        await world.http.post("/issuers/operator/offers", json=order, headers=OPERATOR)
        seen.append((await told(world))[0])
        world.clock.move(days=1)

    assert seen[0].keys() == seen[1].keys()
    assert {name for name in seen[0] if seen[0][name] != seen[1][name]} <= {"at"}
    assert STRANGER.citizen not in str(seen)
    latest = await world.issuers.desk.refusals.latest(REGISTRAR)
    assert {STRANGER.citizen, "c9999999-0"} == {one.about for one in latest}


async def test_the_same_refusal_is_one_a_day(world: World) -> None:
    """
    H51: pressing again a thousand times fills no table; the next day it is told again.
    """
    for _ in range(5):
        await refused(world, ground="papers_missing")
    assert 1 == len(await told(world))
    world.clock.move(days=1)
    await refused(world, ground="papers_missing")
    assert 2 == len(await told(world))


async def test_refusals_are_kept_for_three_years(world: World) -> None:
    """
    제42조의6제11항제3호: three years, then the next refusal clears them.
    """
    await refused(world, ground="papers_missing")
    world.clock.now += KEPT
    await refused(world, ground="excessive")
    assert 2 == len(await told(world))
    world.clock.now += timedelta(seconds=1)
    await refused(world, ground="abused")
    assert {"excessive", "abused"} == {one["ground"] for one in await told(world)}


async def test_a_clerk_sees_the_refusals_of_one_authority(world: World) -> None:
    """
    H90: another authority's refusals are not there; nor can its kinds be refused.
    """
    desk = world.issuers.desk
    await desk.refuse(Order("resident-register", "demo"), Ground.NOT_SPECIFIED, REGISTRAR)

    assert 1 == len(await desk.refusals.latest(REGISTRAR))
    assert () == await desk.refusals.latest(TAX_OFFICER)
    with pytest.raises(IssuerError) as caught:
        await desk.refuse(Order("resident-register", "demo"), Ground.ARREARS, TAX_OFFICER)
    assert IssuerFailure.UNKNOWN_KIND is caught.value.failure


async def test_the_table_of_refusals_holds_handles_and_codes_alone(world: World) -> None:
    """
    No name, no number, no sentence: what is stored is a handle, a kind, a code, a day.
    """
    order = {"kind": "tax-payment", "to": DEBTOR, "purpose": "기타", "purpose_detail": "은행"}
    await world.http.post("/issuers/operator/offers", json=order, headers=OPERATOR)
    async with world.engine.connect() as connection:
        (row,) = await connection.execute(select(refusals))

    assert {
        "citizen",
        "day",
        "kind",
        "about",
        "ground",
        "authority",
        "at",
        "officer",
        "stage",
    } == (set(row._fields))
    assert "은행" not in str(row)


@given(st.text(max_size=60))
def test_no_text_becomes_a_ground_by_chance(text: str) -> None:
    """
    The list is closed: whatever else is written is no ground.
    """
    if text not in set(Ground):
        with pytest.raises(ValueError, match="is not a valid Ground"):
            Ground(text)
    assert isinstance(rule_of(Ground.ARREARS).reason, Label)


async def test_the_same_refusal_at_the_same_moment_is_one(engine_of: EngineOf) -> None:
    """
    R15: twenty at once on each database are one row, and none of them fails.
    """
    engine = await engine_of(metadata)
    store = IssuersStore(engine).refusals
    kept = Refusal(
        NOW, "resident-registry", "resident-register", "demo", "", Ground.EXCESSIVE, "officer"
    )
    await asyncio.gather(*(store.keep(kept) for _ in range(20)))

    assert 1 == len(await store.of("demo", 100))
