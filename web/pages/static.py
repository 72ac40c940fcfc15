"""The files pages load."""

from http import HTTPStatus
from typing import Final

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import Response

from web.static_files import static_file

# The address names the content, so a cache may keep it as long as it likes.
_FOREVER: Final = "public, max-age=31536000, immutable"


def static_pages() -> APIRouter:
    """Return the route of the listed files."""
    router = APIRouter(include_in_schema=False)

    @router.get("/static/{digest}/{name}")
    @router.get("/static/{digest}/{name:path}/{file}")
    async def static(digest: str, name: str, file: str = "") -> Response:
        found = static_file(digest, f"{name}/{file}" if file else name)
        if found is None:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        headers = {"Cache-Control": _FOREVER}
        if found.policy is not None:
            headers["Content-Security-Policy"] = found.policy
        return Response(found.octets, media_type=found.media_type, headers=headers)

    return router
