"""Fees by channel and relation, shown before the order, kept in the book, totalled by day; CSV."""

import csv
import io
from datetime import date
from typing import Any

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select

from consent.forms.statutory import StatutoryView
from issuers.certificate.authority import RESIDENT_REGISTRY
from issuers.certificate.kind import Purpose
from issuers.clerks import KIOSK, ONLINE, Clerk
from issuers.clerks import OPERATOR as CLERK
from issuers.desk.export import COLUMNS, book_csv
from issuers.errors import IssuerError, IssuerFailure
from issuers.issuance.book import BookFilter
from issuers.offers.fees import FEES, Channel, Service, Taken, Whose, channel_of, fee_of, total
from issuers.offers.offer import Entitlement, Order
from issuers.population.census import population
from issuers.store.tables import certificates
from tests.issuers.world import AS_OF, OPERATOR, World

HOMES = [dossier.household for dossier in population(households=40, as_of=AS_OF)]
CREDITOR = next(home for home in HOMES[1:] if len(home.members) == 1).head
REGISTRAR = Clerk("officer", "resident-registry")
TAX_OFFICER = Clerk("tax-officer", "national-tax-service")
TODAY = date(2026, 11, 22)
ABSTRACT = "resident-abstract"

officers = st.one_of(st.just(ONLINE.name), st.just(KIOSK.name), st.text(min_size=1, max_size=12))


@pytest.mark.parametrize(
    ("service", "channel", "whose", "won"),
    [
        (Service.ISSUE, Channel.ELECTRONIC, Whose.OWN, 0),
        (Service.VIEW, Channel.ELECTRONIC, Whose.OWN, 0),
        (Service.VIEW, Channel.COUNTER, Whose.OWN, 300),
        (Service.VIEW, Channel.COUNTER, Whose.ANOTHERS, 300),
        (Service.ISSUE, Channel.COUNTER, Whose.OWN, 400),
        (Service.ISSUE, Channel.COUNTER, Whose.ANOTHERS, 500),
        (Service.ISSUE, Channel.KIOSK, Whose.OWN, 200),
    ],
    ids=str,
)
def test_the_fees_are_those_of_the_rule(
    service: Service, channel: Channel, whose: Whose, won: int
) -> None:
    """
    시행규칙 제17조제4항: electronic free, 300 to look, 400, 500 about somebody else, kiosk half.
    """
    assert won == FEES[service, channel, whose]


def test_what_is_not_offered_has_no_fee() -> None:
    """
    법 제29조제3항: nobody else's paper online or from a kiosk, and nothing to look at in a kiosk.
    """
    missing = {
        (service, channel, whose)
        for service in Service
        for channel in Channel
        for whose in Whose
        if (service, channel, whose) not in FEES
    }

    assert {
        (Service.VIEW, Channel.ELECTRONIC, Whose.ANOTHERS),
        (Service.ISSUE, Channel.ELECTRONIC, Whose.ANOTHERS),
        (Service.VIEW, Channel.KIOSK, Whose.OWN),
        (Service.VIEW, Channel.KIOSK, Whose.ANOTHERS),
        (Service.ISSUE, Channel.KIOSK, Whose.ANOTHERS),
    } == missing


@given(
    officer=officers,
    view=st.sampled_from([None, *StatutoryView]),
    by_mandate=st.booleans(),
    at_the_registry=st.booleans(),
)
def test_every_application_that_can_be_made_has_its_fee(
    *, officer: str, view: StatutoryView | None, by_mandate: bool, at_the_registry: bool
) -> None:
    """
    Free, or 200, 400, 500; a proxy pays what the principal pays; others' papers are free here; the
    kiosk is half the counter, and online nothing.
    """
    channel = channel_of(officer)
    if view is not None and channel is not Channel.COUNTER:
        return  # refused before a fee is asked for: a view is proven to an officer
    authority = RESIDENT_REGISTRY.name if at_the_registry else "national-tax-service"
    entitlement = Entitlement(
        authority,
        ABSTRACT,
        "a",
        Purpose("p"),
        about="b",
        view=view,
        officer=officer,
        mandate="m" if by_mandate else "",
    )
    fee = fee_of(entitlement)

    assert channel is fee.channel
    match channel, at_the_registry:
        case Channel.ELECTRONIC, _:
            expected = 0
        case _, False:
            expected = 0
        case Channel.KIOSK, True:
            expected = 400 // 2
        case _:
            expected = 400 if view is None else 500
    assert expected == fee.won
    assert at_the_registry is bool(fee.article)


@given(st.lists(st.builds(Taken, st.just("k"), officers, st.integers(1, 9), st.integers(0, 5000))))
def test_a_day_is_the_sum_of_its_lines(taken: list[Taken]) -> None:
    """
    Nothing is lost or counted twice.
    """
    assert sum(one.won for one in taken) == total(taken)


async def previewed(world: World, **order: Any) -> dict[str, Any]:
    body = {"kind": ABSTRACT, "to": "demo", **order}
    answer = await world.http.post("/issuers/operator/previews", json=body, headers=OPERATOR)
    assert 200 == answer.status_code, answer.text
    return dict(answer.json())


async def test_a_fee_is_shown_before_the_order_and_kept_with_the_certificate(
    world: World,
) -> None:
    """
    What the preview says is what stands in the book; copies of one certificate are paid for once.
    """
    orders: list[dict[str, Any]] = [
        {"channel": "counter"},
        {"channel": "electronic"},
        {"channel": "kiosk"},
        {"to": CREDITOR.citizen, "about": "demo", "view": "creditor"},
        {"kind": "tax-payment"},
    ]
    shown, kept = [], []
    for order in orders:
        preview = await previewed(world, **order)
        await world.issue(copies=3, **{"kind": ABSTRACT, **order})
        (entry, *_) = (await world.issuers.desk.book(CLERK, BookFilter())).entries
        shown.append((preview["fee"], preview["channel"]))
        kept.append((entry.fee, channel_of(entry.certificate.entitlement.officer).value))
        world.clock.move(seconds=1)

    assert [400, 0, 200, 500, 0] == [won for won, _ in shown]
    assert shown == kept
    day = await world.http.post(
        "/issuers/operator/day", json={"on": TODAY.isoformat()}, headers=OPERATOR
    )
    assert 1100 == day.json()["won"]
    assert 5 == sum(line["count"] for line in day.json()["taken"])


async def test_a_day_is_a_day_in_korea_of_one_authority(world: World) -> None:
    """
    From midnight to midnight in Seoul; the tax office does not see the registry's till (H90).
    """
    world.clock.now = world.clock.now.replace(hour=14, minute=59, second=59)
    await world.issue()
    world.clock.move(seconds=1)
    await world.issue()
    desk = world.issuers.desk

    for day in (TODAY, date(2026, 11, 23)):
        (line,) = await desk.till.taken(REGISTRAR, day)
        assert (1, 400, "operator") == (line.count, line.won, line.officer)
        assert () == await desk.till.taken(TAX_OFFICER, day)
    assert () == await desk.till.taken(REGISTRAR, date(2026, 11, 24))


@pytest.mark.parametrize("body", [{}, {"on": "soon"}, {"on": "0001-01-01"}], ids=str)
async def test_a_day_that_is_none_is_refused(world: World, body: dict[str, Any]) -> None:
    """
    Malformed, not an empty day.
    """
    answer = await world.http.post("/issuers/operator/day", json=body, headers=OPERATOR)

    assert (400, "malformed") == (answer.status_code, answer.json()["error"])


async def test_a_kiosk_gives_papers_of_oneself_and_ones_household(world: World) -> None:
    """
    법 제29조제3항: no view and no mandate at a machine, in the words of every refusal.
    """
    desk = world.issuers.desk
    spouse = HOMES[0].members[1].person.citizen
    await desk.offer(Order(ABSTRACT, "demo", about=spouse), KIOSK)
    with pytest.raises(IssuerError) as caught:
        await desk.offer(
            Order(ABSTRACT, CREDITOR.citizen, about="demo", view=StatutoryView.CREDITOR), KIOSK
        )
    assert IssuerFailure.NOT_ENTITLED is caught.value.failure


async def exported(world: World, clerk: Clerk, filters: BookFilter) -> list[list[str]]:
    text = "".join([part async for part in book_csv(world.issuers.desk, clerk, filters)])
    return list(csv.reader(io.StringIO(text)))


async def test_the_book_is_exported_whole_with_the_columns_of_the_form(world: World) -> None:
    """
    §13⑧: one line an entry, as many as there are; what a spreadsheet would run is text.
    """
    await world.issue(purpose='=HYPERLINK("http://evil.example","x")')
    order: dict[str, Any] = {"kind": ABSTRACT, "to": CREDITOR.citizen, "about": "demo"}
    world.clock.move(seconds=1)
    await world.issue(**order, view="creditor")
    head, creditors, own = await exported(world, CLERK, BookFilter())
    line = dict(zip(COLUMNS, creditors, strict=True))

    assert list(COLUMNS) == head
    assert ("creditor", "500", "counter", CREDITOR.citizen, "demo", "no") == tuple(
        line[name] for name in ("view", "fee_won", "channel", "applicant", "about", "by_mandate")
    )
    assert own[COLUMNS.index("purpose")].startswith("'=HYPERLINK")
    assert [head] == await exported(world, TAX_OFFICER, BookFilter())
    assert [head, creditors] == await exported(world, CLERK, BookFilter(kind=ABSTRACT))


async def test_a_long_book_is_exported_page_after_page(world: World) -> None:
    """
    More entries than a page holds are all there, each once.
    """
    await world.issue()
    (entry,) = (await world.issuers.desk.book(CLERK, BookFilter())).entries
    async with world.engine.begin() as connection:
        row = dict((await connection.execute(select(certificates))).one()._mapping)
        copies = [row | {"number": f"0000-{number:04d}"} for number in range(250)]
        await connection.execute(insert(certificates), copies)
    lines = await exported(world, CLERK, BookFilter())

    assert 252 == len(lines)
    assert 251 == len({line[0] for line in lines[1:]})
    assert entry.certificate.number in {line[0] for line in lines}


async def test_the_book_is_downloaded_by_the_operator(world: World) -> None:
    """
    CSV by its media type, kept by no cache.
    """
    await world.issue()
    answer = await world.http.post("/issuers/operator/book.csv", json={}, headers=OPERATOR)

    assert 200 == answer.status_code
    assert answer.headers["content-type"].startswith("text/csv")
    assert "no-store" == answer.headers["cache-control"]
    assert 2 == len(answer.text.splitlines())


# Views


async def look(world: World, **order: Any) -> httpx2.Response:
    body = {"kind": "resident-register", "to": "demo", **order}
    return await world.http.post("/issuers/operator/views", json=body, headers=OPERATOR)


async def test_a_view_is_written_down_paid_for_and_told(world: World) -> None:
    """
    §13⑧, 시행령 §47⑧: 300 won, no certificate; everybody the copy holds is told who looked.
    """
    answer = await look(world, purpose="전입 확인")
    day = await world.issuers.desk.till.taken(REGISTRAR, TODAY)
    spouse = HOMES[0].members[1].person.citizen

    assert (200, 300) == (answer.status_code, answer.json()["fee"])
    assert [(Service.VIEW, 1, 300)] == [(one.service, one.count, one.won) for one in day]
    assert () == (await world.issuers.desk.book(CLERK, BookFilter())).entries
    for citizen, applicant in (("demo", "self"), (spouse, HOMES[0].head.name)):
        (notice,) = await world.issuers.desk.notices_of(citizen)
        assert (Service.VIEW, applicant, "전입 확인") == (
            notice.service,
            notice.applicant,
            notice.purpose,
        )
    await world.issuers.desk.registry.restrict("demo", spouse, CLERK)
    assert () == await world.issuers.desk.notices_of(spouse)


async def test_who_may_look_is_who_may_have_the_paper(world: World) -> None:
    """
    A stranger is refused and told the ground; at a machine, and of a tax account, nobody looks.
    """
    for order in (
        {"to": CREDITOR.citizen, "about": "demo"},
        {"channel": "kiosk"},
        {"kind": "tax-payment"},
    ):
        answer = await look(world, **order)
        assert (409, "not_entitled") == (answer.status_code, answer.json()["error"])
    creditors = await look(
        world, kind=ABSTRACT, to=CREDITOR.citizen, about="demo", view="creditor"
    )
    assert 300 == creditors.json()["fee"]
    assert 1 == len(await world.issuers.desk.refusals.told(CREDITOR.citizen))
    assert () == await world.issuers.desk.till.taken(TAX_OFFICER, TODAY)
