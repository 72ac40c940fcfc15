"""Freezing a log: its files into a folder, and nothing appended any more."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

from app.database import engine_for
from app.errors import CommandError
from app.installation import Installation
from app.log_audit import audit_copy
from app.log_key import own_log
from app.production import FROZEN_MARKER
from app.wiring.witnesses import Witnesses
from consent.auditing.export import CHECKPOINT, VKEY, Exported, export_log
from consent.cosigned_files import CosignedFiles
from consent.errors import ConsentError
from consent.log_files import LogFiles
from consent.store import ConsentStore
from consent.tlog.signed_note import NoteSigner
from keys import private_files
from web.errors import Party


async def freeze(installation: Installation, anchor: Path | None, directory: Path) -> Exported:
    """End a log: its files go into a folder, and this data directory serves it no more.

    The service is stopped, or on SQLite this is refused (ledger_in_use). Asks the witnesses for
    the last checkpoint first. Raises ``CommandError``.
    """
    settings = installation.settings
    engine = engine_for("consent", settings)
    store = ConsentStore(engine)
    signer = own_log(settings.home, installation.store, installation.host).note_signer()
    writer = store.writer(signer, anchor)
    files = LogFiles(store, signer.verifier_key)
    try:
        await asyncio.to_thread(writer.open)
        await _cosigned(installation, files, signer, store)
        exported = await _exported(files, signer, store, directory)
        report = await asyncio.to_thread(audit_copy, directory, key=signer.verifier_key)
        if not report.ok:
            raise CommandError("store_damaged", Party.LEDGER, report.first_line())
        private_files.replace(settings.home / FROZEN_MARKER, (directory / CHECKPOINT).read_bytes())
    except ConsentError as error:
        raise CommandError(error.failure.value, Party.LEDGER, error.detail) from None
    except OSError as error:
        detail = f"{directory} cannot be written: {error.strerror}"
        raise CommandError("unwritable", Party.CALLER, detail) from None
    finally:
        await asyncio.to_thread(writer.close)
        await files.close()
        await engine.dispose()
    return exported


async def _cosigned(
    installation: Installation, files: LogFiles, signer: NoteSigner, store: ConsentStore
) -> None:
    witnesses = Witnesses(installation, files, signer.verifier_key, store)
    try:
        await witnesses.ask_all()
    finally:
        await witnesses.stop()


async def _exported(
    files: LogFiles, signer: NoteSigner, store: ConsentStore, directory: Path
) -> Exported:
    cosigned = CosignedFiles(store.cosignatures, files)
    notes: Mapping[str, bytes] = {
        CHECKPOINT: (await cosigned.checkpoint()).encode(),
        VKEY: signer.verifier_key.lines().encode(),
    }

    async def fetch(path: str) -> bytes:
        return notes[path] if path in notes else await files.tile(path)

    def write(path: str, octets: bytes) -> None:
        (directory / path).parent.mkdir(parents=True, exist_ok=True)
        (directory / path).write_bytes(octets)

    return await export_log(fetch, write)
