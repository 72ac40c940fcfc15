"""What is kept and owed, on both databases: each change once, with its entry in the same step."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from consent.forms.entry import EntryType
from tests.conftest import EngineOf
from tests.verifiers.sharing import share
from tests.verifiers.test_filing import over_ask
from tests.verifiers.world import NOW, World
from verifiers.owing.kept_sharing import ErasureAsked, KeptSharing
from verifiers.recording.filing import Filing
from verifiers.store import VerifiersStore, kept_sharings, metadata


@pytest.fixture
async def world(engine_of: EngineOf) -> World:
    """Return a world on either database."""
    return World(VerifiersStore(await engine_of(metadata)))


def owed(name: str, type_: EntryType = EntryType.ERASED) -> Filing:
    return Filing(name, "p", type_, "c", b"sealed", NOW, NOW + timedelta(days=3))


SHARING = KeptSharing(
    transaction_id="t",
    party="p",
    purpose="q",
    label=b"l" * 32,
    pair_sealed=b"sealed",
    consent_id="c",
    holder="h",
    shared_at=NOW,
    ends_at=None,
    acts_at=NOW + timedelta(days=30),
)
ASKED = ErasureAsked(NOW, NOW + timedelta(days=10), NOW, ends_use=True)


async def test_what_is_kept_comes_back_as_it_was(world: World) -> None:
    """
    A second sharing of the same number changes nothing; another party's is not found.
    """
    await world.store.keep(SHARING)
    await world.store.keep(replace(SHARING, purpose="other"))

    assert (SHARING,) == await world.store.sharings_of("p", "c")
    assert () == await world.store.sharings_of("another", "c")
    assert () == await world.store.acting(NOW, 10)
    assert (SHARING,) == await world.store.acting(NOW + timedelta(days=30), 10)


async def test_fifty_notices_at_once_are_one(world: World) -> None:
    """
    H56: the request is noted once, and one acknowledgement is owed.
    """
    await world.store.keep(SHARING)
    acknowledgement = owed("a", EntryType.ACKNOWLEDGED)
    await asyncio.gather(*(world.store.stop("p", "c", ASKED, acknowledgement) for _ in range(50)))
    later = replace(ASKED, at=NOW + timedelta(days=1))
    await world.store.stop("p", "c", later, acknowledgement)

    (kept,) = await world.store.sharings_of("p", "c")
    assert (NOW, NOW, NOW + timedelta(days=10)) == (kept.stopped_at, kept.asked_at, kept.due_at)
    assert 1 == len(await world.store.filings_of("p", (EntryType.ACKNOWLEDGED,), 10))


async def test_an_erasure_and_its_entry_are_one_step(world: World) -> None:
    """
    P22: the row is empty, the entry is owed, and nothing is due about it any more.
    """
    shared = await share(world)
    (kept,) = await world.store.sharings_of("parcel-service", shared.consent_id)
    await world.store.erase((kept,), owed("e"), now=NOW)

    assert (False, False) == await shared.sealed()
    (kept,) = await world.store.sharings_of("parcel-service", shared.consent_id)
    assert (NOW, None) == (kept.erased_at, kept.acts_at)
    assert 1 == len(await world.store.filings_of("p", (EntryType.ERASED,), 10))


async def test_an_erasure_that_did_not_happen_is_not_told(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Broken on purpose: the rows still hold something, so nothing is changed and nothing owed.
    """
    shared = await share(world)
    kept = await world.store.sharings_of("parcel-service", shared.consent_id)
    monkeypatch.setattr(kept_sharings, "_GONE", {"claims_sealed": None})

    with pytest.raises(RuntimeError, match="still holds"):
        await world.store.erase(kept, owed("e"), now=NOW)

    assert kept == await world.store.sharings_of("parcel-service", shared.consent_id)
    assert (True, True) == await shared.sealed()
    assert None is await world.store.filing("e")


async def test_what_a_law_keeps_is_looked_at_again_when_the_law_lets_go(world: World) -> None:
    """
    Until is what was told, acts what is done.
    """
    await world.store.keep(SHARING)
    until, acts_at = NOW + timedelta(days=101), NOW + timedelta(days=100)
    await world.store.retain("p", "c", owed("r"), until=until, acts_at=acts_at)

    (kept,) = await world.store.sharings_of("p", "c")
    assert (until, acts_at) == (kept.retained_until, kept.acts_at)


async def test_what_is_filed_is_filed_once_and_forgets_its_secret(world: World) -> None:
    """
    The first receipt stays, the sealed draft goes, and a late failure changes nothing.
    """
    await world.store.owe(owed("e"))
    await world.store.owe(replace(owed("e"), sealed=b"other"))
    (waiting,) = await world.store.unfiled(NOW, 10)
    assert b"sealed" == waiting.filing.sealed
    await world.store.try_again("e", "ledger_busy", NOW + timedelta(hours=1))
    assert () == await world.store.unfiled(NOW, 10)

    await world.store.filed("e", b"receipt", NOW)
    await world.store.filed("e", b"another", NOW + timedelta(days=1))
    await world.store.try_again("e", "too late", NOW)

    state = await world.store.filing("e")
    assert state is not None
    assert (b"receipt", NOW, None, b"") == (
        state.receipt_sealed,
        state.filed_at,
        state.refusal,
        state.filing.sealed,
    )
    assert () == await world.store.unfiled(NOW + timedelta(days=9), 10)
    assert None is await world.store.filing("never owed")


async def test_a_refused_asking_owes_its_entry(world: World) -> None:
    """
    On either database: one row for the operator, one entry for the ledger.
    """
    await over_ask(world)

    assert 1 == len(await world.verifiers.refused_askings(10))
    assert 1 == len(await world.store.unfiled(NOW, 10))


async def test_a_question_within_a_consent_is_forgotten_with_it(world: World) -> None:
    """
    H51: what nobody answered is swept, with the consent it named.
    """
    asked = await world.ask()
    await world.store.ask_within(asked.transaction_id, "c")
    assert "c" == await world.store.within(asked.transaction_id)

    await world.store.sweep(expired_before=NOW + timedelta(days=1))

    assert None is await world.store.within(asked.transaction_id)
