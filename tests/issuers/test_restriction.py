"""Somebody else's certificate, and the violence-victim restriction: one refusal for everybody."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx2
import pytest
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from issuers.clerks import OPERATOR as CLERK
from issuers.population.census import population
from issuers.population.known import FOREIGN_SPOUSE_CITIZEN
from tests.issuers.world import AS_OF, OPERATOR, World

HOMES = [dossier.household for dossier in population(households=40, as_of=AS_OF)]
# The demo citizen's household; another one of several people; one more, of a stranger.
DEMO = HOMES[0]
FAMILY = next(home for home in HOMES[1:] if len(home.members) > 2)
STRANGER = next(home for home in HOMES[1:] if home is not FAMILY).head.citizen
VICTIM, CHILD = (member.person.citizen for member in FAMILY.members[:2])
SPOUSE = DEMO.members[1].person.citizen

OFFERS = "/issuers/operator/offers"
PREVIEWS = "/issuers/operator/previews"


@contextmanager
def counted(engine: AsyncEngine) -> Iterator[list[str]]:
    """Collect the SQL statements that are run."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(engine.sync_engine, "before_cursor_execute", note)
    yield statements
    event.remove(engine.sync_engine, "before_cursor_execute", note)


def whole(answer: httpx2.Response) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    """Return everything that is sent: status, headers in order, body."""
    return answer.status_code, answer.headers.raw, answer.content


def wanted(kind: str, about: str, **more: Any) -> dict[str, Any]:
    return {"kind": kind, "to": "demo", "about": about, **more}


async def ask(world: World, order: dict[str, Any], address: str = OFFERS) -> httpx2.Response:
    return await world.http.post(address, json=order, headers=OPERATOR)


VIEWS: list[dict[str, str]] = [{}, {"view": "creditor"}, {"view": "financial-company"}]


@pytest.mark.parametrize("address", [OFFERS, PREVIEWS], ids=["offer", "preview"])
@pytest.mark.parametrize("view", VIEWS, ids=["no view", "creditor", "financial company"])
async def test_a_restriction_is_told_from_nothing(
    world: World, view: dict[str, str], address: str
) -> None:
    """
    §13의2: restricted, unknown and strange citizens get one answer, byte for byte, header for
    header, at the cost of the same SQL statements.
    """
    await world.issuers.desk.registry.restrict(VICTIM, "demo", CLERK)
    people = {"restricted": VICTIM, "of the household": CHILD, "nobody": "c9999999-0"}
    if not view:
        people["stranger"] = STRANGER
    answers, costs = {}, {}
    for name, about in people.items():
        with counted(world.engine) as statements:
            answer = await ask(world, wanted("resident-abstract", about, **view), address)
        answers[name], costs[name] = whole(answer), statements

    reference = answers["restricted"]
    assert 409 == reference[0]
    assert b'"not_entitled"' in reference[2]
    assert dict.fromkeys(people, reference) == answers
    assert dict.fromkeys(people, costs["nobody"]) == costs
    of_the_register = [cost for cost in costs["nobody"] if "restrictions" in cost]
    assert 1 == len(of_the_register)
    # And the access record: counted, written, cleared; an order's refusal: two more.
    assert (4 if address == PREVIEWS else 6) == len(costs["nobody"])


async def test_a_restriction_covers_the_whole_household(world: World) -> None:
    """
    §13의2: where a child lives, the parent lives; without the restriction a creditor is served,
    and after it is lifted again.
    """
    order = wanted("resident-abstract", CHILD, view="creditor")
    before = await ask(world, order)
    await world.issuers.desk.registry.restrict(VICTIM, "demo", CLERK)
    during = await ask(world, order)
    await world.issuers.desk.registry.lift(VICTIM, "demo", CLERK)
    after = await ask(world, order)

    assert [200, 409, 200] == [before.status_code, during.status_code, after.status_code]


async def test_who_is_restricted_keeps_their_own_papers(world: World) -> None:
    """
    The restriction is about others: one's own certificate is never refused for it.
    """
    await world.issuers.desk.registry.restrict(VICTIM, "demo", CLERK)

    assert 200 == (await ask(world, wanted("resident-register", "demo"))).status_code


async def test_who_is_protected_is_so_from_a_member_of_the_household_too(world: World) -> None:
    """
    §13의2: sharing a household opens nothing against a restriction.
    """
    order = wanted("resident-abstract", SPOUSE)
    assert 200 == (await ask(world, order)).status_code
    await world.issuers.desk.registry.restrict(SPOUSE, "demo", CLERK)

    assert 409 == (await ask(world, order)).status_code


async def test_a_restriction_made_after_the_offer_stops_the_issue(world: World) -> None:
    """
    Entitlement is asked again at the issue; the wallet too is told nothing but "denied".
    """
    order = {"kind": "resident-abstract", "about": VICTIM, "view": "creditor"}
    access = await world.access(**order)
    unknown = await world.access(**order)
    await world.issuers.desk.registry.restrict(VICTIM, "demo", CLERK)

    answers = []
    for token in (access, unknown):
        proof = world.prove(await world.nonce())
        answers.append(
            await world.ask(token, await world.request(proof, kind="resident-abstract"))
        )
    assert {(400, "credential_request_denied")} == {
        (answer.status_code, answer.json()["error"]) for answer in answers
    }
    assert () == await world.issuers.desk.notices_of(VICTIM)


async def test_one_household_shares_its_papers_and_strangers_none(world: World) -> None:
    """
    The resident register's papers are the household's; a tax certificate is the taxpayer's alone.
    """
    for kind in ("resident-register", "resident-abstract"):
        assert 200 == (await ask(world, wanted(kind, SPOUSE))).status_code
        assert 409 == (await ask(world, wanted(kind, STRANGER))).status_code
    assert 409 == (await ask(world, wanted("tax-payment", SPOUSE))).status_code


async def test_what_the_register_cannot_answer_is_refused_alike(world: World) -> None:
    """
    A foreign spouse is known and has no sheet, an applicant may not exist: no other words.
    """
    refused = whole(await ask(world, wanted("resident-abstract", "c9999999-0", view="creditor")))
    foreign = wanted("resident-abstract", FOREIGN_SPOUSE_CITIZEN, view="creditor")
    nobody = wanted("resident-abstract", VICTIM, view="creditor") | {"to": "nobody"}
    unspeakable = wanted("resident-abstract", "한글")

    for order in (foreign, nobody, unspeakable):
        assert refused == whole(await ask(world, order))


async def test_a_household_of_victim_and_offender_does_not_move_as_one(world: World) -> None:
    """
    Else the next copy of the one would print where the other has gone; nothing is written.
    """
    desk = world.issuers.desk
    await desk.registry.restrict(SPOUSE, "demo", CLERK)
    move = {
        "citizen": SPOUSE,
        "address": "서울특별시 어딘가 1",
        "on": "2026-11-20",
        "reason": "전입",
    }
    answer = await world.http.post("/issuers/operator/moves", json=move, headers=OPERATOR)
    (found,) = await desk.find_citizens(SPOUSE, CLERK)

    assert (409, "household_divided") == (answer.status_code, answer.json()["error"])
    assert DEMO.address == found.address


@pytest.mark.parametrize(
    ("pair", "status"),
    [
        ((VICTIM, "demo"), 200),
        ((VICTIM, "nobody"), 404),
        (("nobody", "demo"), 404),
        (("demo", "demo"), 400),
        (("한글", "demo"), 404),
    ],
    ids=["good", "from nobody", "of nobody", "from oneself", "no handle"],
)
async def test_a_restriction_is_between_two_citizens(
    world: World, pair: tuple[str, str], status: int
) -> None:
    """
    Made twice it is made once, and lifted as often as one likes.
    """
    body = dict(zip(("protected", "against"), pair, strict=True))
    for _ in range(2):
        answer = await world.http.post(
            "/issuers/operator/restrictions", json=body, headers=OPERATOR
        )
        assert status == answer.status_code
    if status == 200:
        for _ in range(2):
            address = "/issuers/operator/restrictions/lift"
            answer = await world.http.post(address, json=body, headers=OPERATOR)
            assert 200 == answer.status_code
