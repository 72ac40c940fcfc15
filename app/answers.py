"""Answers that belong to no room: health, and the list of addresses."""

import logging
from collections.abc import Sequence
from http import HTTPStatus

from fastapi import APIRouter, FastAPI
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import Response

from app.wiring.part import Part
from consent.errors import ConsentError
from web.errors import Party, Problem
from web.kit import RoomPages
from web.replies import json_reply, problem_reply

_LOG = logging.getLogger("mydata")


def health(parts: Sequence[Part]) -> APIRouter:
    """Return ``/healthz`` (this process runs) and ``/readyz`` (every room can work)."""
    router = APIRouter()

    @router.get("/healthz")
    async def healthz() -> Response:
        """Say that the process runs."""
        return json_reply({"status": "ok"})

    @router.get("/readyz")
    async def readyz() -> Response:
        """Say that every room is ready, or which one is not."""
        for part in parts:
            try:
                await part.ready()
            except (SQLAlchemyError, ConsentError, OSError):
                _LOG.exception("%s is not ready", part.name)
                problem = Problem("not_ready", Party.NETWORK, f"{part.name} is not ready")
                return problem_reply(HTTPStatus.SERVICE_UNAVAILABLE, problem)
        return json_reply({"status": "ready", "rooms": [part.name for part in parts]})

    return router


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
