"""What the doctor sees, and what it says to do when something is not well."""

import asyncio
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from app import examination
from app.cli.doctor import examine
from app.clock import utc_now
from app.database import engine_for
from app.database_examination import look_at_database, look_at_ledger
from app.errors import CommandError, StartError
from app.examination import (
    look_at_certificates,
    look_at_clock,
    look_at_directory,
    look_at_disk,
    look_at_keys,
    look_at_pictures,
    look_at_trust_list,
)
from app.keyring import RENEWAL
from app.main import create_app
from app.serve import prepare
from app.settings import Role, Settings
from app.wiring.witnesses import policy_of
from app.witness_examination import SILENT, look_at_witnesses
from consent.cosignatures import Given
from consent.store.cosignatures import CosignatureTables
from consent.store.tables import entries, head
from consent.tlog.cosignature import Cosigner
from keys.jwk import Algorithm
from keys.signer import SoftwareSigner
from tests.app.conftest import Commands, Service, free_port
from web.qr_reading import PictureError, PictureFailure


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A ledger that was started once and stopped."""
    home = tmp_path_factory.mktemp("started") / "var"
    settings = Settings(home=home, port=free_port(), role=Role.CONSENT, demo=True)
    prepare(settings)
    app = create_app(settings)

    async def start_and_stop() -> None:
        async with app.router.lifespan_context(app):
            pass

    asyncio.run(start_and_stop())
    return settings


@pytest.fixture
def settings(started: Settings, tmp_path: Path) -> Settings:
    """A copy of it for one test to break."""
    shutil.copytree(started.home, tmp_path / "var")
    return started.model_copy(update={"home": tmp_path / "var"})


@contextmanager
def not_well(expected: str) -> Iterator[pytest.ExceptionInfo[CommandError]]:
    """Expect a look to find something, and to say what to do."""
    with pytest.raises(CommandError) as caught:
        yield caught
    assert expected in caught.value.problem.detail
    assert ": " in caught.value.problem.detail, "what to do comes after the colon"


def test_a_running_service_is_well(service: Service) -> None:
    """
    Every look is well, each is named, and the log is counted.
    """
    report = Commands(service).json("doctor")

    assert report["ok"], report
    assert {"ok", "settings", "checks"} == set(report)
    looks = {check["check"]: check["seen"] for check in report["checks"]}
    assert [
        *("mode", "start", "transport", "directory", "disk", "clock", "keys", "certificates"),
        *("trust list", "signers", "database web", "database issuers", "database wallet"),
        *("database verifiers", "database consent", "database record_keys", "ledger"),
        *("witnesses", "pictures", "service", "status lists", "late uses"),
        "clock differences",
    ] == [check["check"] for check in report["checks"]]
    assert "entries" in looks["ledger"]
    assert "issuer 36" in looks["certificates"]


def test_a_service_is_looked_at_where_it_runs(service: Service) -> None:
    """
    With ``--server`` alone the settings of the shell may name another port.
    """
    elsewhere = Commands(replace(service, port=1))
    looks = elsewhere.json("doctor", "--server", service.base)["checks"]

    assert [] == [look["seen"] for look in looks if not look["ok"]]
    [lists] = [look["seen"] for look in looks if look["check"] == "status lists"]
    assert "signed and fresh" in lists


def test_an_empty_directory_is_not_well_and_not_an_error(tmp_path: Path) -> None:
    """
    Every look ends in a word, also where there is nothing to look at.
    """
    settings = Settings(home=tmp_path / "nothing", port=free_port())
    checks = {check.name: check for check in examine(settings, settings.base)}

    for name in ("directory", "keys", "certificates", "trust list", "ledger", "service"):
        assert not checks[name].ok, name
    for name in ("database web", "database consent", "database record_keys"):
        assert "start the service once" in checks[name].seen


@pytest.mark.parametrize("path", [".", "keys", "consent.sqlite", "sign-in/operator.token"])
def test_what_others_may_read_is_named(settings: Settings, path: str) -> None:
    """
    H100: one open directory or file is told with its mode and the command that closes it.
    """
    assert "for its owner alone" in look_at_directory(settings)
    (settings.home / path).chmod(0o755)

    with not_well("mode 755"):
        look_at_directory(settings)


def test_a_full_disk_is_told(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Below a gibibyte the ledger is about to stop.
    """
    assert "GiB free" in look_at_disk(settings)
    assert "GiB free" in look_at_disk(settings.model_copy(update={"home": Path("/nowhere")}))
    monkeypatch.setattr(examination, "FREE_OCTETS", 2**80)

    with not_well("make room"):
        look_at_disk(settings)


def test_a_wrong_clock_is_told(settings: Settings) -> None:
    """
    H100: one that was never set, and one that is behind what was written here.
    """
    assert look_at_clock(settings, utc_now()).endswith("Z")

    with not_well("set it"):
        look_at_clock(settings, datetime(1970, 1, 1, tzinfo=UTC))
    with not_well("behind the files"):
        look_at_clock(settings, utc_now() - timedelta(minutes=10))


def test_certificates_are_told_before_they_end(settings: Settings) -> None:
    """
    A start renews a month before the end: whoever runs longer is told to restart.
    """
    now = utc_now()
    assert "issuer 36" in look_at_certificates(settings, now)

    with not_well("restart the service"):
        look_at_certificates(settings, now + timedelta(days=365) - RENEWAL)
    for ring in (settings.home / "keys").glob("*-*.ring"):
        ring.unlink()
    with not_well("start the service once"):
        look_at_certificates(settings, now)


def test_keys_and_trust_list_are_counted(settings: Settings) -> None:
    """
    An expired list is told by the list itself.
    """
    now = utc_now()
    assert "names" in look_at_keys(settings)
    assert "roots, 0 hours old" in look_at_trust_list(settings, now)

    with pytest.raises(CommandError):
        look_at_trust_list(settings, now + timedelta(days=31))


def test_a_library_that_cannot_read_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Both libraries are tried by doing what they are for.
    """
    assert "drawn and read" in look_at_pictures()

    def blind(_octets: bytes) -> str:
        raise PictureError(PictureFailure.NO_CODE)

    monkeypatch.setattr(examination, "read_picture_now", blind)
    with not_well("install the program again"):
        look_at_pictures()
    monkeypatch.setattr(examination, "read_picture_now", lambda _octets: "another")
    with not_well("install the program again"):
        look_at_pictures()


async def test_a_database_is_held_to_its_revision(settings: Settings) -> None:
    """
    The newest is well; tables of an older program, a broken file and no file are not.
    """
    assert "at consent_0" in await look_at_database(settings, "consent")

    with not_well("start the service once"):
        await look_at_database(settings, "wallet")
    (settings.home / "web.sqlite").write_bytes(b"not a database" * 100)
    with not_well("restore a backup"):
        await look_at_database(settings, "web")
    (settings.home / "record_keys.sqlite").write_bytes(b"not a database" * 100)
    with not_well("move its file away"):
        await look_at_database(settings, "record_keys")
    engine = engine_for("consent", settings)
    async with engine.begin() as connection:
        await connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'consent_0001'")
    await engine.dispose()
    with not_well("is at revision consent_0001"):
        await look_at_database(settings, "consent")


async def test_a_database_server_that_is_away_is_told(settings: Settings) -> None:
    """
    By its variable, never by its password.
    """
    url = f"postgresql://u:secret@127.0.0.1:{free_port()}/x"
    away = settings.model_copy(update={"database_url": url})

    with not_well("MYDATA_DATABASE_URL") as told:
        await look_at_database(away, "consent")

    assert "secret" not in str(told.value.problem)
    assert "secret" not in str(told.value)


async def test_witnesses_that_are_silent_are_named(settings: Settings, tmp_path: Path) -> None:
    """
    Each witness of the policy has cosigned within three minutes, or is named with its address.
    """
    key = Cosigner("w.example", SoftwareSigner.generate(Algorithm.ED25519)).verifier_key
    policy = tmp_path / "policy"
    policy.write_text(f"witness regulator {key.text()} https://w.example/w\nquorum regulator\n")
    wallet = settings.model_copy(update={"role": Role.WALLET})
    asking = settings.model_copy(update={"witnesses": policy})
    now = utc_now()

    assert "nobody but the log itself" in await look_at_witnesses(settings, now)
    assert "another service" in await look_at_witnesses(wallet, now)
    with not_well("regulator at https://w.example/w"):
        await look_at_witnesses(asking, now)
    engine = engine_for("consent", settings)
    await CosignatureTables(engine).keep(Given("regulator", 0, "line\n", now))
    await engine.dispose()
    assert "regulator: all cosigned lately" == await look_at_witnesses(asking, now)
    with not_well("regulator"):
        await look_at_witnesses(asking, now + SILENT + timedelta(seconds=1))
    with not_well("start the service once"):
        await look_at_witnesses(asking.model_copy(update={"home": tmp_path / "none"}), now)
    (settings.home / "consent.sqlite").write_bytes(b"no database")
    with not_well("cannot be read"):
        await look_at_witnesses(asking, now)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "cannot be read"),
        (b"\xff", "cannot be read"),
        (b"quorum nobody\n", "line 1"),
        (b"quorum none\n", "no witness has an address"),
    ],
    ids=["none", "not text", "no policy", "nobody to ask"],
)
def test_a_policy_that_names_nobody_forbids_the_start(
    settings: Settings, tmp_path: Path, text: bytes | None, said: str
) -> None:
    """
    Whoever sets witnesses means it: the start stops in one line with the file's name.
    """
    file = tmp_path / "policy"
    if text is not None:
        file.write_bytes(text)

    with pytest.raises(StartError) as caught:
        policy_of(settings.model_copy(update={"witnesses": file}))

    assert ("witnesses_unreadable", True) == (
        caught.value.problem.error,
        str(file) in caught.value.problem.detail,
    )
    assert said in caught.value.problem.detail


async def test_the_ledger_is_held_to_its_anchor(settings: Settings) -> None:
    """
    A log that is not what was signed is told with what to do, and nothing is changed.
    """
    assert "0 entries" in await look_at_ledger(settings)
    wallet = settings.model_copy(update={"role": Role.WALLET})
    assert "another service keeps it" == await look_at_ledger(wallet)

    engine = engine_for("consent", settings)
    async with engine.begin() as connection:
        await connection.execute(update(head).values(size=1))
    with not_well("restore a backup"):
        await look_at_ledger(settings)
    async with engine.begin() as connection:
        await connection.execute(delete(entries))
        await connection.execute(delete(head))
    await engine.dispose()
    with not_well("start the service once"):
        await look_at_ledger(settings)
