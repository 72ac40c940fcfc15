"""Deferred issuance: what is promised is asked for again, until it is there or refused."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from keys.strict_json import JsonObject
from tests.wallet.issuer_of_test import (
    HOST,
    ISSUER,
    KIND,
    STATUS_URI,
    VCT,
    IssuerOfTest,
    as_reply,
)
from tests.wallet.world import HOLDER, Asked, World
from wallet.errands import moving_on
from wallet.errors import WalletError, WalletFailure
from wallet.kept.outbox import Stage
from wallet.receiving.accepting import AcceptedOffer
from wallet.receiving.waiting import LONGEST_WAIT, Waiting
from web.outbound import Reply

DEFERRED = f"{ISSUER}/deferred"


@pytest.fixture
def slow(issuer: IssuerOfTest) -> IssuerOfTest:
    """An issuer that first says "later", twice."""
    issuer.metadata = {"deferred_credential_endpoint": DEFERRED}
    issuer.deferrals = 2
    return issuer


async def promised(world: World, issuer: IssuerOfTest) -> AcceptedOffer:
    return await world.wallets.accept(HOLDER, issuer.offer_uri())


async def go_on(world: World, seconds: float) -> int:
    world.clock.now += timedelta(seconds=seconds)
    return await moving_on.run_due(ports=world.ports, now=world.clock.now)


async def stage_of(world: World) -> Stage:
    (errand,) = await world.outbox.all(HOLDER)
    return errand.stage


async def last_event(world: World) -> JsonObject:
    return (await world.wallets.history(HOLDER))[0]


async def test_what_is_promised_arrives_by_itself(world: World, slow: IssuerOfTest) -> None:
    """
    VCI-52 to VCI-55: asked for at the issuer's interval, kept and told of when it is there.
    """
    slow.notification_id = "n-1"
    outcome = await promised(world, slow)
    assert ((), 1, VCT) == (outcome.credential_ids, outcome.preparing, outcome.vct)
    assert "preparing" == outcome.answer()["state"]
    assert not await world.wallets.credentials(HOLDER)

    assert 0 == await go_on(world, 3)
    assert 1 == await go_on(world, 3)
    assert Stage.PREPARING is await stage_of(world)
    assert 1 == await go_on(world, 6)
    await world.ports.notifier.settle()

    (held,) = await world.wallets.credentials(HOLDER)
    assert VCT == held.vct
    assert "received" == (await last_event(world))["event"]
    assert ["credential_accepted"] == [each["event"] for each in slow.notified]
    assert (Stage.DONE, 2) == (await stage_of(world), len(world.network.to(DEFERRED)))
    assert 0 == await go_on(world, 3600)


async def test_a_retry_of_the_offer_says_the_same(world: World, slow: IssuerOfTest) -> None:
    """
    H56: who asks again hears that it is being prepared, and nothing is asked for twice.
    """
    first = await promised(world, slow)
    assert first == await promised(world, slow)
    assert first == AcceptedOffer.parse(first.as_dict())
    assert 1 == len(await world.outbox.all(HOLDER))


async def test_some_now_and_some_later(world: World, slow: IssuerOfTest) -> None:
    """
    Of an offer of two the first is deferred: the second is kept at once.
    """
    slow.kinds, slow.deferrals = (KIND, "tax-payment"), 1
    outcome = await promised(world, slow)
    assert (1, 1) == (len(outcome.credential_ids), outcome.preparing)
    assert outcome.credential_ids[0] == outcome.answer()["credential_id"]
    assert 1 == len(await world.wallets.credentials(HOLDER))


async def test_copies_are_deferred_together(world: World, slow: IssuerOfTest) -> None:
    """
    VCI-52: the keys proven at first are those of what comes later.
    """
    slow.batch = 3
    await promised(world, slow)
    await go_on(world, 6)
    await go_on(world, 6)
    (held,) = await world.wallets.credentials(HOLDER)
    assert 3 == len(held.copies)


async def test_an_issuer_out_of_reach_is_asked_again(world: World, slow: IssuerOfTest) -> None:
    """
    H55: a network that fails puts it off; so does an issuer that is busy.
    """
    await promised(world, slow)
    slow.deferrals = 0
    host = HOST.removeprefix("https://")
    world.network.unreachable.add(host)
    assert 1 == await go_on(world, 6)
    world.network.unreachable.clear()
    working = world.network.answering[DEFERRED]
    world.network.serve(DEFERRED, lambda _: as_reply(503, {"error": "temporarily_unavailable"}))
    await go_on(world, 60)
    assert Stage.PREPARING is await stage_of(world)
    world.network.serve(DEFERRED, working)
    await go_on(world, 600)
    assert 1 == len(await world.wallets.credentials(HOLDER))


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, "invalid_transaction_id"),
        (400, "credential_request_denied"),
        (401, "invalid_token"),
        (403, "insufficient_scope"),
    ],
)
async def test_a_refusal_ends_it_and_is_told(
    world: World, slow: IssuerOfTest, status: int, error: str
) -> None:
    """
    VCI-55, H77: the issuer's no stands in the history, and it is not asked again.
    """
    await promised(world, slow)
    world.network.serve(DEFERRED, lambda _: as_reply(status, {"error": error}))
    await go_on(world, 6)
    event = await last_event(world)
    assert ("failed", "issuer_refused", [VCT]) == (
        event["event"],
        event["reason"],
        event["credential_types"],
    )
    assert Stage.REFUSED is await stage_of(world)
    assert 0 == await go_on(world, 3600)


async def test_what_comes_later_is_checked_like_what_comes_at_once(
    world: World, slow: IssuerOfTest
) -> None:
    """
    Section 8: bound to a stranger's key it is refused, and the issuer is told.
    """
    slow.notification_id, slow.deferrals = "n-1", 1
    await promised(world, slow)
    slow.change_new = lambda new: new._replace(holder=slow.signer.public)
    await go_on(world, 6)
    await world.ports.notifier.settle()
    assert "credential_not_ours" == (await last_event(world))["reason"]
    assert ["credential_failure"] == [each["event"] for each in slow.notified]


@pytest.mark.parametrize(
    "answer",
    [
        {"transaction_id": "transaction-1"},
        {"transaction_id": "transaction-1", "interval": 0},
        {"transaction_id": "transaction-1", "interval": 365 * 24 * 3600},
        {"transaction_id": "transaction-1", "interval": "5"},
        {"transaction_id": "", "interval": 5},
        {"interval": 5},
    ],
)
async def test_a_promise_that_makes_no_sense_is_refused(
    world: World, slow: IssuerOfTest, answer: JsonObject
) -> None:
    """
    Beyond the suite: no interval, an interval of a year, no id; at first and later.
    """
    slow.change_response = lambda body: answer
    with pytest.raises(WalletError) as caught:
        await promised(world, slow)
    assert WalletFailure.ISSUER_ANSWER_INVALID is caught.value.failure
    assert not await world.outbox.all(HOLDER)


async def test_a_promise_is_not_believed_for_ever(world: World, slow: IssuerOfTest) -> None:
    """
    An issuer that says "later" for two months has forgotten; so has one out of reach for as long.
    """
    slow.deferrals = 1000
    await promised(world, slow)
    await go_on(world, LONGEST_WAIT.total_seconds() + 60)
    assert Stage.REFUSED is await stage_of(world)
    assert "issuer_refused" == (await last_event(world))["reason"]


async def test_a_later_interval_counts(world: World, slow: IssuerOfTest) -> None:
    """
    VCI-53: each 202 says anew how long to wait.
    """
    await promised(world, slow)
    slow.interval = 3600
    assert 1 == await go_on(world, 6)
    assert 0 == await go_on(world, 600)
    assert 1 == await go_on(world, 3600)
    assert 1 == len(await world.wallets.credentials(HOLDER))


async def test_nothing_of_it_lies_open(world: World, slow: IssuerOfTest) -> None:
    """
    T23, T29: token, transaction id and keys are sealed in the errand and printed nowhere.
    """
    await promised(world, slow)
    (errand,) = await world.outbox.all(HOLDER)
    kept: Any = errand.sealed
    for secret in (b"access-token", b"transaction-1", ISSUER.encode()):
        assert secret not in kept
    assert "transaction-1" not in repr(errand)


async def test_a_token_that_is_over_is_renewed_on_the_way(
    world: World, slow: IssuerOfTest
) -> None:
    """
    VCI-49: an officer decides after days; the refresh token brings another access token.
    """
    slow.token, slow.deferrals = {"refresh_token": "refresh-1"}, 1
    await promised(world, slow)
    answering = world.network.answering
    deferred, token = answering[DEFERRED], answering[f"{ISSUER}/token"]
    asked_with: list[str] = []

    def renewed(asked: Asked) -> Reply:
        if b"refresh_token=refresh-1" not in asked.content:
            return as_reply(400, {"error": "invalid_grant"})
        return as_reply(200, {"access_token": "access-2", "token_type": "Bearer"})

    def only_the_new(asked: Asked) -> Any:
        asked_with.append(asked.authorization or "")
        if asked.authorization != "Bearer access-2":
            return as_reply(401, {"error": "invalid_token"})
        return deferred(replace(asked, authorization="Bearer access-token"))

    world.network.serve(f"{ISSUER}/token", renewed)
    world.network.serve(DEFERRED, only_the_new)
    await go_on(world, 6)
    world.network.serve(f"{ISSUER}/token", token)

    (held,) = await world.wallets.credentials(HOLDER)
    assert ["Bearer access-token", "Bearer access-2"] == asked_with
    assert held.renewal is not None
    assert "refresh-1" == held.renewal.refresh_token


async def test_a_status_that_cannot_be_had_puts_it_off(world: World, slow: IssuerOfTest) -> None:
    """
    H55: the certificate is there and its list is not; it is neither kept nor lost.
    """
    slow.notification_id, slow.deferrals = "n-1", 1
    await promised(world, slow)
    working = world.network.answering[STATUS_URI]
    world.network.serve(STATUS_URI, lambda _: as_reply(500, {}))
    await go_on(world, 6)
    assert (Stage.PREPARING, []) == (await stage_of(world), slow.notified)
    world.network.serve(STATUS_URI, working)
    await go_on(world, 60)
    assert 1 == len(await world.wallets.credentials(HOLDER))


def test_what_is_no_wait_is_a_bug() -> None:
    """
    An errand holds what we wrote; anything else stops at once.
    """
    with pytest.raises(ValueError, match="prepared"):
        Waiting.parse({"issuer": ISSUER})
