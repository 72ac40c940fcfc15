"""One certificate at the desk: what it is, its life so far, and what a clerk may do to it."""

from http import HTTPStatus
from typing import Final

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from consent.forms.statutory import rule_of
from issuers.issuance.book import CertificateState, KeptCertificate
from issuers.pages.citizens import CERTIFICATES, found_citizen
from issuers.pages.orders import line
from issuers.pages.problems import back_to
from issuers.pages.rooms import Rooms, Values
from issuers.ports import Change
from issuers.status.standing import Action

# By the word in the address; what the register does by itself is no clerk's to do.
_ACTIONS: Final = {
    action.value: action for action in (Action.REVOKE, Action.SUSPEND, Action.REINSTATE)
}


def certificate_pages(rooms: Rooms, router: APIRouter) -> APIRouter:
    """Return the page of a certificate, and a page of its own to confirm each change."""
    desk, pages = rooms.issuers.desk, rooms.pages
    kinds = rooms.issuers.catalogue.kinds

    @router.get(CERTIFICATES + "/{number}")
    async def certificate(request: Request, number: str) -> Response:
        visitor, clerk = await rooms.officer(request)
        kept = await desk.certificate(number, clerk)
        entitlement = kept.certificate.entitlement
        values: Values = {
            "kept": kept,
            "kind": kinds.get(entitlement.kind),
            "rule": None if entitlement.view is None else rule_of(entitlement.view),
            "actions": possible(kept),
            "applicant": await found_citizen(rooms, entitlement.citizen, clerk),
            "about": await found_citizen(rooms, entitlement.subject, clerk),
        }
        return pages.page(request, "issuers/certificate.html", visitor, **values)

    @router.get(CERTIFICATES + "/{number}/{action}")
    async def confirm(request: Request, number: str, action: str) -> Response:
        visitor, clerk = await rooms.officer(request)
        kept = await desk.certificate(number, clerk)
        kind = kinds.get(kept.certificate.entitlement.kind)
        values: Values = {"kept": kept, "kind": kind, "action": _action(action)}
        return pages.page(request, "issuers/change.html", visitor, **values)

    @router.post(CERTIFICATES + "/{number}/{action}")
    async def change(request: Request, number: str, action: str) -> Response:
        visitor, clerk = await rooms.officer(request)
        form = await pages.form(request, visitor)
        wanted = _action(action)

        async def do() -> str:
            kept = await desk.change(Change(number, wanted, line(form, "reason"), clerk))
            return f"{CERTIFICATES}/{kept.certificate.number}"

        with back_to(f"{CERTIFICATES}/{number}"):
            return await pages.once(form, do)

    return router


def possible(kept: KeptCertificate) -> tuple[Action, ...]:
    """Return what a clerk can do to a certificate as it stands."""
    match kept.state:
        case CertificateState.VALID | CertificateState.OUTDATED:
            return (Action.SUSPEND, Action.REVOKE)
        case CertificateState.SUSPENDED:
            return (Action.REINSTATE, Action.REVOKE)
        case CertificateState.REVOKED | CertificateState.EXPIRED:
            return ()


def _action(word: str) -> Action:
    if word not in _ACTIONS:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return _ACTIONS[word]
