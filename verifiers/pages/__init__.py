"""The pages of this room: those of an institution's staff, and the one behind a desk's picture."""

from pathlib import Path

from fastapi import APIRouter

from verifiers.offline.supplies import Supplies
from verifiers.pages.challenging import challenge_pages
from verifiers.pages.checks import check_pages
from verifiers.pages.choosing import choosing_pages
from verifiers.pages.embedded import embedded_pages
from verifiers.pages.links import link_pages
from verifiers.pages.offline import offline_pages
from verifiers.pages.online import online_pages
from verifiers.pages.originals import original_pages
from verifiers.pages.owed import owed_pages
from verifiers.pages.printed import desk_pages, printed_pages
from verifiers.pages.problems import problem_of
from verifiers.pages.scanning import scan_pages
from verifiers.pages.selfcheck import self_check_pages
from verifiers.pages.signing_in import CardEntrance, PersonOfRecord, sign_in_pages
from verifiers.verifier import Verifiers
from web.kit import Kit

__all__ = ["pages"]


def pages(
    verifiers: Verifiers,
    supplies: Supplies,
    kit: Kit,
    person_of_record: PersonOfRecord | None = None,
) -> APIRouter:
    """Return every page under ``/verifiers``; each institution sees its own things alone (H90).

    ``person_of_record`` finds whom a card is about in our own register, None where none is served.
    """
    room = kit.room(Path(__file__).parent)
    router = room.router(problem_of)
    for part in (
        choosing_pages,
        scan_pages,
        challenge_pages,
        check_pages,
        owed_pages,
        original_pages,
        link_pages,
        embedded_pages,
        printed_pages,
        desk_pages,
        self_check_pages,
    ):
        router.include_router(part(verifiers, room, room.router(problem_of)))
    entrance = CardEntrance(kit, person_of_record)
    for entered in (online_pages, sign_in_pages):
        router.include_router(entered(verifiers, room, room.router(problem_of), entrance))
    router.include_router(offline_pages(verifiers, supplies, room, room.router(problem_of)))
    return router
