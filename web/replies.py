"""Answers: JSON by orjson, pages by Jinja, problems; nothing is cached unless it says so."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from starlette.responses import Response

from keys.strict_json import JsonValue, dumps
from web.errors import Problem

NO_STORE: Final = "no-store"


def json_reply(
    value: JsonValue,
    status: int = HTTPStatus.OK,
    *,
    cache_control: str = NO_STORE,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return ``value`` as compact JSON."""
    return Response(
        dumps(value),
        status,
        media_type="application/json",
        headers={"Cache-Control": cache_control, **(headers or {})},
    )


def html_reply(page: str, status: int = HTTPStatus.OK) -> Response:
    """Return a rendered page; pages may show personal data and are never stored."""
    return Response(page, status, media_type="text/html", headers={"Cache-Control": NO_STORE})


def problem_reply(status: int, problem: Problem) -> Response:
    """Return ``{"error", "party", "detail"}`` with its status."""
    wanted = {"WWW-Authenticate": "Bearer"} if status == HTTPStatus.UNAUTHORIZED else {}
    return json_reply(problem.as_dict(), status, headers=wanted)
