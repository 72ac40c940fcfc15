"""Renewing a certificate from its card, and letting the wallet do it by itself."""

from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from wallet.errors import WalletError
from wallet.lasting.renewing import NEEDS_SIGN_IN
from wallet.pages.room import Room, back_to

_ON: Final = "on"


def add_renewing_pages(router: APIRouter, room: Room) -> None:
    """Add the two buttons of a card: renew it now, and keep it fresh from now on."""

    @router.post("/wallet/certificates/{credential_id}/renew")
    async def renew(request: Request, credential_id: str) -> Response:
        visitor = await room.citizen(request)
        form = await room.pages.form(request, visitor)

        async def act() -> str:
            with back_to(card_page(credential_id)):
                return await _renewed(room, visitor.person.subject, credential_id)

        return await room.pages.once(form, act)

    @router.post("/wallet/certificates/{credential_id}/fresh")
    async def keep_fresh(request: Request, credential_id: str) -> Response:
        visitor = await room.citizen(request)
        form = await room.pages.form(request, visitor)

        async def act() -> str:
            with back_to(card_page(credential_id)):
                is_on = form.one("keep") == _ON
                await room.lives.keep_fresh(visitor.person.subject, credential_id, is_on=is_on)
            return card_page(credential_id)

        return await room.pages.once(form, act)


def card_page(credential_id: str) -> str:
    """Return where a certificate is looked at."""
    return f"/wallet/certificates/{credential_id}"


async def _renewed(room: Room, holder: str, credential_id: str) -> str:
    """Return where the one tap leads: back to the card, or on to the issuer's sign-in."""
    try:
        renewed = await room.lives.renew(holder, credential_id)
    except WalletError as error:
        if error.failure not in NEEDS_SIGN_IN:
            raise
        needed = await room.lives.begin_anew(holder, credential_id)
        return f"/wallet/authorizations/{needed.id}"
    done = "preparing" if renewed.is_preparing else "renewed"
    return f"{card_page(credential_id)}?done={done}"
