"""I lost my phone: one button destroys, signs out and asks; then how far each certificate is."""

from typing import Final
from urllib.parse import urlsplit

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from wallet.lasting.losses import Loss, Return
from wallet.pages.room import Room, back_to
from wallet.pages.standing import Standing
from wallet.pages.type_names import KnownNames
from web.language import Language, pick
from web.visitor import Visitor

_LOST: Final = "/wallet/lost"
# Total: a test holds every end against this table.
SIGNS: Final = {
    Return.TAKEN_BACK: ("yes", "✓"),
    Return.ASKED: ("wait", "…"),
    Return.TELL_ISSUER: ("no", "!"),
    Return.OVER: ("wait", "○"),
}


def add_losing_pages(router: APIRouter, room: Room) -> None:
    """Add ``/wallet/lost``: what would be lost, the act, and what came of it."""

    @router.get(_LOST)
    async def lost(request: Request) -> Response:
        visitor = await room.citizen(request)
        holder = visitor.person.subject
        held = await room.wallets.credentials(holder)
        losses = await room.lives.losses(holder)
        coming = await room.wallets.preparing(holder)
        vcts = {each.vct for each in coming} | {each.vct for each in losses}
        known = await room.names.of(vcts, held)
        return room.pages.page(
            request,
            "wallet/lost.html",
            visitor,
            names=[pick(each.description.names(), visitor.language) for each in held]
            + [known.type_name(each.vct, visitor.language) for each in coming],
            losses=[_line(loss, known, visitor.language) for loss in losses],
            signed_out=_count(request.query_params.get("signed_out")),
        )

    @router.post(_LOST)
    async def lose(request: Request) -> Response:
        visitor = await room.citizen(request)
        form = await room.pages.form(request, visitor)

        async def act() -> str:
            # Whoever has the device may be signed in on it: out first, then all else.
            signed_out = await room.pages.sign_out_others(visitor)
            with back_to(_LOST):
                await room.lives.lose(visitor.person.subject)
            return f"{_LOST}?signed_out={signed_out}"

        return await room.pages.once(form, act)

    @router.post(_LOST + "/{loss_id}/hide")
    async def hide(request: Request, loss_id: str) -> Response:
        visitor = await room.citizen(request)
        form = await room.pages.form(request, visitor)

        async def act() -> str:
            with back_to(_LOST):
                await room.lives.hide_loss(visitor.person.subject, loss_id)
            return _LOST

        return await room.pages.once(form, act)

    @router.post(_LOST + "/{loss_id}/again")
    async def again(request: Request, loss_id: str) -> Response:
        visitor = await room.citizen(request)
        form = await room.pages.form(request, visitor)

        async def act() -> str:
            return await _signing_in(room, visitor, loss_id)

        return await room.pages.once(form, act)


async def _signing_in(room: Room, visitor: Visitor, loss_id: str) -> str:
    with back_to(_LOST):
        needed = await room.lives.get_again(visitor.person.subject, loss_id)
    return f"/wallet/authorizations/{needed.id}"


def _count(text: str | None) -> int | None:
    """Return how many sessions the act before has ended; None when there was no such act."""
    return int(text) if text is not None and text.isascii() and text.isdigit() else None


def _line(loss: Loss, known: KnownNames, language: Language) -> dict[str, object]:
    """Return what the page shows of one loss; one that never came is called as its type."""
    tone, sign = SIGNS[loss.ended]
    names = {str(tag): str(name) for tag, name in loss.names.items()}
    return {
        "id": loss.id,
        "name": pick(names, language) if names else known.type_name(loss.vct, language),
        "issuer_name": loss.issuer_name or urlsplit(loss.issuer).netloc,
        "lost_at": loss.lost_at,
        "standing": Standing(tone, sign, f"lost_{loss.ended.value}"),
        "is_finished": loss.is_finished,
    }
