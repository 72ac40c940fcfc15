"""Notices of issue: who is told that somebody was given a paper about them."""

from typing import Any

import pytest

from issuers.clerks import ONLINE, Clerk
from issuers.clerks import OPERATOR as CLERK
from issuers.errors import IssuerError
from issuers.offers.offer import Order
from issuers.population.census import population
from tests.issuers.world import AS_OF, OPERATOR, TAXES, World

HOMES = [dossier.household for dossier in population(households=40, as_of=AS_OF)]
DEMO = HOMES[0]
SPOUSE = DEMO.members[1].person
CREDITOR = next(home for home in HOMES[1:] if len(home.members) == 1).head
REGISTRAR = Clerk("officer", "resident-registry")
TAX_OFFICER = Clerk("tax-officer", "national-tax-service")


# Notices, §13⑩


async def told(world: World, citizen: str) -> list[dict[str, Any]]:
    answer = await world.http.get(f"/issuers/operator/notices?to={citizen}", headers=OPERATOR)
    assert 200 == answer.status_code
    return list(answer.json()["notices"])


async def test_everybody_a_paper_tells_of_is_told_of_it(world: World) -> None:
    """
    §13⑩, 시행령 §47⑧: date, applicant, reason; to the subject, and to all a household's copy
    holds.
    """
    await world.issue(purpose="전세 계약")
    world.clock.move(seconds=1)
    order: Any = {"kind": "resident-abstract", "to": CREDITOR.citizen, "about": SPOUSE.citizen}
    await world.issue(**order, view="creditor", purpose="소송")
    world.clock.move(seconds=1)
    await world.issue(kind="tax-payment")
    hers = await told(world, SPOUSE.citizen)

    outsiders, households = hers
    assert (CREDITOR.name, "소송", "resident-abstract") == tuple(
        outsiders[name] for name in ("applicant", "purpose", "kind")
    )
    assert "시행규칙 제13조제11항" in outsiders["reason"]
    assert (DEMO.head.name, "전세 계약", None) == tuple(
        households[name] for name in ("applicant", "purpose", "reason")
    )
    assert ["self", "self"] == [one["applicant"] for one in await told(world, "demo")]
    for cohabitant in DEMO.cohabitants:
        assert 1 == len(await told(world, cohabitant.person.citizen))
    assert [] == await told(world, CREDITOR.citizen)


async def test_no_notice_tells_of_somebody_who_is_protected(world: World) -> None:
    """
    §13의2: while a restriction stands, its target is told nothing of what the protected person or
    their household applied for, the past included; the protected person is told everything.
    """
    desk = world.issuers.desk
    await world.issue(to=SPOUSE.citizen, purpose="보호시설 입소")
    await world.issue(purpose="전세 계약")
    before = await told(world, "demo")
    await desk.registry.restrict(SPOUSE.citizen, "demo", CLERK)

    assert {"self", SPOUSE.name} == {one["applicant"] for one in before}
    assert ["self"] == [one["applicant"] for one in await told(world, "demo")]
    assert 2 == len(await told(world, SPOUSE.citizen))
    await desk.registry.lift(SPOUSE.citizen, "demo", CLERK)
    assert before == await told(world, "demo")


async def test_who_applies_without_an_officer_asks_for_no_outsiders_view(world: World) -> None:
    """
    A creditor proves the claim to an officer; online a handle would be enough.
    """
    order = Order("resident-abstract", CREDITOR.citizen, about="demo")
    desk = world.issuers.desk
    told = set()
    for view in (None, "creditor"):
        with pytest.raises(IssuerError) as caught:
            await desk.offer(
                Order(order.kind, order.citizen, about="demo", view=view),  # type: ignore[arg-type]  # its text
                ONLINE,
            )
        told.add(str(caught.value))

    assert 1 == len(told)
    assert "not_entitled" in told.pop()


async def test_nobodys_notices_and_certificates_are_not_found(world: World) -> None:
    """
    What cannot be a handle is an unknown citizen; one nobody has is told of nothing.
    """
    for what in ("notices", "credentials"):
        address = f"/issuers/operator/{what}?to="
        answer = await world.http.get(f"{address}%ED%95%9C", headers=OPERATOR)
        assert (404, "unknown_citizen") == (answer.status_code, answer.json()["error"])
        assert 200 == (await world.http.get(f"{address}nobody", headers=OPERATOR)).status_code
    assert TAXES.endswith("national-tax-service")
