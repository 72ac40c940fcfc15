"""Records made unopenable, with evidence, by themselves, and for good whatever is restored."""

import shutil
import sqlite3
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import event, func, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine

from consent.auditing.audit import audit
from consent.auditing.export import export_log
from consent.endpoints import routes
from consent.errors import ConsentError, ConsentFailure
from consent.forms.entry import EntryType
from consent.forms.erasure import sign_erasure
from consent.forms.reading import Unopenable
from consent.forms.receipt import EntryProof
from consent.forms.record import EventState
from consent.ledger import Ledger
from consent.ports import EntryFilter, Turn
from consent.store.deposits import deposits
from consent.store.record_keys import RecordKeyStore
from keys import base64url
from tests.consent.sharing import Sharing, counted
from tests.consent.world import NOW, ORIGIN, World, fresh_engine

END = NOW + timedelta(days=1096)


@dataclass
class Shelf:
    """A ledger's folder: its two databases, and ledgers opened on them one after another."""

    folder: Path
    world: World

    @property
    def log(self) -> Path:
        return self.folder / "consent.sqlite"

    @property
    def keys(self) -> Path:
        return self.folder / "consent-keys.sqlite"

    async def open(self) -> tuple[Ledger, AsyncEngine]:
        engine = await fresh_engine(self.log)
        ledger = self.world.ledger(engine)
        await ledger.start()
        return ledger, engine

    def backup(self, path: Path) -> Path:
        """Copy a database as `VACUUM INTO` does, the way a backup is made."""
        copy = path.with_name(f"{path.name}.backup")
        copy.unlink(missing_ok=True)
        with sqlite3.connect(path) as connection:
            connection.execute("VACUUM INTO ?", (str(copy),))
        connection.close()
        return copy

    def restore(self, copy: Path) -> None:
        path = copy.with_suffix("")
        for suffix in ("", "-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        shutil.copy(copy, path)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path, World())


async def close(ledger: Ledger, engine: AsyncEngine) -> None:
    await ledger.close()
    await engine.dispose()


async def why(ledger: Ledger, sharing: Sharing) -> list[Unopenable | None]:
    kept = await ledger.records_of(sharing.pair.label)
    return [each.unopenable for each in kept]


async def sound(ledger: Ledger) -> bool:
    """Export the log and audit the copy, as anyone can."""
    files: dict[str, bytes] = {}
    await export_log(ledger.file, files.__setitem__)
    report = audit(files.get)
    assert report.ok, report.problems[:3]
    return report.ok


async def test_records_end_by_themselves_three_years_after_their_consent(shelf: Shelf) -> None:
    """
    P22: not a day before, then all of the consent; the entries say which commitments, the tree is
    whole, and nothing else is touched.
    """
    ledger, engine = await shelf.open()
    ended = await Sharing(ledger, shelf.world).given()
    await ended.write(EventState.USED)
    lasting = await Sharing(ledger, shelf.world, counted(9)).given()
    commitments = [each.leaf.commitment for each in await ledger.records_of(ended.pair.label)]

    assert 0 == await ledger.tick(NOW + timedelta(days=1095))
    assert [None, None] == await why(ledger, ended)
    assert 1 == await ledger.tick(END)
    assert 0 == await ledger.tick(END + timedelta(days=1))

    assert [Unopenable.SHREDDED] * 2 == await why(ledger, ended)
    assert [None] == await why(ledger, lasting)
    written = await ledger.browsing.page(EntryFilter(type=EntryType.SHREDDED), Turn())
    assert set(commitments) == {each.leaf.commitment for each in written.entries if each.leaf}
    assert await sound(ledger)
    await close(ledger, engine)


async def test_what_is_owed_keeps_its_records(shelf: Shelf) -> None:
    """
    Evidence of a duty that nobody did is not destroyed by waiting.
    """
    ledger, engine = await shelf.open()
    sharing = await Sharing(ledger, shelf.world, counted(9)).given()
    await sharing.write(EventState.WITHDRAWN)
    shelf.world.travel(END)
    while await ledger.tick(END):
        pass

    assert Unopenable.SHREDDED not in await why(ledger, sharing)
    await close(ledger, engine)


async def test_a_holder_may_have_them_erased_when_no_law_keeps_them(shelf: Shelf) -> None:
    """
    After its time a wish is fulfilled at once, with the proof of each entry; a use is then
    refused, because what was agreed to cannot be read any more.
    """
    ledger, engine = await shelf.open()
    sharing = await Sharing(ledger, shelf.world).given()
    await sharing.write(EventState.USED)
    assert sharing.consent is not None
    shelf.world.travel(END)
    token = sign_erasure(
        sharing.consent.record_id,
        pair=sharing.pair,
        audience=ORIGIN,
        signer=shelf.world.holder_signer,
        now=END,
    )

    app = FastAPI()
    app.include_router(routes(ledger))
    path = f"/consent/labels/{base64url.encode(sharing.pair.label)}/erasure"
    async with httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app), base_url="http://ledger"
    ) as client:
        answer = await client.post(
            path, content=token, headers={"content-type": "application/jwt"}
        )

    assert 200 == answer.status_code
    proofs = [EntryProof.parse(each) for each in answer.json()["shredded"]]
    entries = [each.verify(log_key=ledger.log_key).leaf.type for each in proofs]
    assert [EntryType.SHREDDED] * 2 == entries
    assert [Unopenable.SHREDDED] * 2 == await why(ledger, sharing)
    assert 0 == await ledger.tick(END)
    with pytest.raises(ConsentError) as caught:
        await sharing.write(EventState.USED)
    assert ConsentFailure.RECORD_UNOPENABLE == caught.value.failure
    await sharing.write(EventState.WITHDRAWN)  # nobody is kept from taking a consent back
    await close(ledger, engine)


async def test_keys_that_come_back_from_a_backup_are_destroyed_again(shelf: Shelf) -> None:
    """
    H94: a database of keys that should have been in no backup is restored, or was never taken
    along: the log's own list is replayed before anything is served.
    """
    ledger, engine = await shelf.open()
    sharing = await Sharing(ledger, shelf.world).given()
    await sharing.write(EventState.USED)
    older = shelf.backup(shelf.keys)
    await ledger.tick(END)
    await close(ledger, engine)
    shelf.restore(older)

    ledger, engine = await shelf.open()

    assert [Unopenable.SHREDDED] * 2 == await why(ledger, sharing)
    await close(ledger, engine)
    assert 0 == _count_keys(shelf.keys)


async def test_an_older_log_with_newer_keys_says_what_it_cannot_open(shelf: Shelf) -> None:
    """
    H94: a ledger restored from before the erasure has the sealed records and no key to them, and
    no entry that says why, until their time has come in this log too.
    """
    ledger, engine = await shelf.open()
    sharing = await Sharing(ledger, shelf.world).given()
    await sharing.write(EventState.USED)
    older = shelf.backup(shelf.log)
    await ledger.tick(END)
    await close(ledger, engine)
    shelf.restore(older)

    ledger, engine = await shelf.open()

    assert [Unopenable.KEY_MISSING] * 2 == await why(ledger, sharing)
    await ledger.tick(END)
    assert [Unopenable.SHREDDED] * 2 == await why(ledger, sharing)
    assert await sound(ledger)
    await close(ledger, engine)


async def test_an_end_that_nobody_can_read_is_not_told(shelf: Shelf) -> None:
    """
    Without its key a consent cannot be said to have expired, and no tick tries it for ever; its
    holder may have what is left destroyed.
    """
    ledger, engine = await shelf.open()
    until = NOW + timedelta(days=1)
    sharing = await Sharing(ledger, shelf.world, counted(9, until)).given()
    assert sharing.consent is not None
    await close(ledger, engine)
    shelf.keys.unlink()
    ledger, engine = await shelf.open()

    assert 1 == await ledger.tick(until)
    assert 0 == await ledger.tick(until)
    token = sign_erasure(
        sharing.consent.record_id,
        pair=sharing.pair,
        audience=ORIGIN,
        signer=shelf.world.holder_signer,
        now=NOW,
    )
    assert 1 == len(await ledger.asking.erase(sharing.pair.label, token))
    assert [Unopenable.SHREDDED] == await why(ledger, sharing)
    await close(ledger, engine)


async def test_a_lost_database_of_keys_loses_the_records_alone(shelf: Shelf) -> None:
    """
    Every record says that its key is missing; the log goes on, and new records open.
    """
    ledger, engine = await shelf.open()
    lost = await Sharing(ledger, shelf.world).given()
    await close(ledger, engine)
    shelf.keys.unlink()

    ledger, engine = await shelf.open()
    new = await Sharing(ledger, shelf.world).given()

    assert [Unopenable.KEY_MISSING] == await why(ledger, lost)
    assert [None] == await why(ledger, new)
    assert await sound(ledger)
    await close(ledger, engine)


async def test_a_destroyed_key_is_in_no_file(shelf: Shelf) -> None:
    """
    Its octets are overwritten in the database and gone from the write-ahead log, while the ledger
    runs.
    """
    ledger, engine = await shelf.open()
    sharing = await Sharing(ledger, shelf.world).given()
    await sharing.write(EventState.USED)
    with sqlite3.connect(shelf.keys) as connection:
        wrapped = [row[0] for row in connection.execute("SELECT wrapped FROM record_keys")]
    connection.close()
    files = [shelf.keys, shelf.keys.with_name(f"{shelf.keys.name}-wal")]

    def found() -> bool:
        octets = b"".join(each.read_bytes() for each in files if each.exists())
        return any(each in octets for each in wrapped)

    assert found()
    await ledger.tick(END)
    assert not found()
    await close(ledger, engine)


async def test_a_crash_between_entry_and_key_is_made_good(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    H91: the entry is there and the key still is: the next start destroys it, the next tick writes
    no second entry.
    """
    ledger, engine = await shelf.open()
    sharing = await Sharing(ledger, shelf.world).given()
    await sharing.write(EventState.USED)

    def dies(_self: RecordKeyStore, _commitments: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(RecordKeyStore, "destroy", dies)
        with pytest.raises(KeyboardInterrupt):
            await ledger.tick(END)
    await close(ledger, engine)

    ledger, engine = await shelf.open()
    assert [Unopenable.SHREDDED] * 2 == await why(ledger, sharing)
    size = (await ledger.files.head()).size
    await ledger.tick(END)
    assert size == (await ledger.files.head()).size
    await close(ledger, engine)


async def test_a_sealed_record_changed_in_the_database_is_named(shelf: Shelf) -> None:
    """
    H95: other octets open nothing, nor does another's record with its key in this one's place.
    """
    ledger, engine = await shelf.open()
    sharing = await Sharing(ledger, shelf.world).given()
    await Sharing(ledger, shelf.world).given()
    async with engine.connect() as connection:
        query = select(deposits.c.key_id, deposits.c.sealed).order_by(deposits.c.position.desc())
        other = (await connection.execute(query)).first()
    assert other is not None

    for key_id, sealed in (other, (other.key_id, b"\x01" + bytes(60))):
        async with engine.begin() as connection:
            await connection.execute(update(deposits).values(key_id=key_id, sealed=sealed))
        with pytest.raises(ConsentError) as caught:
            await ledger.records_of(sharing.pair.label)
        assert ConsentFailure.STORE_DAMAGED == caught.value.failure
    await close(ledger, engine)


async def test_nothing_is_acknowledged_without_its_key(shelf: Shelf) -> None:
    """
    H92: the disk with the keys fails at the commit: the entry is not written, the process stops
    writing, and a start afterwards goes on.
    """
    ledger, engine = await shelf.open()
    sharing = await Sharing(ledger, shelf.world, counted(9)).given()
    keys = ledger._sequencer._record_keys
    assert isinstance(keys, RecordKeyStore)

    def fail(*_: object) -> None:
        raise OperationalError("COMMIT", {}, sqlite3.OperationalError("disk I/O error"))

    event.listen(keys._writer, "commit", fail)
    with pytest.raises(ConsentError) as caught:
        await sharing.write(EventState.USED)
    assert ConsentFailure.LEDGER_STOPPED == caught.value.failure
    with pytest.raises(ConsentError):
        await ledger.check_ready()
    with pytest.raises(ConsentError):
        await sharing.write(EventState.USED)
    await close(ledger, engine)

    ledger, engine = await shelf.open()
    sharing.ledger = ledger
    await sharing.write(EventState.USED)
    async with engine.connect() as connection:
        rows = (await connection.execute(select(func.count()).select_from(deposits))).scalar_one()
    assert 2 == rows
    await close(ledger, engine)


def _count_keys(path: Path) -> int:
    with sqlite3.connect(path) as connection:
        (count,) = connection.execute("SELECT count(*) FROM record_keys").fetchone()
    connection.close()
    return int(count)
