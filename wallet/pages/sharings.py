"""What became of what was sent: how it stands, and taking it back in one press and a second."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from consent.forms.withdrawal_notice import NoticeKind
from keys.strict_json import dumps
from wallet.pages.room import Room, back_to
from wallet.pages.sharing_view import seen_sharing


def add_sharing_pages(router: APIRouter, room: Room) -> None:
    """Add ``/wallet/sharings/{receipt_id}`` and the two ways to end one."""

    @router.get("/wallet/sharings/{receipt_id}")
    async def sharing(request: Request, receipt_id: str) -> Response:
        visitor = await room.citizen(request)
        found = await room.consents.sharing(visitor.person.subject, receipt_id)
        asked = found.given.record.asked
        held = await room.wallets.credentials(visitor.person.subject)
        names = await room.names.of(asked.credential_types, held)
        return room.pages.page(
            request,
            "wallet/sharing.html",
            visitor,
            sharing=seen_sharing(found),
            claims=names.dotted_claims(asked.disclosed, visitor.language),
            done=request.query_params.get("done", ""),
        )

    @router.get("/wallet/receipts/{receipt_id}/evidence")
    async def evidence(request: Request, receipt_id: str) -> Response:
        visitor = await room.citizen(request)
        found = await room.consents.evidence(visitor.person.subject, receipt_id)
        named = f'attachment; filename="evidence-{receipt_id}.json"'
        headers = {"Cache-Control": "no-store", "Content-Disposition": named}
        return Response(dumps(found.as_dict()), media_type="application/json", headers=headers)

    _add_ending(router, room, NoticeKind.WITHDRAWN, "withdraw")
    _add_ending(router, room, NoticeKind.DELETION_REQUESTED, "erase")


def _add_ending(router: APIRouter, room: Room, kind: NoticeKind, verb: str) -> None:
    """Add the question and the press that answers it."""

    @router.get(f"/wallet/sharings/{{receipt_id}}/{verb}", name=f"ask {verb}")
    async def ask(request: Request, receipt_id: str) -> Response:
        visitor = await room.citizen(request)
        found = await room.consents.sharing(visitor.person.subject, receipt_id)
        return room.pages.page(
            request,
            "wallet/end_sharing.html",
            visitor,
            sharing=seen_sharing(found),
            verb=verb,
        )

    @router.post(f"/wallet/sharings/{{receipt_id}}/{verb}", name=verb)
    async def end(request: Request, receipt_id: str) -> Response:
        visitor = await room.citizen(request)
        form = await room.pages.form(request, visitor)
        place = f"/wallet/sharings/{receipt_id}"

        async def act() -> str:
            with back_to(place):
                await room.consents.withdraw(visitor.person.subject, receipt_id, kind=kind)
            return f"{place}?done={verb}"

        return await room.pages.once(form, act)
