"""Answers that belong to no room: health, and whatever a room did not answer itself."""

import logging
from collections.abc import Sequence
from http import HTTPStatus

from fastapi import APIRouter, FastAPI
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from app.errors import CommandError
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


async def answer_command_error(_request: Request, error: Exception) -> Response:
    """Answer what this installation lacks at the moment, such as a usable trust list."""
    if not isinstance(error, CommandError):
        raise error
    return problem_reply(HTTPStatus.SERVICE_UNAVAILABLE, error.problem)


async def answer_http_error(_request: Request, error: Exception) -> Response:
    """Answer an unknown address or method in the form of every other problem."""
    if not isinstance(error, HTTPException):
        raise error
    status = HTTPStatus(error.status_code)
    code = status.phrase.lower().replace(" ", "_")
    reply = problem_reply(status, Problem(code, Party.CALLER, "there is nothing at this address"))
    reply.headers.update(error.headers or {})
    return reply


async def answer_unforeseen(_request: Request, _error: Exception) -> Response:
    """Answer a bug of ours without telling anything of it; the log has the rest."""
    problem = Problem("internal_error", Party.NETWORK, "something failed here; try again later")
    return problem_reply(HTTPStatus.INTERNAL_SERVER_ERROR, problem)
