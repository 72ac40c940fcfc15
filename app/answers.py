"""Answers that belong to no room: the list of addresses, and whatever a room did not answer."""

from fastapi import APIRouter, FastAPI
from starlette.requests import Request
from starlette.responses import Response

from web.kit import RoomPages


def documentation(app: FastAPI, room: RoomPages) -> APIRouter:
    """Return ``/docs``: every address of this role, from the same source as ``/openapi.json``.

    Server-drawn, because the usual page loads its scripts from another host.
    """
    router = APIRouter(include_in_schema=False)

    @router.get("/docs")
    async def docs(request: Request) -> Response:
        operations = [
            (method.upper(), path, operation.get("description", operation.get("summary", "")))
            for path, methods in sorted(app.openapi()["paths"].items())
            for method, operation in methods.items()
        ]
        visitor = await room.guest(request)
        return room.page(request, "docs.html", visitor, title=app.title, operations=operations)

    return router
