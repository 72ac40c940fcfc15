"""The record of consents; and all pages put together."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

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
from web.kit import Kit


def wire_pages(installation: Installation, kit: Kit) -> list[Part]:
    """Return the pages of demo mode, as one more part of the application."""
    settings = installation.settings
    if not settings.demo or settings.role is not Role.ALL:
        return []
    visits = Visits(kit.room())
    client = ServiceClient(settings.base, settings.home, authority_file=settings.authority_file)
    opened = OpenRequests()
    router = visits.router()
    router.include_router(start_pages(client, visits))
    router.include_router(citizen_pages(client, visits, opened))
    router.include_router(institution_pages(client, visits, opened))
    router.include_router(short_links(visits, opened))
    return [Part("pages", router, _nothing, _nothing, client.aclose)]


async def _nothing() -> None:
    """Pages hold nothing that must be made ready."""


def start_pages(client: ServiceClient, visits: Visits) -> APIRouter:
    """Return the page ``/consent``."""
    router = visits.router()

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
