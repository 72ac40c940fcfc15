"""Taking a certificate: see who offers what, give the code if one is asked for, see what came."""

from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from wallet.pages.certificates import cards_of
from wallet.pages.codes import link_in, receive_page
from wallet.pages.offered import read_shown
from wallet.pages.room import Room, back_to
from wallet.receiving.accepting import AcceptedOffer


def add_receiving_pages(router: APIRouter, room: Room) -> None:
    """Add ``/wallet/receive`` and ``/wallet/received``."""

    @router.get("/wallet/receive")
    async def receive(request: Request) -> Response:
        visitor = await room.citizen(request)
        offer_uri = link_in(request.url.query)
        if offer_uri is None:
            return room.pages.page(request, "wallet/take.html", visitor)
        with back_to("/wallet/receive"):
            ports = room.wallets.ports
            offer = await read_shown(offer_uri, ports, visitor.language)
        return room.pages.page(
            request, "wallet/offer.html", visitor, offer=offer, offer_uri=offer_uri
        )

    @router.post("/wallet/receive")
    async def accept(request: Request) -> Response:
        visitor = await room.citizen(request)
        form = await room.pages.form(request, visitor)
        offer_uri, tx_code = form.one("offer_uri"), form.one("tx_code").strip()

        async def act() -> str:
            with back_to(receive_page(offer_uri)):
                accepted = await room.wallets.accept(
                    visitor.person.subject, offer_uri, tx_code=tx_code or None
                )
            return received_page(accepted)

        return await room.pages.once(form, act)

    @router.get("/wallet/received")
    async def received(request: Request) -> Response:
        visitor = await room.citizen(request)
        ids = set(request.query_params.getlist("id"))
        cards = [card for card in await cards_of(room, visitor) if card.id in ids]
        is_coming = "preparing" in request.query_params
        return room.pages.page(
            request, "wallet/received.html", visitor, cards=cards, is_coming=is_coming
        )


def received_page(accepted: AcceptedOffer) -> str:
    """Return the page that shows what came, and that more will."""
    came = [("id", each) for each in accepted.credential_ids]
    return "/wallet/received?" + urlencode(came + [("preparing", "1")] * bool(accepted.preparing))
