"""Whether this process runs, whether it can work, and what it counts."""

import asyncio
from collections.abc import Sequence
from http import HTTPStatus
from typing import Final

from fastapi import APIRouter
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import Response

from app.authorisation import CallerRole, Gate
from app.errors import CommandError
from app.logging_fields import place_of
from app.logging_pipe import log
from app.metrics import CONTENT_TYPE, Metrics
from app.wiring.part import Part
from consent.errors import ConsentError
from keys.errors import KeysError
from keys.strict_json import JsonObject, JsonValue
from web.errors import Party, Problem
from web.replies import NO_STORE, json_reply, problem_reply

# Whoever asks gives up after five seconds; "not ready" must come before that.
READY_SECONDS: Final = 4.0


def health(parts: Sequence[Part], gate: Gate, metrics: Metrics) -> APIRouter:
    """Return ``/healthz`` (this process runs), ``/readyz`` (every room can work), ``/metrics``."""
    router = APIRouter()

    @router.get("/healthz")
    async def healthz() -> Response:
        """Say that the process runs."""
        return json_reply({"status": "ok"})

    @router.get("/readyz")
    async def readyz() -> Response:
        """Say that every room is ready, or which ones are not.

        An authority that may sign nothing now is named and takes no room out of service: what
        was issued before needs its status lists all the more.
        """
        ready = await asyncio.gather(*map(_is_ready, parts))
        missing = [part.name for part, answer in zip(parts, ready, strict=True) if not answer]
        if missing:
            problem = Problem("not_ready", Party.NETWORK, f"{', '.join(missing)} is not ready")
            return problem_reply(HTTPStatus.SERVICE_UNAVAILABLE, problem)
        hindered = await _hindrances(parts)
        rooms: list[JsonValue] = [part.name for part in parts]
        return json_reply({"status": "ready", "rooms": rooms, "hindered": hindered})

    @router.get("/metrics")
    async def measured(request: Request) -> Response:
        """Say what this process counts and measures, in Prometheus' text form."""
        gate.authorize(request, CallerRole.OPERATOR)
        headers = {"Content-Type": CONTENT_TYPE, "Cache-Control": NO_STORE}
        return Response(await metrics.text(), headers=headers)

    return router


async def _hindrances(parts: Sequence[Part]) -> JsonObject:
    """Return what cannot be done now, by who would do it; why not is a code."""
    found: JsonObject = {}
    for part in parts:
        if part.hindrances is not None:
            found |= await part.hindrances()
    for reason in found.values():
        log().error("hindered", outcome=reason)
    return found


async def _is_ready(part: Part) -> bool:
    """Tell whether one room is ready; why not is for the log."""
    try:
        async with asyncio.timeout(READY_SECONDS):
            await part.ready()
    except (SQLAlchemyError, CommandError, ConsentError, KeysError, OSError) as error:
        log().error("not_ready", room=part.name, **place_of(error))
        return False
    return True
