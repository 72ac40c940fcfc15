"""The log's key: pinned where it is only used, followed when it changes, retired in the end."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from app.clock import utc_now
from app.errors import StartError
from app.log_key import FILE, OVERLAP, LogKey, end_overlap, own_log
from app.serve import prepare
from app.settings import Role, Settings
from consent.tlog.verifier_key import VerifierKey
from keys.key_store import KeyState, KeyStore
from tests.app.conftest import Commands, Service, free_port, serving_inside
from web.outbound import Outbound


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A ledger of its own that has not been started yet."""
    return Settings(home=tmp_path / "var", port=free_port(), demo=True, role=Role.CONSENT)


def outbound(settings: Settings) -> Outbound:
    return Outbound(allow_origins=settings.contactable)


async def learned(settings: Settings, home: Path, **more: Any) -> VerifierKey:
    """What a reader elsewhere knows after it has asked the ledger."""
    key, client = LogKey(home, settings.base, **more), outbound(settings)
    await key.learn(client)
    await client.aclose()
    return key.current()


def rotate(settings: Settings) -> dict[str, Any]:
    service = Service(settings.base, settings.home, settings.port)
    return Commands(service).json("keys", "rotate", "log")


async def test_a_reader_follows_a_log_to_its_next_key(settings: Settings, tmp_path: Path) -> None:
    """
    Pinned at the first start, followed at a later one; whoever comes new learns all keys.
    """
    pinned, late = tmp_path / "reader", tmp_path / "late"
    for home in (pinned, late):
        home.mkdir()
    with serving_inside(settings):
        first = await learned(settings, pinned)
    assert "active" == rotate(settings)["state"]
    with serving_inside(settings):
        followed = await learned(settings, pinned)
        fresh = await learned(settings, late)
        mine = await learned(settings, settings.home, is_own=True)

    assert (first, 2) == (followed.former[0], len(followed.history))
    assert followed.history == fresh.history == mine.history
    assert followed.lines() == (pinned / FILE).read_text()
    # With the ledger away, the pinned key will do.
    assert followed == await learned(settings, pinned)


async def test_without_a_ledger_there_is_no_key(settings: Settings, tmp_path: Path) -> None:
    """
    Nothing was pinned and nobody answers: one line says what to do.
    """
    with pytest.raises(StartError) as caught:
        await learned(settings, tmp_path)
    assert "no_log_key" == caught.value.problem.error
    with pytest.raises(StartError):
        LogKey(tmp_path, settings.base).current()


def test_a_former_key_signs_for_ninety_days(settings: Settings) -> None:
    """
    Then its private half is destroyed, and it stays in the file for what it signed.
    """
    end_overlap(KeyStore(settings.home / "none"), utc_now())
    prepare(settings)
    store = KeyStore(settings.home / "keys")
    rotate(settings)

    for later, beside in [(OVERLAP - timedelta(minutes=1), 1), (OVERLAP * 2, 0)]:
        end_overlap(store, utc_now() + later)
        own = own_log(settings.home, store, "")
        assert (beside, 1 - beside) == (len(own.beside), len(own.retired))
        assert own.note_signer().verifier_key.lines() == (settings.home / FILE).read_text()
        assert 2 == len(own.note_signer().verifier_key.history)
    states = [key.state for key in store.all("log")]
    assert [KeyState.ACTIVE, KeyState.RETIRED] == states
