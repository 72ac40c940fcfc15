"""The self-check: an institution pastes a request and reads what is wrong with it, and why."""

from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from verifiers.onboarding.report import Outcome
from verifiers.verifier import Verifiers
from web.kit import PersonRole, RoomPages

SELF_CHECK: Final = "/verifiers/self-check"


def self_check_pages(verifiers: Verifiers, room: RoomPages, router: APIRouter) -> APIRouter:
    """Return ``/verifiers/self-check``; nothing that is pasted is kept, fetched or sent."""

    @router.get(SELF_CHECK)
    async def start(request: Request) -> Response:
        visitor = await room.visitor(request, PersonRole.INSTITUTION)
        return room.page(request, "verifiers/self_check.html", visitor, report=None, by={})

    @router.post(SELF_CHECK)
    async def look(request: Request) -> Response:
        visitor = await room.visitor(request, PersonRole.INSTITUTION)
        form = await room.form(request, visitor)
        report = verifiers.look_over(form.one("pasted"))
        by = {
            outcome.value: [each for each in report.findings if each.outcome is outcome]
            for outcome in Outcome
        }
        return room.page(request, "verifiers/self_check.html", visitor, report=report, by=by)

    return router
