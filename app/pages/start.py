"""The start page, the record of consents, languages and styles; and all pages put together."""

import re
from functools import partial
from http import HTTPStatus
from typing import Final

from fastapi import APIRouter, FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from app.answers import answer_command_error
from app.errors import CommandError
from app.installation import Installation
from app.pages.citizen import citizen_pages, events
from app.pages.institution import institution_pages
from app.pages.links import short_links
from app.pages.requests_open import OpenRequests
from app.pages.visits import Visits
from app.service_client import ServiceClient
from app.wiring.part import Part
from consent.checkpoint import open_checkpoint
from consent.signed_note import VerifierKey
from web.errors import WebError
from web.language import choose_language
from web.page import STATIC
from web.replies import answer_web_error

# The address names the content (``?v=``), so a cache may keep it as long as it likes.
_FOREVER: Final = "public, max-age=31536000, immutable"
_STATIC: Final = {"style.css": "text/css", "icon.svg": "image/svg+xml"}
_PAGE: Final = re.compile(
    r"/|/(?:issuers|wallet|wallet/ask|wallet/open/[^/]+|verifiers|verifiers/checks/[^/]+|consent|pages/.*)"
)


def wire_pages(installation: Installation, visits: Visits) -> Part:
    """Return the pages of demo mode, as one more part of the application."""
    settings = installation.settings
    client = ServiceClient(settings.base, settings.home, authority_file=settings.authority_file)
    opened = OpenRequests()
    router = APIRouter(include_in_schema=False)
    router.include_router(start_pages(client, visits))
    router.include_router(citizen_pages(client, visits, opened))
    router.include_router(institution_pages(client, visits, opened))
    router.include_router(short_links(opened))
    return Part("pages", router, _nothing, _nothing, client.aclose)


def answer_problems(app: FastAPI, visits: Visits) -> None:
    """Answer refusals as pages where a person reads them."""
    for kind in (CommandError, WebError):
        app.add_exception_handler(kind, partial(_answer_problem, visits))


async def _nothing() -> None:
    """Pages hold nothing that must be made ready."""


def start_pages(client: ServiceClient, visits: Visits) -> APIRouter:
    """Return the pages ``/`` and ``/consent``, the language switch and the style sheet."""
    router = APIRouter(include_in_schema=False)

    @router.get("/")
    async def start(request: Request) -> Response:
        return visits.page(request, "start.html")

    @router.get("/consent")
    async def record(request: Request) -> Response:
        note = (await client.public("/consent/log/checkpoint")).decode()
        log_key = VerifierKey.parse((await client.public("/consent/log/vkey")).decode())
        checkpoint = open_checkpoint(note, log_key=log_key)
        return visits.page(
            request,
            "record.html",
            note=note,
            size=checkpoint.size,
            root=checkpoint.root.hex(),
            history=await events(client),
        )

    @router.get("/language/{tag}")
    async def language(tag: str, back: str = "/") -> Response:
        return visits.remember_language(choose_language(tag), back)

    @router.get("/static/{name}")
    async def static(name: str) -> Response:
        media_type = _STATIC.get(name)
        if media_type is None:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        octets = (STATIC / name).read_bytes()
        return Response(octets, media_type=media_type, headers={"Cache-Control": _FOREVER})

    return router


async def _answer_problem(visits: Visits, request: Request, error: Exception) -> Response:
    """Answer a refusal as a page where a person reads it, as JSON everywhere else."""
    is_page = _PAGE.fullmatch(request.url.path) is not None
    match error:
        case WebError(problem=problem, status=status):
            if not is_page:
                return await answer_web_error(request, error)
        case CommandError(problem=problem):
            status = HTTPStatus.BAD_REQUEST
            if not is_page:
                return await answer_command_error(request, error)
        case _:
            raise error
    return visits.page(request, "problem.html", status=status, problem=problem)
