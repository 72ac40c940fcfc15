"""Certificates that wait for an officer's decision (OpenID4VCI section 9)."""

from datetime import timedelta
from typing import Any

import httpx2
import pytest

from consent.forms.statutory import StatutoryView
from issuers.certificate.approval import Approval, needs_approval
from issuers.clerks import OPERATOR as OPERATOR_CLERK
from issuers.errors import IssuerError
from issuers.issuance.deferring import interval_after
from keys import base64url
from tests.issuers.test_refusals import error
from tests.issuers.test_whole_trip import verified
from tests.issuers.world import OPERATOR, REGISTRY, TAXES, World

QUEUE = "/issuers/operator/queue"


async def asked(world: World, access: str, copies: int = 1) -> httpx2.Response:
    """Ask the credential endpoint with new keys."""
    nonce = await world.nonce()
    return await world.ask(
        access, await world.request(*(world.prove(nonce) for _ in range(copies)))
    )


async def fetched(
    world: World, access: str, transaction_id: Any, *, issuer: str = REGISTRY
) -> httpx2.Response:
    """Ask the deferred endpoint."""
    headers = {"Authorization": f"Bearer {access}"}
    body = {"transaction_id": transaction_id}
    return await world.http.post(f"{issuer}/deferred", json=body, headers=headers)


async def waiting(world: World) -> list[Any]:
    """Return the operator's queue."""
    answer = await world.http.get(QUEUE, headers=OPERATOR)
    assert 200 == answer.status_code, answer.text
    return list(answer.json()["orders"])


async def decide(world: World, what: str, **body: str) -> httpx2.Response:
    """Decide about the only order that waits."""
    (order,) = await waiting(world)
    return await world.http.post(f"{QUEUE}/{order['id']}/{what}", json=body, headers=OPERATOR)


async def begun(world: World, copies: int = 1) -> tuple[str, str]:
    """Return an access token and the transaction id it was given."""
    access = await world.access(decision=True)
    answer = await asked(world, access, copies)
    assert 202 == answer.status_code, answer.text
    return access, str(answer.json()["transaction_id"])


async def test_an_order_that_waits_is_answered_later(world: World) -> None:
    """
    VCI-38, VCI-39, VCI-51: 202 with an id nobody can guess and an interval; the same id until it
    is decided, then the certificates for the keys of the first request.
    """
    access = await world.access(decision=True)
    first = await asked(world, access, copies=2)
    transaction_id = first.json()["transaction_id"]

    assert (202, "no-store") == (first.status_code, first.headers["cache-control"])
    assert {"transaction_id": transaction_id, "interval": 5} == first.json()
    assert 32 == len(base64url.decode(transaction_id))
    for _ in range(3):
        again = await fetched(world, access, transaction_id)
        assert (202, first.json()) == (again.status_code, again.json())

    assert 200 == (await decide(world, "approve")).status_code
    answer = await fetched(world, access, transaction_id)
    copies = [verified(world, one["credential"]) for one in answer.json()["credentials"]]

    assert 200 == answer.status_code
    keys = {copy.holder.thumbprint() for copy in copies if copy.holder is not None}
    assert {holder.public.thumbprint() for holder in world.holders} == keys
    assert 2 == len({copy.status for copy in copies})
    assert answer.json()["notification_id"]
    assert "transaction_id" not in answer.json()


async def test_what_was_fetched_is_gone(world: World) -> None:
    """
    VCI-50, H77: the id ends with the certificate; used, unknown and foreign ids answer alike.
    """
    access, transaction_id = await begun(world)
    other = await world.access(decision=True)
    await decide(world, "approve")
    assert 200 == (await fetched(world, access, transaction_id)).status_code

    used = await fetched(world, access, transaction_id)
    unknown = await fetched(world, access, "A" * 43)
    foreign = await fetched(world, other, transaction_id)

    assert (400, "invalid_transaction_id") == (used.status_code, error(used))
    assert used.content == unknown.content == foreign.content
    assert 400 == unknown.status_code == foreign.status_code


async def test_another_orders_token_fetches_nothing(world: World) -> None:
    """
    H77: also before it was fetched a foreign id is an unknown one, and stays good for its own.
    """
    access, transaction_id = await begun(world)
    await decide(world, "approve")
    other = await world.access(decision=True)

    assert "invalid_transaction_id" == error(await fetched(world, other, transaction_id))
    assert 401 == (await fetched(world, access, transaction_id, issuer=TAXES)).status_code
    assert 401 == (await fetched(world, "A" * 43, transaction_id)).status_code
    assert 200 == (await fetched(world, access, transaction_id)).status_code


async def test_a_refusal_is_a_denial(world: World) -> None:
    """
    Section 9.3: the wallet learns that it was refused, the applicant why.
    """
    access, transaction_id = await begun(world)
    denied = await decide(world, "deny", ground="papers_missing")

    assert (200, "refused") == (denied.status_code, denied.json()["decision"])
    for answer in (
        await fetched(world, access, transaction_id),
        await asked(world, access),
    ):
        assert (400, "credential_request_denied") == (answer.status_code, error(answer))
    (told,) = await world.issuers.desk.refusals.told("demo")
    assert ("papers_missing", "waiting", "operator") == (told.ground, told.stage, told.officer)


async def test_a_lost_answer_is_asked_for_again(world: World) -> None:
    """
    H56: the id is used up, but what was approved is issued to whoever asks anew with the token.
    """
    access, transaction_id = await begun(world)
    await decide(world, "approve")
    first = await fetched(world, access, transaction_id)
    second = await asked(world, access)

    assert 200 == second.status_code
    assert first.json()["notification_id"] == second.json()["notification_id"]
    (entry,) = await world.issuers.desk.certificates_of("demo")
    assert "operator" == entry.certificate.entitlement.officer


async def test_an_order_stands_in_the_queue_once(world: World) -> None:
    """
    However often a wallet asks: one order, one decision, each id with its own keys.
    """
    access, first = await begun(world)
    second = str((await asked(world, access)).json()["transaction_id"])
    (order,) = await waiting(world)

    assert first != second
    expected = {"kind": "resident-register", "to": "demo", "about": "demo", "officer": "operator"}
    assert expected.items() <= order.items()
    assert world.clock.now.replace(microsecond=0).isoformat() == order["since"]
    await decide(world, "approve")
    assert [] == await waiting(world)
    for transaction_id in (first, second):
        assert 200 == (await fetched(world, access, transaction_id)).status_code


async def test_what_was_decided_stays_so(world: World) -> None:
    """
    A second officer finds nothing that waits; another authority's order is as unknown (H90).
    """
    await begun(world)
    (order,) = await waiting(world)
    await decide(world, "approve")

    for what, body in (("approve", {}), ("deny", {"ground": "papers_missing"})):
        for number in (order["id"], "0000-0000-0000-0000", "x"):
            answer = await world.http.post(f"{QUEUE}/{number}/{what}", json=body, headers=OPERATOR)
            assert (404, "unknown_certificate") == (answer.status_code, answer.json()["error"])


async def test_who_decides_has_looked(world: World) -> None:
    """
    안전성 확보조치 기준 제8조: a decision is an access to somebody's data, page or no page.
    """
    await begun(world)
    before = len((await world.issuers.desk.accesses(OPERATOR_CLERK)).latest)
    await decide(world, "approve")

    latest = (await world.issuers.desk.accesses(OPERATOR_CLERK)).latest
    assert before + 1 == len(latest)
    assert ("operator", "opened", "demo") == (latest[0].clerk, latest[0].act, latest[0].citizen)


async def test_a_token_waits_with_its_transaction(world: World) -> None:
    """
    VCI-49: an anonymous wallet gets no other token, and officers take days; for what it began the
    token stays good, for nothing else.
    """
    access, transaction_id = await begun(world)
    world.clock.move(days=3)
    await world.order(to="demo")  # forgets what is old
    pending = await fetched(world, access, transaction_id)

    assert (202, 3600) == (pending.status_code, pending.json()["interval"])
    assert 401 == (await fetched(world, access, "A" * 43)).status_code
    assert 401 == (await asked(world, access)).status_code
    await decide(world, "approve")
    assert 200 == (await fetched(world, access, transaction_id)).status_code


async def test_a_strict_strangers_token_tells_that_it_lasts(world: World) -> None:
    """
    Section 9: a wallet that throws its token away when it has ended, and has no refresh token,
    is told a life as long as it can be asked for; anything made at once keeps its minutes.
    """
    told = (await world.redeem(await world.code(decision=True))).json()
    at_once = (await world.redeem(await world.code())).json()
    access = str(told["access_token"])
    transaction_id = (await asked(world, access)).json()["transaction_id"]
    world.clock.move(days=29)
    assert 200 == (await decide(world, "approve")).status_code

    assert (30 * 24 * 3600, 300) == (told["expires_in"], at_once["expires_in"])
    assert 200 == (await fetched(world, access, transaction_id)).status_code


@pytest.mark.parametrize("is_approved", [False, True])
async def test_a_citizen_sees_what_waits_and_cancels_it(
    world: World, *, is_approved: bool
) -> None:
    """
    An order that an officer looks at is listed until it is fetched; cancelled it leads to nothing,
    whatever an officer or a wallet does afterwards, and nobody cancels another's.
    """
    desk = world.issuers.desk
    done, fetched_id = await begun(world)
    assert 200 == (await decide(world, "approve")).status_code
    assert 200 == (await fetched(world, done, fetched_id)).status_code
    assert () == await desk.year_orders("demo")
    access, transaction_id = await begun(world)
    (order,) = await desk.year_orders("demo")
    assert (None, False, world.clock()) == (order.year, order.is_made, order.since)
    if is_approved:
        await decide(world, "approve")
        assert (await desk.year_orders("demo"))[0].is_made
    with pytest.raises(IssuerError):
        await desk.cancel_year_order(order.number, "c0000001-0")
    await desk.cancel_year_order(order.number, "demo")

    assert () == await desk.year_orders("demo")
    assert [] == await waiting(world)
    assert 401 == (await fetched(world, access, transaction_id)).status_code
    assert 401 == (await asked(world, access)).status_code


async def test_after_a_month_nothing_waits(world: World) -> None:
    """
    H51: who does not come back is forgotten, with the keys and the token.
    """
    access, transaction_id = await begun(world)
    world.clock.move(days=31)
    await world.order()

    assert [] == await waiting(world)
    assert 401 == (await fetched(world, access, transaction_id)).status_code


async def test_what_is_fetched_says_what_the_record_says_then(world: World) -> None:
    """
    The decision is about the order; the record is read when the certificate is made.
    """
    access, transaction_id = await begun(world)
    await decide(world, "approve")
    move = {"citizen": "demo", "address": "새 주소 1", "on": "2026-11-22", "reason": "전입"}
    await world.http.post("/issuers/operator/moves", json=move, headers=OPERATOR)
    answer = await fetched(world, access, transaction_id)

    vc = verified(world, answer.json()["credentials"][0]["credential"])
    assert "새 주소 1" in str(vc.claims)


async def test_labels_of_the_household_come_with_what_was_waited_for(world: World) -> None:
    """
    Decision 0018: the inbox of the first request counts, and the labels go with the certificate.
    """
    access = await world.access(decision=True)
    inbox = base64url.encode(b"i" * 32)
    body = await world.request(world.prove(await world.nonce()))
    promised = await world.ask(access, {**body, "mydata_inbox": inbox})
    assert 202 == promised.status_code, promised.text
    await decide(world, "approve")
    answer = await fetched(world, access, promised.json()["transaction_id"])

    assert {"file", "read"} >= set(answer.json()["mydata_household"])


async def test_another_kind_that_waits_tells_of_no_household(world: World) -> None:
    """
    An abstract is of one person: the inbox is ignored as it is without the wait.
    """
    access = await world.access(decision=True, kind="resident-abstract")
    body = await world.request(world.prove(await world.nonce()), kind="resident-abstract")
    promised = await world.ask(access, {**body, "mydata_inbox": base64url.encode(b"i" * 32)})
    await decide(world, "approve")
    answer = await fetched(world, access, promised.json()["transaction_id"])

    assert (200, None) == (answer.status_code, answer.json().get("mydata_household"))


@pytest.mark.parametrize(
    ("approval", "view", "ordered", "expected"),
    [
        (Approval.NEVER, None, False, False),
        (Approval.NEVER, StatutoryView.CREDITOR, False, False),
        (Approval.NEVER, None, True, True),
        (Approval.UNDER_A_VIEW, None, False, False),
        (Approval.UNDER_A_VIEW, None, True, True),
        (Approval.UNDER_A_VIEW, StatutoryView.CREDITOR, False, True),
        (Approval.ALWAYS, None, False, True),
    ],
)
def test_a_kind_or_an_order_may_want_a_decision(
    *, approval: Approval, view: StatutoryView | None, ordered: bool, expected: bool
) -> None:
    """
    What a kind wants no order can do without; an order may want more.
    """
    assert expected is needs_approval(approval, view, ordered=ordered)


@pytest.mark.parametrize(
    ("waited", "interval"), [(0, 5), (59, 5), (600, 60), (36_000, 3600), (10**7, 3600)]
)
def test_the_interval_grows_with_the_wait(waited: int, interval: int) -> None:
    """
    At first somebody may be looking; later once an hour is enough.
    """
    assert interval == interval_after(timedelta(seconds=waited))
