"""What a clerk of one authority finds, previews and may touch (H90)."""

from typing import Any

import pytest

from issuers.clerks import OPERATOR as CLERK
from issuers.clerks import Clerk
from issuers.errors import IssuerError, IssuerFailure
from issuers.issuance.book import BookFilter, CertificateState
from issuers.offers.offer import Order
from issuers.population.census import population
from issuers.ports import Change
from issuers.register.citizens import FoundCitizen
from issuers.status.standing import Action
from tests.issuers.test_whole_trip import verified
from tests.issuers.world import AS_OF, OPERATOR, World

HOMES = [dossier.household for dossier in population(households=40, as_of=AS_OF)]
DEMO = HOMES[0]
SPOUSE = DEMO.members[1].person
CREDITOR = next(home for home in HOMES[1:] if len(home.members) == 1).head
REGISTRAR = Clerk("officer", "resident-registry")
TAX_OFFICER = Clerk("tax-officer", "national-tax-service")


async def listed(world: World) -> list[str]:
    """The numbers in the book, the latest first."""
    page = await world.issuers.desk.book(CLERK, BookFilter())
    return [kept.certificate.number for kept in page.entries]


# A clerk of one authority, H90


async def test_another_authoritys_certificate_is_not_there(world: World) -> None:
    """
    H90: foreign and absent numbers give one answer to reading and to every change, and nothing
    is changed.
    """
    await world.issue(kind="tax-payment")
    (number,) = await listed(world)
    desk, told = world.issuers.desk, set()
    for tried in (number, "0000-0000-0000-0000", "한글", "\x00", ""):
        acts = [desk.certificate(tried, REGISTRAR)] + [
            desk.change(Change(tried, action, "분실", REGISTRAR)) for action in Action
        ]
        for act in acts:
            with pytest.raises(IssuerError) as caught:
                await act
            told.add((caught.value.failure, caught.value.detail))

    assert 1 == len(told)
    assert IssuerFailure.UNKNOWN_CERTIFICATE == told.pop()[0]
    mine = await desk.certificate(number, TAX_OFFICER)
    assert (CertificateState.VALID, ()) == (mine.state, mine.history)


async def test_a_clerk_reads_the_book_of_one_authority(world: World) -> None:
    """
    H90: filters open no other authority's pages.
    """
    await world.issue()
    await world.issue(kind="tax-payment")
    desk = world.issuers.desk

    for clerk, kind in ((REGISTRAR, "resident-register"), (TAX_OFFICER, "tax-payment")):
        for wanted in (BookFilter(), BookFilter(text="demo")):
            page = await desk.book(clerk, wanted)
            assert [kind] == [one.certificate.entitlement.kind for one in page.entries]
    assert () == (await desk.book(REGISTRAR, BookFilter(kind="tax-payment"))).entries
    assert 2 == len((await desk.book(CLERK, BookFilter())).entries)


async def test_another_authoritys_kind_cannot_be_offered(world: World) -> None:
    """
    H90: a clerk who orders a foreign kind is told what one who orders nonsense is told.
    """
    desk, told = world.issuers.desk, set()
    for kind in ("tax-payment", "passport"):
        for act in (desk.offer, desk.preview):
            with pytest.raises(IssuerError) as caught:
                await act(Order(kind, "demo"), REGISTRAR)
            told.add((caught.value.failure, caught.value.detail))

    ((failure, detail),) = told
    assert IssuerFailure.UNKNOWN_KIND == failure
    assert "tax-payment" not in detail
    assert {"tax-payment"} == {kind.name for kind in desk.kinds(TAX_OFFICER)}


# Finding and previewing


async def test_citizens_are_found_by_whole_names_alone(world: World) -> None:
    """
    Handle, name, or name and birth date; the beginning of a name finds nobody.
    """
    desk, head = world.issuers.desk, DEMO.head
    expected = FoundCitizen("demo", head.name, head.born_on, DEMO.address)

    for query in ("demo", f"  {head.name} {head.born_on.isoformat()} "):
        assert (expected,) == await desk.find_citizens(query, CLERK)
    assert expected in await desk.find_citizens(head.name, REGISTRAR)
    for query in ("", "   ", head.name[:1], f"{head.name} 1900-01-01", "%", "x" * 101, "\x00"):
        assert () == await desk.find_citizens(query, CLERK)


async def test_a_search_travels_in_the_body(world: World) -> None:
    """
    A name is somebody's; addresses end up in logs.
    """
    body = {"query": DEMO.head.name}
    answer = await world.http.post("/issuers/operator/citizens", json=body, headers=OPERATOR)

    assert "demo" in {one["citizen"] for one in answer.json()["citizens"]}
    assert {"citizen", "name", "born_on", "address"} == set(answer.json()["citizens"][0])


@pytest.mark.parametrize("kind", ["resident-register", "resident-abstract", "tax-payment"])
async def test_a_preview_shows_what_is_then_signed(world: World, kind: str) -> None:
    """
    Every value in the form's order with its label, but for the numbers that come with the issue;
    nothing is written.
    """
    body = {"kind": kind, "to": "demo", "purpose": "기타"}
    answer = await world.http.post("/issuers/operator/previews", json=body, headers=OPERATOR)
    shown = answer.json()
    assert [] == await listed(world)
    (paper,) = await world.issue(kind=kind, purpose="기타")
    claims: Any = verified(world, paper).claims

    def at(path: str) -> Any:
        found = claims
        for step in path.split("."):
            found = found[int(step)] if isinstance(found, list) else found[step]
        return found

    assert DEMO.head.name == shown["applicant"] == shown["about"]
    assert {one["path"]: one["value"] for one in shown["claims"]} == {
        one["path"]: at(one["path"]) for one in shown["claims"]
    }
    names = [one["path"].partition(".")[0] for one in shown["claims"]]
    declared = [row.name for row in world.issuers.catalogue.kind(kind).form]
    assert [name for name in declared if name in names] == [*dict.fromkeys(names)]
    assert {"issue_number", "document_number", "receipt_number"}.isdisjoint(names)
    assert all({"ko", "en", "ja"} == set(one["label"]) for one in shown["claims"])


async def test_a_preview_is_refused_as_the_order_would_be(world: World) -> None:
    """
    Whoever may not order may not look either.
    """
    for wrong in ({"kind": "passport"}, {"to": "nobody"}, {"about": CREDITOR.citizen}):
        body = {"kind": "resident-register", "to": "demo", **wrong}
        answers = [
            await world.http.post(f"/issuers/operator/{what}", json=body, headers=OPERATOR)
            for what in ("offers", "previews")
        ]
        assert answers[0].content == answers[1].content
        assert answers[0].status_code == answers[1].status_code in {404, 409}
