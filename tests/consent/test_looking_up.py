"""Looking up for a case: in the log before it is shown, and seen by whom it is about."""

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx2
import pytest
from fastapi import FastAPI, Request

from consent.auditing.opened import audit_opened
from consent.endpoints.looking_up import OPENED_LIMIT, looking_up_routes
from consent.errors import ConsentError, ConsentFailure
from consent.forms.entry import EntryType, Leaf, log_label
from consent.forms.reading import ReadRecord
from consent.forms.reason import Reason
from consent.forms.record import EventState
from consent.forms.terms import Party
from consent.ledger import Ledger
from consent.looking_up import SHOWN_FOR, Order
from tests.consent.sharing import Sharing
from tests.consent.world import ORIGIN, World, authorised
from tests.problems import answer_web_error
from web.errors import Unauthorised, WebError

ORDER = Order(Party("auditor/kim", "김감사"), "2026고합17", Reason.COURT_ORDER, "ko")


@pytest.fixture
async def sharing(ledger: Ledger, world: World) -> Sharing:
    return await Sharing(ledger, world).given()


async def failure_of(work: object) -> ConsentFailure:
    with pytest.raises(ConsentError) as caught:
        await work  # type: ignore[misc]  # any call of the ledger
    return caught.value.failure


async def test_a_record_is_opened_after_it_was_written_down(
    ledger: Ledger, sharing: Sharing
) -> None:
    """
    The opening is an entry of the same label that names who, the case, and why.
    """
    filed = await ledger.looking_up.record(0, ORDER)
    opened = await ledger.looking_up.open(0)

    leaf = Leaf.parse((await ledger.prove(filed)).leaf)
    assert (EntryType.AUDITED, sharing.pair.label) == (leaf.type, leaf.label)
    *_, seen = await ledger.records_of(sharing.pair.label)
    assert seen.deposit is not None
    record = seen.deposit.record
    assert EventState.LOOKED_UP == record.event_state
    assert ("auditor/kim", "김감사 · 2026고합17") == (record.controller.id, record.controller.name)
    assert (Reason.COURT_ORDER, ("entry.0",)) == (record.reason, record.asked.requested)
    assert sharing.consent == opened.record
    assert record.consent_id == sharing.consent.record_id if sharing.consent else None


async def test_looking_again_is_seen_again(ledger: Ledger, sharing: Sharing) -> None:
    """
    Each look-up is an entry of its own, the same case or not.
    """
    first = await ledger.looking_up.label(sharing.pair.label, ORDER)
    second = await ledger.looking_up.label(sharing.pair.label, ORDER)

    assert first < second
    filed = await ledger.looking_up.filed(second, "auditor/kim")
    assert (sharing.pair.label, None) == (filed.label, filed.index)


async def test_what_was_looked_up_is_shown_to_its_auditor_for_a_day(
    ledger: Ledger, world: World, sharing: Sharing
) -> None:
    """
    Not to another auditor, not for another entry, and not tomorrow.
    """
    filed = await ledger.looking_up.record(0, ORDER)

    assert 0 == (await ledger.looking_up.filed(filed, "auditor/kim")).index
    absent = ConsentFailure.NOT_FOUND
    assert absent == await failure_of(ledger.looking_up.filed(filed, "auditor/lee"))
    assert absent == await failure_of(ledger.looking_up.filed(0, "auditor/kim"))
    world.now += SHOWN_FOR + timedelta(seconds=1)
    try:
        assert absent == await failure_of(ledger.looking_up.filed(filed, "auditor/kim"))
    finally:
        world.now -= SHOWN_FOR + timedelta(seconds=1)
    assert sharing.consent is not None


async def test_what_is_of_nobody_cannot_be_looked_up(ledger: Ledger, sharing: Sharing) -> None:
    """
    A label nobody has, the log's own, an entry without a record: nothing is written for it.
    """
    await ledger.append(authorised())
    own = log_label(ORIGIN)
    await ledger.write_own(EntryType.ROTATED, own, commitment=bytes(32), request=bytes(16))
    before = (await ledger.browsing.overview()).checkpoint.size
    looking = ledger.looking_up

    assert sharing.consent is not None
    for wish in (
        looking.label(bytes(32), ORDER),
        looking.label(own, ORDER),
        looking.record(1, ORDER),
        looking.record(2, ORDER),
        looking.record(99, ORDER),
    ):
        assert ConsentFailure.NOT_FOUND == await failure_of(wish)
    assert before == (await ledger.browsing.overview()).checkpoint.size


@pytest.mark.parametrize(
    ("case", "reason"),
    [
        ("", Reason.COMPLAINT),
        ("1", Reason.COMPLAINT),
        ("2026 고합 17", Reason.COMPLAINT),
        ("홍길동", Reason.COMPLAINT),
        ("1" * 33, Reason.COMPLAINT),
        ("2026-17", Reason.HOLDER_REFUSED),
    ],
    ids=["empty", "short", "spaces", "a name", "long", "no reason to look"],
)
async def test_a_look_up_has_a_case_and_a_reason(
    ledger: Ledger, sharing: Sharing, case: str, reason: Reason
) -> None:
    """
    Without them nothing is written and nothing is shown.
    """
    order = Order(ORDER.auditor, case, reason, "ko")

    looked = ledger.looking_up.label(sharing.pair.label, order)

    assert ConsentFailure.MALFORMED == await failure_of(looked)


def authorize(request: Request, role: str) -> str:
    if request.headers.get("authorization") != f"Bearer {role}":
        raise Unauthorised
    return role


@pytest.fixture
async def client(ledger: Ledger) -> AsyncIterator[httpx2.AsyncClient]:
    app = FastAPI()
    app.include_router(looking_up_routes(ledger, authorize), prefix="/consent")
    app.add_exception_handler(WebError, answer_web_error)
    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://ledger") as client:
        yield client


async def test_the_operator_opens_records_for_a_case(
    ledger: Ledger, sharing: Sharing, client: httpx2.AsyncClient
) -> None:
    """
    What is answered stands beside a copy of the log and verifies there; each opening is in it.
    """
    await sharing.write(EventState.USED)
    body = {"case": "2026-A-17", "reason": "complaint", "indexes": [0, 1]}
    headers = {"Authorization": "Bearer operator"}

    answer = await client.post("/consent/operator/look-ups", json=body, headers=headers)

    assert 200 == answer.status_code, answer.text
    records = [ReadRecord.parse(each) for each in answer.json()["records"]]
    assert [0, 1] == [record.index for record in records]
    size = (await ledger.browsing.overview()).checkpoint.size
    files = {
        path: await ledger.file(path) for path in (f"tile/entries/000.p/{size}", "checkpoint")
    }
    report = audit_opened(files.get, records, size=size, at=sharing.world.now)
    assert ((), 2) == (report.problems, report.opened)
    looked = [
        kept.deposit.record.controller.name
        for kept in await ledger.records_of(sharing.pair.label)
        if kept.deposit is not None and kept.leaf.type is EntryType.AUDITED
    ]
    assert 2 * ["operator · 2026-A-17"] == looked


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"indexes": []}, 400),
        ({"indexes": [0] * (OPENED_LIMIT + 1)}, 400),
        ({"indexes": ["0"]}, 400),
        ({"indexes": [99]}, 404),
        ({"reason": "curiosity"}, 400),
        ({"case": "a name"}, 400),
        ({"more": 1}, 400),
    ],
    ids=["none", "too many", "text", "absent", "no reason", "no case", "unknown member"],
)
async def test_what_is_no_order_opens_nothing(
    client: httpx2.AsyncClient, sharing: Sharing, changed: dict[str, object], status: int
) -> None:
    """
    Refused by name, and nobody without the operator's token gets so far.
    """
    body = {"case": "2026-A-17", "reason": "complaint", "indexes": [0], **changed}

    refused = await client.post(
        "/consent/operator/look-ups", json=body, headers={"Authorization": "Bearer operator"}
    )
    nobody = await client.post("/consent/operator/look-ups", json=body)

    assert status == refused.status_code, refused.text
    assert 401 == nobody.status_code
    assert 1 == len(await sharing.ledger.records_of(sharing.pair.label))
