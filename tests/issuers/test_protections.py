"""A minor's full adoption, and past heads of household: left out without a gap (§13⑦, §13⑨)."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, insert

from issuers.certificate.protections import ADOPTED, NO_HEAD, UNADOPTED, Asking, protected
from issuers.clerks import OPERATOR as CLERK
from issuers.issuance.mandates import Wanted
from issuers.population.census import population
from issuers.population.known import ADOPTED_CHILD
from issuers.source.records import PersonalChange
from issuers.store.register_tables import personal_changes
from keys.strict_json import loads_object
from standards.sd_jwt.parse import parse_issued_sd_jwt
from tests.issuers.test_restriction import counted, whole
from tests.issuers.test_whole_trip import verified
from tests.issuers.world import AS_OF, OPERATOR, World

DOSSIERS = list(population(households=30, as_of=AS_OF))
FAMILY = DOSSIERS[2].household
SIBLING = next(
    m.person.citizen
    for m in FAMILY.members
    if m.relation == "자녀" and m.person.citizen != ADOPTED_CHILD
)
PARENT = FAMILY.head.citizen
STRANGER = next(d.household for d in DOSSIERS[3:] if len(d.household.members) == 1).head
ABSTRACT, COPY = "resident-abstract", "resident-register"
SHEETS = {sheet.person.citizen: sheet for dossier in DOSSIERS for sheet in dossier.sheets}
MINE = personal_changes.c.citizen == ADOPTED_CHILD
ROW: dict[str, Any] = {
    "citizen": ADOPTED_CHILD,
    "number": 1,
    "item": "성명",
    "before": "현채윤",
    "after": "서채윤",
    "changed_on": "2022-05-11",
    "change_reason": ADOPTED,
}


async def family(world: World, *rows: dict[str, Any]) -> None:
    """Make of the child's family the twin whose sheet has these changes and no others."""
    async with world.engine.begin() as connection:
        await connection.execute(delete(personal_changes).where(MINE))
        for row in rows:
            await connection.execute(insert(personal_changes), row)


async def told(world: World, **order: Any) -> tuple[dict[str, Any], tuple[int, int]]:
    """Issue a certificate; return what it says, and how much there is of it.

    Counted are disclosures, and the digests in the payload, decoys among them.
    """
    (copy,) = await world.issue(**order)
    claims: dict[str, Any] = dict(verified(world, copy).claims)
    unverified = parse_issued_sd_jwt(copy)
    digests: Any = loads_object(unverified.issuer.payload)["_sd"]
    size = (len(unverified.disclosures), len(digests))
    own = {"document_number", "issue_number", "cnf", "status", "iat", "exp"}
    return {name: value for name, value in claims.items() if name not in own}, size


@pytest.mark.parametrize(
    "order",
    [
        {"kind": ABSTRACT, "to": PARENT, "about": ADOPTED_CHILD},
        {"kind": ABSTRACT, "to": ADOPTED_CHILD},
        {"kind": ABSTRACT, "to": SIBLING, "about": ADOPTED_CHILD},
        {"kind": ABSTRACT, "to": STRANGER.citizen, "about": ADOPTED_CHILD, "view": "creditor"},
        {"kind": COPY, "to": PARENT},
    ],
    ids=["parent", "the child", "sibling", "creditor", "household"],
)
async def test_twin_families_cannot_be_told_apart(world: World, order: dict[str, Any]) -> None:
    """
    §13⑨: one family with an adopted child and its twin without: the same claims, as many
    disclosures and digests with decoys, whoever applies.
    """
    await family(world)
    without, without_size = await told(world, **order)
    await family(world, ROW)
    with_adoption, with_size = await told(world, **order)

    assert without == with_adoption
    assert without_size == with_size
    assert ADOPTED not in str(with_adoption)
    assert "현채윤" not in str(with_adoption)


async def test_previews_of_twin_families_are_one_at_one_cost(world: World) -> None:
    """
    The officer who looks before issuing sees the same page after the same SQL statements.
    """
    order = {"kind": ABSTRACT, "to": PARENT, "about": ADOPTED_CHILD}
    answers, costs = [], []
    for rows in ((), (ROW,)):
        await family(world, *rows)
        with counted(world.engine) as statements:
            answers.append(await ask(world, order, "/issuers/operator/previews"))
        costs.append(statements)

    assert whole(answers[0]) == whole(answers[1])
    assert costs[0] == costs[1]


async def ask(world: World, order: dict[str, Any], path: str) -> httpx2.Response:
    return await world.http.post(path, json=order, headers=OPERATOR)


async def test_strangers_are_refused_for_both_twins_alike(world: World) -> None:
    """
    The refusal of a stranger is the constant one, adopted or not.
    """
    order = {"kind": ABSTRACT, "to": STRANGER.citizen, "about": ADOPTED_CHILD}
    told = []
    for rows in ((), (ROW,)):
        await family(world, *rows)
        told.append(whole(await ask(world, order, "/issuers/operator/offers")))

    assert told[0] == told[1]
    assert 409 == told[0][0]


async def test_what_stays_is_counted_without_a_gap(world: World) -> None:
    """
    A change before and one after the adoption become the first and the second.
    """
    plain = ROW | {"change_reason": "개명(법원 허가)", "changed_on": "2020-01-01"}
    later = ROW | {"number": 3, "change_reason": "한자 정정", "changed_on": "2023-01-01"}
    ended = ROW | {"number": 4, "change_reason": UNADOPTED, "changed_on": "2024-01-01"}
    await family(world, plain, ROW | {"number": 2}, later, ended)
    claims, _ = await told(world, kind=ABSTRACT, to=PARENT, about=ADOPTED_CHILD)
    changes: Any = claims["personal_changes"]

    assert [(1, "개명(법원 허가)"), (2, "한자 정정")] == [
        (change["number"], change["change_reason"]) for change in changes
    ]


async def test_who_is_of_age_is_told_of_their_adoption(world: World) -> None:
    """
    §13⑨ protects minors: on the nineteenth birthday the sheet tells it, the day before not.
    """
    birthday = date(2038, 2, 17)
    for day, expected in ((birthday - timedelta(days=1), 0), (birthday, 1)):
        world.clock.now = world.clock.now.replace(year=day.year, month=day.month, day=day.day)
        answer = await ask(
            world, {"kind": ABSTRACT, "to": ADOPTED_CHILD}, "/issuers/operator/previews"
        )
        paths = [claim["path"] for claim in answer.json()["claims"]]
        assert expected == paths.count("personal_changes.0.before")


# Past heads, §13⑦


def heads(claims: dict[str, Any]) -> list[bool]:
    return ["head_name" in line for line in claims["addresses"]]


async def test_past_heads_go_to_the_adult_a_proxy_and_a_minors_parent(world: World) -> None:
    """
    §13⑦: oneself and whom one charged; of a minor a parent, not the child and not its sibling.
    """
    own, _ = await told(world, kind=ABSTRACT, to=PARENT)
    until = date(2026, 11, 30)
    written = Wanted(PARENT, f"{STRANGER.name} {STRANGER.born_on}", ABSTRACT, "학교 제출용", until)
    mandate = (await world.issuers.desk.mandates.give(written, CLERK)).mandate_id
    proxys, _ = await told(world, kind=ABSTRACT, to=STRANGER.citizen, mandate=mandate)
    parents, _ = await told(world, kind=ABSTRACT, to=PARENT, about=ADOPTED_CHILD)
    assert all(heads(own) + heads(proxys) + heads(parents))

    childs, _ = await told(world, kind=ABSTRACT, to=ADOPTED_CHILD)
    siblings, _ = await told(world, kind=ABSTRACT, to=SIBLING, about=ADOPTED_CHILD)
    spouses, _ = await told(
        world, kind=ABSTRACT, to=PARENT, about=FAMILY.members[1].person.citizen
    )
    for claims in (childs, siblings, spouses):
        assert not any(heads(claims)[1:])


# The rule alone

days = st.dates(date(1990, 1, 1), date(2045, 12, 31))
changes = st.lists(
    st.sampled_from(["개명(법원 허가)", "한자 정정", ADOPTED, UNADOPTED]), max_size=6
).map(
    lambda reasons: tuple(
        PersonalChange(at, "성명", "가", "나", date(2022, 1, at), reason)
        for at, reason in enumerate(reasons, start=1)
    )
)
asking = st.builds(Asking, st.booleans(), st.booleans(), st.booleans())


@given(changes, days, asking)
def test_no_minors_sheet_tells_of_an_adoption_to_anybody(
    on_file: tuple[PersonalChange, ...], on: date, who: Asking
) -> None:
    """
    Whatever is on file, whoever asks, on any day before nineteen: neither word, numbers from one,
    the rest in its order; from nineteen on nothing is left out.
    """
    sheet = replace(SHEETS[ADOPTED_CHILD], personal_changes=on_file)
    left = protected(sheet, who, on=on).personal_changes
    plain = [change for change in on_file if change.reason not in {ADOPTED, UNADOPTED}]

    if on < date(2038, 2, 17):
        assert [change.reason for change in plain] == [change.reason for change in left]
        assert list(range(1, len(left) + 1)) == [change.number for change in left]
    else:
        assert on_file == left


@given(st.sampled_from(sorted(SHEETS)), asking)
def test_a_past_head_stays_for_whom_the_rule_names(citizen: str, who: Asking) -> None:
    """
    All past heads or none; the current one is on the household's copy and stays.
    """
    sheet = SHEETS[citizen]
    left = protected(sheet, who, on=AS_OF).stays
    of_minor = sheet.person.born_on > date(2007, 11, 22)
    may = who.as_parent if of_minor else who.is_own or who.by_mandate

    assert sheet.stays[0] == left[0]
    expected = [stay.head if may else NO_HEAD for stay in sheet.stays[1:]]
    assert expected == [stay.head for stay in left[1:]]
