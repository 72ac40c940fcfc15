"""Logs of years that are over: their static files, each under an address of its own."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Final, TypeAlias

from fastapi import APIRouter
from starlette.responses import Response

from consent.endpoints.refusals import refusal
from consent.errors import ConsentError, ConsentFailure
from consent.tlog.tiles import TileAddress

Read: TypeAlias = Callable[[str], bytes | None]
"""The octets of a file of a frozen log, None when there is no such file."""

# Beside the tiles; nothing of a frozen log ever changes.
FILES: Final = frozenset({"checkpoint", "vkey", "key-history"})
_IMMUTABLE: Final = "public, max-age=31536000, immutable"


def frozen_routes(shards: Mapping[str, Read]) -> APIRouter:
    """Return the addresses of the frozen logs, for the room's own router, by folder."""
    router = APIRouter(prefix="/frozen", tags=["ledger"])

    @router.get("/{shard}/{path:path}")
    async def read(shard: str, path: str) -> Response:
        """Return a static file of a frozen log."""
        try:
            octets = _octets(shards, shard, path)
        except ConsentError as refused:
            return refusal(refused)
        kind = "text/plain; charset=utf-8" if path in FILES else "application/octet-stream"
        headers = {"Cache-Control": _IMMUTABLE, "Content-Type": kind}
        return Response(octets, HTTPStatus.OK, headers=headers)

    return router


def _octets(shards: Mapping[str, Read], shard: str, path: str) -> bytes:
    if path not in FILES:
        # Only what is spelt as a tile's path reaches the file system.
        TileAddress.parse(path)
    octets = shards[shard](path) if shard in shards else None
    if octets is None:
        raise ConsentError(ConsentFailure.NOT_FOUND, "no log that is frozen here has such a file")
    return octets
