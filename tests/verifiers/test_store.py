"""The store's contract, on both databases: what happens once happens once."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from consent.forms.entry import EntryType
from tests.conftest import EngineOf
from tests.verifiers.world import NOW, World
from verifiers.asking.handing_out import MAX_REQUESTS_SERVED
from verifiers.asking.over_asking import RefusedAsking
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.recording.filing import Filing
from verifiers.store import EventsStore, VerifiersStore, metadata
from verifiers.transaction import Outcome, Progress


@pytest.fixture
async def world(engine_of: EngineOf) -> World:
    """Return a world on either database."""
    return World(VerifiersStore(await engine_of(metadata)))


async def test_fifty_answers_at_once_have_one_winner(world: World) -> None:
    """
    H58, T6: 50 different good answers to one request, in parallel: one is verified, 49 are told
    that it is closed, one use is recorded, and the result is the winner's.
    """
    asked = await world.ask()
    request = (await world.wallet.open(asked)).request
    bodies = []
    for number in range(50):
        held = world.issuer.issue(claims={"age_over_19": number % 2 == 0})
        shown = world.wallet.bound(held.show("age_over_19"), request, held.key)
        bodies.append(world.wallet.body(request, {"adult": [shown]}))

    outcomes = await asyncio.gather(
        *(world.post(asked, body) for body in bodies), return_exceptions=True
    )

    told = Counter(
        outcome.failure.code if isinstance(outcome, VerifierError) else "verified"
        for outcome in outcomes
    )
    assert {"verified": 1, "transaction_closed": 49} == told
    assert 1 == len(world.ledger.entries)
    winner = next(n for n, o in enumerate(outcomes) if not isinstance(o, VerifierError))
    for _ in range(3):
        state = await world.state(asked)
        assert isinstance(state["credentials"], list)
        assert isinstance(state["credentials"][0], dict)
        assert {"age_over_19": winner % 2 == 0} == state["credentials"][0]["claims"]


async def test_twenty_redemptions_at_once_have_one_winner(world: World) -> None:
    """
    R15: one response code, handed in by many at the same moment.
    """
    asked = await world.ask()
    await world.store.take(asked.transaction_id, NOW)
    outcome = Outcome(Progress.VERIFIED, response_code_sha256=b"c" * 32, closed_at=NOW)
    await world.store.close(asked.transaction_id, outcome)

    outcomes = await asyncio.gather(
        *(world.store.redeem(asked.transaction_id, b"c" * 32, NOW) for _ in range(20)),
        return_exceptions=True,
    )

    assert 1 == outcomes.count(None)
    _, stored = await world.store.find(asked.transaction_id)
    assert replace(outcome, redeemed_at=NOW) == stored


async def test_a_transaction_comes_back_as_it_was_kept(world: World) -> None:
    """
    Every column there and back; the key is destroyed when the transaction closes.
    """
    asked = await world.ask()
    transaction, outcome = await world.store.find(asked.transaction_id)
    copy = replace(transaction, id="copy", session_sha256=b"s" * 32)
    await world.store.add(copy)

    assert (copy, outcome) == await world.store.find("copy")
    assert copy == await world.store.take("copy", NOW)
    end = Outcome(Progress.FAILED, Failure.NONCE_WRONG, "q: x", closed_at=NOW)
    await world.store.close("copy", end)
    assert (replace(copy, key_sealed=None), end) == await world.store.find("copy")
    with pytest.raises(VerifierError) as refused:
        await world.store.close("copy", Outcome(Progress.VERIFIED))
    assert Failure.TRANSACTION_CLOSED is refused.value.failure


async def test_an_expired_transaction_is_not_taken(world: World) -> None:
    """
    Its last second is no longer its own; what does not exist is unknown.
    """
    asked = await world.ask()

    with pytest.raises(VerifierError) as expired:
        await world.store.take(asked.transaction_id, NOW + timedelta(minutes=5))
    with pytest.raises(VerifierError) as unknown:
        await world.store.take("unknown", NOW)

    assert Failure.TRANSACTION_EXPIRED is expired.value.failure
    assert Failure.TRANSACTION_UNKNOWN is unknown.value.failure


async def test_many_fetches_at_once_are_served_no_more_than_the_limit(world: World) -> None:
    """
    H51: 60 wallets post a nonce each, in parallel: what is signed and kept stays bounded.
    """
    asked = await world.ask()
    fetches = (
        world.verifiers.request_object(asked.transaction_id, f"{number:043}")
        for number in range(60)
    )

    fetched = await asyncio.gather(*fetches, return_exceptions=True)

    served = [token for token in fetched if isinstance(token, str)]
    assert MAX_REQUESTS_SERVED == len(served)
    assert set(served) == set((await world.store.requests_served(asked.transaction_id)).values())


async def test_the_same_request_fetched_at_once_is_noted_once(world: World) -> None:
    """
    A phone that retries; the order of different ones is kept.
    """
    await asyncio.gather(*(world.store.note_served("t", b"a", "A", limit=4) for _ in range(10)))
    await world.store.note_served("t", b"b", "B", limit=4)

    assert [(b"a", "A"), (b"b", "B")] == list((await world.store.requests_served("t")).items())


async def test_claims_are_forgotten_by_delivery_or_by_age(world: World) -> None:
    """
    Delivered before one time, or closed before another; others stay.
    """
    closed = {"old": NOW - timedelta(seconds=10), "new": NOW, "told": NOW}
    transaction, _ = await world.store.find((await world.ask()).transaction_id)
    for name, closed_at in closed.items():
        await world.store.add(replace(transaction, id=name))
        await world.store.take(name, NOW)
        outcome = Outcome(Progress.VERIFIED, claims_sealed=b"sealed", closed_at=closed_at)
        await world.store.close(name, outcome)
    first = await world.store.delivered("told", NOW - timedelta(seconds=5))
    assert first == await world.store.delivered("told", NOW)

    await world.store.forget(
        delivered_before=NOW - timedelta(seconds=5), closed_before=NOW - timedelta(seconds=10)
    )

    left = {name: (await world.store.find(name))[1].claims_sealed for name in closed}
    assert {"old": None, "new": b"sealed", "told": None} == left


async def test_only_what_nobody_answered_is_swept(world: World) -> None:
    """
    Pending and half-checked ones go when their time is over, on both databases.
    """
    transaction, _ = await world.store.find((await world.ask()).transaction_id)
    for name in ("pending", "checking", "closed"):
        await world.store.add(replace(transaction, id=name))
        await world.store.note_served(name, b"a", "A", limit=4)
    for name in ("checking", "closed"):
        await world.store.take(name, NOW)
    await world.store.close("closed", Outcome(Progress.REFUSED, closed_at=NOW))

    await world.store.sweep(expired_before=transaction.expires_at - timedelta(seconds=1))
    await world.store.find("pending")
    await world.store.sweep(expired_before=transaction.expires_at)

    for name in ("pending", "checking"):
        with pytest.raises(VerifierError):
            await world.store.find(name)
        assert {} == await world.store.requests_served(name)
    await world.store.find("closed")
    assert {b"a": "A"} == await world.store.requests_served("closed")


async def test_refused_askings_are_listed_last_first(world: World) -> None:
    """
    Without claims asked for there is nothing to list but the attempt itself.
    """
    owed = Filing("it", "p", EntryType.OVER_ASKED, "p", b"sealed", NOW)
    for number in range(3):
        asking = RefusedAsking("p", str(number), (f"a.{number}",), NOW)
        await world.store.note_refused(asking, owed)
    await world.store.note_refused(RefusedAsking("p", "3", (), NOW), owed)

    listed = await world.store.refused(2)

    assert [("3", ()), ("2", ("a.2",))] == [(one.purpose, one.asked) for one in listed]


async def test_a_nonce_is_taken_once_by_each_party(world: World) -> None:
    """
    On both databases: the key decides between many at once; the loser leaves no transaction.
    """
    transaction, _ = await world.store.find((await world.ask()).transaction_id)
    read = [replace(transaction, id=f"read{number}", nonce="n") for number in range(10)]

    outcomes = await asyncio.gather(*map(world.store.add_read, read), return_exceptions=True)

    refused = [one for one in outcomes if isinstance(one, VerifierError)]
    assert {Failure.CODE_USED} == {error.failure for error in refused}
    assert 9 == len(refused)
    assert 2 == len(await world.store.recent(transaction.party, 20))
    await world.store.add_read(replace(transaction, id="other", party="other", nonce="n"))
    await world.store.sweep(expired_before=transaction.created_at - timedelta(seconds=1))
    with pytest.raises(VerifierError):
        await world.store.add_read(replace(transaction, id="again", nonce="n"))
    await world.store.sweep(expired_before=transaction.created_at)
    await world.store.add_read(replace(transaction, id="later", nonce="n"))


async def test_a_chain_is_kept_by_its_hash(world: World) -> None:
    """
    Kept twice it is there once, and the beginning of its hash finds it; no other does.
    """
    assert await world.store.chain(b"abc") is None
    await world.store.keep_chain(b"abcdef", b"chain")
    await world.store.keep_chain(b"abcdef", b"another")

    assert b"chain" == await world.store.chain(b"abc")
    assert await world.store.chain(b"abd") is None


async def test_events_are_numbered_once_on_both_databases(world: World) -> None:
    """
    However many processes gather at once, a party's numbers have no gap and no event comes twice.
    """
    events = EventsStore(world.store._engine)  # one database, as in the service
    await events.register("corner-store", "https://shop.example/events", NOW)
    asked = {(await world.ask()).transaction_id for _ in range(3)}
    later = NOW + timedelta(minutes=6)

    await asyncio.gather(*(events.gather("corner-store", later) for _ in range(4)))

    told = await events.events("corner-store", 0, 10)
    assert [1, 2, 3] == [each.sequence for each in told]
    assert asked == {each.transaction_id for each in told}
    assert await events.claim("corner-store", later, later + timedelta(minutes=1))
    await events.took("corner-store", 3)
    await events.release("corner-store", later, None)
    assert not await events.claim("corner-store", later, later)
