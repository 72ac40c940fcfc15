"""The end of a log: nothing appended any more, served for ever, named by the log after it."""

import asyncio
from pathlib import Path

import httpx2
import pytest

from app.database import sqlite_engine
from app.errors import StartError
from app.frozen_logs import frozen_logs
from app.log_audit import audit_copy
from app.log_key import own_log, read_log_key
from app.main import create_app
from app.serve import prepare
from app.settings import Role, Settings
from app.wiring.consent import ANCHOR
from consent.endpoints.frozen import FILES
from consent.forms.entry import EntryType, Leaf, log_label
from consent.freezing import commitment_of
from consent.store import ConsentStore
from consent.tlog.checkpoint import open_checkpoint
from consent.tlog.tiles import decode_bundle
from keys.key_store import KeyStore
from tests.app.conftest import Commands, Service, free_port, serving_inside
from tests.consent.world import authorised

NEXT = "mydata.example/consent/2027"


def ledger_at(home: Path, **more: object) -> Settings:
    given = {"home": home, "port": free_port(), "demo": True, "role": Role.CONSENT, **more}
    return Settings.model_validate(given)


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, Path]:
    """A log of seven entries and its seal that was frozen into a folder."""
    folder = tmp_path_factory.mktemp("ended")
    settings = ledger_at(folder / "var")
    with serving_inside(settings):
        pass
    write_entries(settings, 7)
    frozen = folder / "2026"
    service = Service(settings.base, settings.home, settings.port)
    told = Commands(service).json("consent", "freeze", str(frozen))
    assert 8 == told["size"]
    return settings, frozen


def write_entries(settings: Settings, count: int) -> None:
    signer = own_log(settings.home, KeyStore(settings.home / "keys"), "").note_signer()
    engine = sqlite_engine(settings.home / "consent.sqlite")
    writer = ConsentStore(engine).writer(signer, settings.home / ANCHOR)
    writer.open()
    writer.append([authorised() for _ in range(count)], seal=True)
    writer.close()
    asyncio.run(engine.dispose())


def test_a_frozen_log_is_whole_and_is_not_served_to_writers(
    ended: tuple[Settings, Path],
) -> None:
    """
    Its folder audits by its own key; the service does not start on it again.
    """
    settings, frozen = ended
    key = read_log_key((frozen / "vkey").read_text())

    assert audit_copy(frozen, key=key).ok
    with pytest.raises(StartError) as caught:
        prepare(settings)
    assert "log_frozen" == caught.value.problem.error
    # A wallet or an office on the same data directory goes on.
    prepare(settings.model_copy(update={"role": Role.WALLET}))


def test_the_next_log_begins_with_the_end_of_the_last(
    ended: tuple[Settings, Path], tmp_path: Path
) -> None:
    """
    Its first entry commits to the last checkpoint, once; the old files are served as they were.
    """
    _, frozen = ended
    following = ledger_at(tmp_path / "var", frozen=(frozen,), log_name=NEXT)
    old_key = read_log_key((frozen / "vkey").read_text())
    last = open_checkpoint((frozen / "checkpoint").read_text(), log_key=old_key)
    # The second start finds it written, and writes nothing.
    with serving_inside(following):
        pass
    with serving_inside(following) as running:
        log = f"{running.base}/consent/log"
        key = read_log_key(httpx2.get(f"{log}/vkey").text)
        size = open_checkpoint(httpx2.get(f"{log}/checkpoint").text, log_key=key).size
        bundle = httpx2.get(f"{log}/tile/entries/000.p/{size}").content
        shard = f"{running.base}/consent/frozen/2026"
        for file in frozen.rglob("*"):
            if file.is_file():
                answer = httpx2.get(f"{shard}/{file.relative_to(frozen)}")
                assert file.read_bytes() == answer.content
                assert "immutable" in answer.headers["cache-control"]
        missing = [
            httpx2.get(f"{shard}/{path}").status_code
            for path in ("tile/0/001", "x", "..%2Fvar%2Fconsent.sqlite", "key-history")
        ]
        other = httpx2.get(f"{running.base}/consent/frozen/2025/checkpoint").status_code

    leaves = [Leaf.parse(leaf) for leaf in decode_bundle(bundle)[0]]
    assert NEXT == key.name
    assert (EntryType.FROZEN, log_label(NEXT), commitment_of(last)) == (
        *(leaves[0].type, leaves[0].label),
        leaves[0].commitment,
    )
    assert 1 == [leaf.type for leaf in leaves].count(EntryType.FROZEN)
    assert [404, 404, 404, 404] == missing
    assert 404 == other
    assert "key-history" in FILES


def test_a_log_follows_only_what_ended_before_it_began(
    ended: tuple[Settings, Path], tmp_path: Path
) -> None:
    """
    Not a log of its own name, not after its first entry, not a folder without one.
    """
    settings, frozen = ended
    origin = read_log_key((frozen / "vkey").read_text()).name
    late = ledger_at(tmp_path / "late", log_name=NEXT)
    with serving_inside(late):
        pass
    write_entries(late, 1)
    spoilt = tmp_path / "spoilt"
    spoilt.mkdir()
    (spoilt / "vkey").write_bytes((frozen / "vkey").read_bytes())
    (spoilt / "checkpoint").write_text("nothing")

    for folder, name in [(frozen, origin), (tmp_path, NEXT), (spoilt, NEXT)]:
        with pytest.raises(StartError) as caught:
            frozen_logs(settings.model_copy(update={"frozen": (folder,)}), name)
        assert "frozen_unreadable" == caught.value.problem.error
    app = create_app(late.model_copy(update={"frozen": (frozen,)}))

    async def start() -> None:
        async with app.router.lifespan_context(app):
            pass

    with pytest.raises(StartError) as caught:
        asyncio.run(start())
    assert "frozen_late" == caught.value.problem.error


def test_a_log_keeps_its_name(tmp_path: Path) -> None:
    """
    Another name is another log, and needs a data directory of its own.
    """
    prepare(ledger_at(tmp_path / "var", log_name=NEXT))
    with pytest.raises(StartError) as caught:
        prepare(ledger_at(tmp_path / "var", log_name="mydata.example/consent/2028"))
    assert "log_name" == caught.value.problem.error


def test_a_log_in_use_is_not_frozen(tmp_path: Path) -> None:
    """
    H93: the service is stopped first; a folder that cannot be written ends nothing.
    """
    settings = ledger_at(tmp_path / "var")
    service = Service(settings.base, settings.home, settings.port)
    with serving_inside(settings):
        busy = Commands(service)("consent", "freeze", str(tmp_path / "x"), "--json")
    (tmp_path / "file").write_bytes(b"")
    blocked = Commands(service)("consent", "freeze", str(tmp_path / "file"), "--json")

    assert "ledger_in_use" == busy.answer["error"]
    assert "unwritable" == blocked.answer["error"]
    prepare(settings)
