"""Is this all? also of what the household showed of each other."""

import os

import pytest

from consent.forms.entry import EntryType, Leaf
from tests.wallet.issuer_of_test import IssuerOfTest
from tests.wallet.log_of_test import LogOfTest
from tests.wallet.test_household import MINE, of_a_household
from tests.wallet.world import HOLDER, World
from wallet.history.completeness import Gap
from wallet.ledger.log_view import View


@pytest.fixture
def log(world: World) -> LogOfTest:
    return LogOfTest(world.ledger)


@pytest.fixture(autouse=True)
async def _holds_a_copy(world: World, issuer: IssuerOfTest) -> None:
    """The holder's copy tells of the spouse, and came with the labels between the two."""
    of_a_household(issuer)
    await world.wallets.accept(HOLDER, issuer.offer_uri())


def told_by_the_spouse(world: World, times: int) -> None:
    """What the spouse's wallet files when it shows something of the holder."""
    previous = None
    for number in range(1, times + 1):
        leaf = Leaf(EntryType.ABOUT, MINE.label, number, previous, os.urandom(32))
        world.ledger.entries.append(leaf.octets())
        previous = leaf.hash()


async def test_what_the_spouse_showed_is_counted_and_told(world: World, log: LogOfTest) -> None:
    """
    It is news by the spouse's name, and all of it; the page keeps a line of it.
    """
    told_by_the_spouse(world, 2)

    proven = await world.consents.prove(HOLDER)
    last = await world.consents.last_proof(HOLDER)

    assert (True, 2) == (proven.is_complete, proven.entries)
    assert [("배우자", "about")] * 2 == [
        (pair.name, line.leaf.type.value) for pair, line in proven.news
    ]
    assert last is not None
    assert (("배우자", 2),) == last.pairs
    assert {"id": None, "name": "배우자"} == proven.pairs[0].as_dict()["party"]


async def test_what_the_ledger_hides_of_it_is_named(world: World, log: LogOfTest) -> None:
    """
    H94: what was shown of the holder is left out of the answer, and not of the log.
    """
    told_by_the_spouse(world, 2)
    log.hides = {1}

    proven = await world.consents.prove(HOLDER)

    (pair,) = proven.pairs
    assert ("배우자", [Gap.LEFT_OUT]) == (pair.name, [each.gap for each in pair.list.problems])


async def test_in_an_empty_log_nothing_is_about_anybody(world: World, log: LogOfTest) -> None:
    """
    Before the first entry there is no seal to prove it by; the signed checkpoint of size 0 does.
    """
    proven = await world.consents.prove(HOLDER)

    assert (True, 0, View.FIRST) == (proven.is_complete, proven.entries, proven.view)
    assert proven.seen is not None
    assert 0 == proven.seen.checkpoint.size


async def test_a_log_that_calls_itself_empty_later_has_lost_what_was_shown(
    world: World, log: LogOfTest
) -> None:
    """
    The checkpoint seen before is kept, and it was larger.
    """
    told_by_the_spouse(world, 1)
    await world.consents.prove(HOLDER)
    world.ledger.entries.clear()

    proven = await world.consents.prove(HOLDER)

    assert (False, View.SHORTER) == (proven.is_complete, proven.view)


async def test_without_a_checkpoint_nothing_is_called_complete(
    world: World, log: LogOfTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    A ledger that answers neither question has proven nothing.
    """
    monkeypatch.setattr("wallet.proving.whole_history.SEALING_SECONDS", 0)
    log.status = 503

    proven = await world.consents.prove(HOLDER)

    assert not proven.is_complete
    assert [Gap.UNREACHABLE] == [each.gap for pair in proven.pairs for each in pair.list.problems]
