"""Is this all? The question, what the last answer was, and all of it to take along."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from wallet.history.exporting import ExportForm
from wallet.ledger.log_view import View
from wallet.pages.room import Room, back_to
from wallet.pages.standing import Standing
from wallet.proving.last_proof import LastProof

_SEE_OTHER = 303


def add_proof_pages(router: APIRouter, room: Room) -> None:
    """Add ``/wallet/history/proof`` and ``/wallet/history/export/{form}``."""

    @router.get("/wallet/history/proof")
    async def proof(request: Request) -> Response:
        visitor = await room.citizen(request)
        last = await room.consents.last_proof(visitor.person.subject)
        if last is None:
            return RedirectResponse("/wallet/history", _SEE_OTHER)
        return room.pages.page(
            request, "wallet/proof.html", visitor, proof=last, verdict=verdict_of(last)
        )

    @router.get("/wallet/history/export/{form}")
    async def export(request: Request, form: str) -> Response:
        visitor = await room.citizen(request)
        found = await room.consents.export(visitor.person.subject, ExportForm.read(form))
        headers = {
            "Cache-Control": "no-store",
            "Content-Disposition": f'attachment; filename="{found.name}"',
        }
        return Response(found.octets, media_type=found.media_type, headers=headers)

    @router.post("/wallet/history/proof")
    async def prove(request: Request) -> Response:
        visitor = await room.citizen(request)
        form = await room.pages.form(request, visitor)

        async def act() -> str:
            with back_to("/wallet/history"):
                await room.consents.prove(visitor.person.subject)
            return "/wallet/history/proof"

        return await room.pages.once(form, act)


def verdict_of(proof: LastProof) -> Standing:
    """Return what a proof came to: all, something missing, or not to be had today."""
    match proof.view:
        case View.SPLIT:
            return Standing("no", "!", "proof_split")
        case View.SHORTER:
            return Standing("no", "!", "proof_shorter")
        case View.FIRST | View.CONTINUES | View.UNCHECKED:
            pass
    if any(each.what != "unreachable" for each in proof.gaps):
        return Standing("no", "!", "proof_gaps")
    if not proof.is_complete:
        return Standing("wait", "?", "proof_unreachable")
    return Standing("yes", "✓", "proof_all" if proof.entries else "proof_none")
