"""My certificates: the list, one read like its form, and taking one out of the wallet."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlencode, urlsplit

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from wallet.errors import WalletError, WalletFailure
from wallet.kept.holdings import HeldCredential
from wallet.pages.room import Room, back_to
from wallet.pages.sheet import pictures_of, sheet_of
from wallet.pages.standing import Standing, standing_of
from wallet.status.freshness import Freshness, freshness_of
from wallet.status.states import CredentialState
from web.language import Language, pick
from web.visitor import Visitor

_JPEG: Final = "image/jpeg"


@dataclass(frozen=True, slots=True)
class Card:
    """A certificate in a list: its name, who issued it, and how it stands today.

    ``keeps_fresh`` tells that the wallet renews it by itself, ``fits_codes`` that a picture can
    carry it.
    """

    id: str
    name: str
    issuer_name: str
    received_at: datetime
    expires_at: datetime | None
    standing: Standing
    freshness: Freshness
    keeps_fresh: bool
    fits_codes: bool


def add_certificate_pages(router: APIRouter, room: Room) -> None:
    """Add ``/wallet`` and ``/wallet/certificates/{credential_id}`` with its deletion."""

    @router.get("/wallet")
    async def certificates(request: Request) -> Response:
        visitor = await room.citizen(request)
        cards = await cards_of(room, visitor)
        return room.pages.page(
            request,
            "wallet/list.html",
            visitor,
            cards=cards,
            coming=await _coming(room, visitor),
            done=request.query_params.get("done", ""),
        )

    @router.get("/wallet/certificates/{credential_id}")
    async def certificate(request: Request, credential_id: str) -> Response:
        visitor = await room.citizen(request)
        held = await room.wallets.credential(visitor.person.subject, credential_id)
        states = await room.wallets.states((held,))
        return room.pages.page(
            request,
            "wallet/certificate.html",
            visitor,
            card=_card(held, states, room.wallets.ports.clock(), visitor.language),
            parts=sheet_of(held, visitor.language),
            pictures=pictures_of(held, visitor.language),
            issuer=held.provenance.issuer,
            done=request.query_params.get("done", ""),
            sent_to="/wallet/history?" + urlencode({"kind": held.vct}),
        )

    @router.get("/wallet/certificates/{credential_id}/pictures/{namespace}/{element}")
    async def picture(
        request: Request, credential_id: str, namespace: str, element: str
    ) -> Response:
        visitor = await room.citizen(request)
        held = await room.wallets.credential(visitor.person.subject, credential_id)
        octets = held.content.picture((namespace, element))
        if octets is None:
            raise WalletError(WalletFailure.UNKNOWN_CREDENTIAL)
        return Response(octets, media_type=_JPEG, headers={"Cache-Control": "no-store"})

    @router.get("/wallet/certificates/{credential_id}/delete")
    async def ask_delete(request: Request, credential_id: str) -> Response:
        visitor = await room.citizen(request)
        held = await room.wallets.credential(visitor.person.subject, credential_id)
        name = pick(held.description.names(), visitor.language)
        return room.pages.page(
            request, "wallet/delete.html", visitor, credential_id=credential_id, name=name
        )

    @router.post("/wallet/certificates/{credential_id}/delete")
    async def delete(request: Request, credential_id: str) -> Response:
        visitor = await room.citizen(request)
        form = await room.pages.form(request, visitor)

        async def act() -> str:
            with back_to("/wallet"):
                await room.wallets.delete(visitor.person.subject, credential_id)
            return "/wallet?done=deleted"

        return await room.pages.once(form, act)


async def _coming(room: Room, visitor: Visitor) -> list[tuple[str, str, datetime]]:
    """Return name, issuer's host and beginning of each certificate that is being prepared."""
    coming = await room.wallets.preparing(visitor.person.subject)
    names = await room.names.of({each.vct for each in coming}, ())
    return [
        (names.type_name(each.vct, visitor.language), urlsplit(each.issuer).netloc, each.since)
        for each in coming
    ]


async def cards_of(room: Room, visitor: Visitor) -> tuple[Card, ...]:
    """Return every certificate of the citizen as a card, newest first."""
    held = await room.wallets.credentials(visitor.person.subject)
    states = await room.wallets.states(held)
    now = room.wallets.ports.clock()
    return tuple(_card(each, states, now, visitor.language) for each in held)


def _card(
    held: HeldCredential,
    states: Mapping[str, CredentialState],
    now: datetime,
    language: Language,
) -> Card:
    return Card(
        held.id,
        pick(held.description.names(), language),
        held.provenance.name,
        held.received_at,
        held.expires_at,
        standing_of(states[held.id], held.expires_at, now),
        freshness_of(held, states[held.id], now),
        held.keeps_fresh,
        held.fits_codes,
    )
