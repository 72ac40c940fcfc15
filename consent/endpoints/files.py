"""The log's static files, as C2SP tlog-tiles says; all may read them."""

from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from consent.endpoints.refusals import refusal
from consent.errors import ConsentError
from consent.ledger import Ledger
from consent.pruning import FILE, Pruning

# A checkpoint is good until the next one; a tile is good for ever.
_FRESH: Final = "no-cache"
_IMMUTABLE: Final = "public, max-age=31536000, immutable"


def add_files(router: APIRouter, ledger: Ledger, pruning: Pruning) -> None:
    """Add the log's address to ``router``; what is pruned is denied, and still there."""

    async def _octets(path: str) -> bytes:
        if path == FILE:
            return pruning.text().encode()
        if path.startswith("tile/"):
            pruning.check(path)
        return await ledger.file(path)

    @router.get("/log/{path:path}")
    async def read(path: str) -> Response:
        """Return a static file of the log."""
        try:
            octets = await _octets(path)
        except ConsentError as refused:
            return refusal(refused)
        if path.startswith("tile/"):
            headers = {"Cache-Control": _IMMUTABLE}
            return Response(octets, media_type="application/octet-stream", headers=headers)
        headers = {"Cache-Control": _FRESH}
        kind = "csv" if path.endswith(".csv") else "plain"
        return Response(octets, media_type=f"text/{kind}; charset=utf-8", headers=headers)
