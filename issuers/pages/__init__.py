"""The pages of this room: a citizen applies, an officer works at the authority's desk."""

from pathlib import Path

from fastapi import APIRouter

from issuers.issuer import Issuers
from issuers.pages.accesses import access_pages
from issuers.pages.applying import applying_pages
from issuers.pages.authorize import authorize_pages
from issuers.pages.book import book_pages
from issuers.pages.certificates import certificate_pages
from issuers.pages.citizens import citizen_pages
from issuers.pages.day import day_pages
from issuers.pages.desk_mandates import desk_mandate_pages
from issuers.pages.handing import handing_pages
from issuers.pages.links import link_pages
from issuers.pages.mandates import mandate_pages
from issuers.pages.problems import desk_problem_of, problem_of
from issuers.pages.queue import queue_pages
from issuers.pages.readiness import readiness_pages
from issuers.pages.refusing import refusing_pages
from issuers.pages.register import register_pages
from issuers.pages.revoking import revoking_pages
from issuers.pages.rooms import Rooms
from issuers.pages.sealed import Seal
from web.kit import Kit

__all__ = ["pages"]

_OPEN_PARTS = (applying_pages, authorize_pages, mandate_pages, link_pages)
_DESK_PARTS = (
    citizen_pages,
    handing_pages,
    certificate_pages,
    book_pages,
    register_pages,
    revoking_pages,
    access_pages,
    refusing_pages,
    day_pages,
    queue_pages,
    desk_mandate_pages,
    readiness_pages,
)


def pages(issuers: Issuers, kit: Kit) -> APIRouter:
    """Return every page under ``/issuers``; an officer sees one authority's things alone (H90)."""
    room = kit.room(Path(__file__).parent)
    rooms = Rooms(issuers, room, Seal(kit.surroundings.secret))
    router = room.router(problem_of)
    for part in _OPEN_PARTS:
        router.include_router(part(rooms, room.router(problem_of)))
    for part in _DESK_PARTS:
        router.include_router(part(rooms, room.router(desk_problem_of)))
    return router
