"""The record of consents; and all pages put together."""

import re
from functools import partial
from http import HTTPStatus
from typing import Final

from fastapi import APIRouter, FastAPI
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
from app.settings import Role
from app.wiring.part import Part
from consent.checkpoint import open_checkpoint
from consent.signed_note import VerifierKey
from web.errors import Party, WebError
from web.kit import Kit, RoomPages
from web.page_problem import PageProblem, problem_of
from web.replies import answer_web_error

_PAGE: Final = re.compile(
    r"/|/(?:issuers|wallet|wallet/ask|wallet/open/[^/]+|verifiers|verifiers/checks/[^/]+|consent|pages/.*)"
)


def wire_pages(installation: Installation, kit: Kit) -> list[Part]:
    """Return the pages of demo mode, as one more part of the application."""
    settings = installation.settings
    if not settings.demo or settings.role is not Role.ALL:
        return []
    visits = Visits(kit.room())
    client = ServiceClient(settings.base, settings.home, authority_file=settings.authority_file)
    opened = OpenRequests()
    router = APIRouter(include_in_schema=False)
    router.include_router(start_pages(client, visits))
    router.include_router(citizen_pages(client, visits, opened))
    router.include_router(institution_pages(client, visits, opened))
    router.include_router(short_links(opened))
    return [Part("pages", router, _nothing, _nothing, client.aclose)]


def answer_problems(app: FastAPI, kit: Kit) -> None:
    """Answer refusals as pages where a person reads them."""
    visits = kit.room()
    for kind in (CommandError, WebError):
        app.add_exception_handler(kind, partial(_answer_problem, visits))


async def _nothing() -> None:
    """Pages hold nothing that must be made ready."""


def start_pages(client: ServiceClient, visits: Visits) -> APIRouter:
    """Return the page ``/consent``."""
    router = APIRouter(include_in_schema=False)

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

    return router


async def _answer_problem(visits: RoomPages, request: Request, error: Exception) -> Response:
    """Answer a refusal as a page where a person reads it, as JSON everywhere else."""
    is_page = _PAGE.fullmatch(request.url.path) is not None
    match error:
        case WebError():
            if not is_page:
                return await answer_web_error(request, error)
            problem = problem_of(error, "/")
        case CommandError(problem=told):
            if not is_page:
                return await answer_command_error(request, error)
            party = Party(told.party)
            problem = PageProblem(told.error, party, HTTPStatus.BAD_REQUEST, told.detail)
        case _:
            raise error
    return await visits.problem_page(request, problem)
