"""The wallet's tables on both databases: sealed boxes, and turns."""

import asyncio

import pytest
from sqlalchemy.exc import IntegrityError

from tests.conftest import EngineOf
from wallet.kept.keeping import BoxKind, Busy, Claimed, Done, HolderRow, SealedBox, TurnKey
from wallet.store import WalletStore, metadata

TURN = TurnKey("min", "subject")


@pytest.fixture
async def store(engine_of: EngineOf) -> WalletStore:
    store = WalletStore(await engine_of(metadata))
    for holder in ("min", "jun"):
        await store.add_holder(HolderRow(holder, b"key", b"secret"))
    return store


def box(
    box_id: str, *, holder: str = "min", kind: BoxKind = BoxKind.HISTORY, at: int = 1
) -> SealedBox:
    return SealedBox(holder, kind, box_id, at, b"sealed " + box_id.encode())


async def test_a_new_holder_has_no_row(store: WalletStore) -> None:
    """
    Nothing is known of a holder who never came.
    """
    assert await store.holder("new") is None


async def test_of_two_first_meetings_one_row_stays(store: WalletStore) -> None:
    """
    A holder's data key is made once; a second making at the same time changes nothing.
    """
    await store.add_holder(HolderRow("new", b"first", b"secret"))
    await store.add_holder(HolderRow("new", b"second", b"other"))

    assert HolderRow("new", b"first", b"secret") == await store.holder("new")


async def test_boxes_come_back_newest_first(store: WalletStore) -> None:
    """
    A list starts with what came last.
    """
    await store.put(box("a", at=1), box("b", at=3), box("c", at=2))

    assert ["b", "c", "a"] == [each.id for each in await store.all("min", BoxKind.HISTORY)]


async def test_a_box_is_found_by_its_own_holder_and_kind_only(store: WalletStore) -> None:
    """
    Another holder's id, or the id of another kind, finds nothing (H90).
    """
    await store.put(box("a"))

    assert box("a") == await store.find("min", BoxKind.HISTORY, "a")
    assert await store.find("jun", BoxKind.HISTORY, "a") is None
    assert await store.find("min", BoxKind.RECEIPT, "a") is None


async def test_a_box_put_into_a_taken_place_replaces_what_is_there(store: WalletStore) -> None:
    """
    A receipt is kept before the answer is sent, and again when the party has signed it.
    """
    await store.put(box("a", at=1))
    await store.put(box("a", at=2), box("b", at=2))

    assert [2, 2] == [each.kept_at for each in await store.all("min", BoxKind.HISTORY)]


async def test_boxes_are_kept_together_or_not_at_all(store: WalletStore) -> None:
    """
    When one of several boxes cannot be kept, none of them is.
    """
    with pytest.raises(IntegrityError):
        await store.put(box("b"), box("a"), box("a"))

    assert () == await store.all("min", BoxKind.HISTORY)


async def test_adding_to_a_taken_place_leaves_what_is_there(store: WalletStore) -> None:
    """
    Of two keys made for one pair at once, the first stays.
    """
    await store.add(box("a", at=1))
    await store.add(box("a", at=2))

    found = await store.find("min", BoxKind.HISTORY, "a")
    assert found is not None
    assert 1 == found.kept_at


async def test_of_many_at_once_one_gets_the_turn(store: WalletStore) -> None:
    """
    Ten calls for the same thing at the same time: one goes on, nine are told to wait.
    """
    turns = await asyncio.gather(
        *(store.take_turn(TURN, taker=str(n), now=100, until=200) for n in range(10))
    )

    assert 1 == sum(isinstance(turn, Claimed) for turn in turns)
    assert 9 == sum(isinstance(turn, Busy) for turn in turns)


async def test_a_turn_that_was_given_back_is_free_at_once(store: WalletStore) -> None:
    """
    After a failure the person need not wait; only the taker itself can give back.
    """
    await store.take_turn(TURN, taker="a", now=100, until=200)

    await store.give_back(TURN, "b")
    assert Busy() == await store.take_turn(TURN, taker="c", now=101, until=201)
    await store.give_back(TURN, "a")
    assert Claimed("c") == await store.take_turn(TURN, taker="c", now=101, until=201)


@pytest.mark.parametrize(("now", "expected"), [(199, Busy()), (200, Claimed("b"))])
async def test_an_abandoned_turn_is_free_after_its_time(
    store: WalletStore, now: int, expected: object
) -> None:
    """
    When a process dies in its turn, the next one waits for the time and no longer.
    """
    await store.take_turn(TURN, taker="a", now=100, until=200)

    assert expected == await store.take_turn(TURN, taker="b", now=now, until=300)


async def test_a_finished_turn_tells_its_outcome_for_ever(store: WalletStore) -> None:
    """
    A retry long after gets the outcome of the first time, and what it brought is kept.
    """
    await store.take_turn(TURN, taker="a", now=100, until=200)
    await store.finish_turn(TURN, "a", b"outcome", [box("a"), box("b")])

    assert Done(b"outcome") == await store.take_turn(TURN, taker="b", now=999, until=1099)
    await store.give_back(TURN, "a")
    assert Done(b"outcome") == await store.take_turn(TURN, taker="b", now=999, until=1099)
    assert 2 == len(await store.all("min", BoxKind.HISTORY))


async def test_turns_of_two_holders_do_not_meet(store: WalletStore) -> None:
    """
    One person's request never makes another wait.
    """
    await store.take_turn(TURN, taker="a", now=100, until=200)
    other = TurnKey("jun", TURN.subject)

    assert Claimed("b") == await store.take_turn(other, taker="b", now=100, until=200)


async def test_a_box_is_removed_once_and_what_takes_its_place_is_kept(store: WalletStore) -> None:
    """
    Both or neither: to the second remover there is nothing to remove, and nothing is added.
    """
    await store.put(box("a"), box("a", holder="jun"))

    assert await store.remove("min", BoxKind.HISTORY, "a", box("b"))
    assert not await store.remove("min", BoxKind.HISTORY, "a", box("c"))

    assert ["b"] == [each.id for each in await store.all("min", BoxKind.HISTORY)]
    assert box("a", holder="jun") == await store.find("jun", BoxKind.HISTORY, "a")
