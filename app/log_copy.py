"""Copies of the log, taken from a running service into a folder; `app.log_audit` reads them."""

import asyncio
from pathlib import Path

from app.errors import CommandError
from app.service_client import ServiceClient
from consent.auditing.export import Exported, export_log
from consent.errors import ConsentError
from web.errors import Party

# A full entry bundle of the largest leaves is far smaller; tiles are 8 KiB.
FILE_LIMIT = 1024 * 1024


async def copy_log(client: ServiceClient, log_path: str, directory: Path) -> Exported:
    """Copy the log served at ``log_path`` into a folder, whole or not at all usable."""

    async def fetch(path: str) -> bytes:
        return await client.public(f"{log_path}/{path}", limit=FILE_LIMIT)

    try:
        return await export_log(fetch, lambda path, octets: _write(directory / path, octets))
    except ConsentError as error:
        raise CommandError(error.failure.value, Party.LEDGER, error.detail) from None
    except OSError as error:
        detail = f"{directory} cannot be written: {error.strerror}"
        raise CommandError("unwritable", Party.CALLER, detail) from None


def copy_log_from(url: str, home: Path, directory: Path) -> None:
    """Copy the log of a service, named by its base address or by the log's own."""
    base, found, _ = url.rstrip("/").partition("/consent/log")

    async def copy() -> None:
        async with ServiceClient(base, home) as client:
            await copy_log(client, found or "/consent/log", directory)

    asyncio.run(copy())


def _write(path: Path, octets: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(octets)
