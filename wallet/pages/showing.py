"""Showing a picture: choose what and to whom, hold it out, and go on when the desk has asked."""

from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from standards.shown_code.challenge import Challenge
from wallet.errors import WalletError, WalletFailure
from wallet.pages.certificates import cards_of
from wallet.pages.codes import ask_page
from wallet.pages.kept_code import KeptCode, keep_code, kept_code
from wallet.pages.room import SCRIPT, Room, back_to, language_of
from wallet.pages.ticks import pointer_of, tick_groups, ticked_in
from wallet.presenting.showing import read_challenge
from web.form import Form
from web.language import pick
from web.replies import json_reply
from web.static_files import address_of
from web.visitor import Visitor

_SEE_OTHER: Final = 303
# Seconds since 1970 have ten digits until the year 2286.
_SECONDS_DIGITS: Final = 11


def add_desk_pages(router: APIRouter, room: Room) -> None:
    """Add ``/wallet/show`` and the page a camera opens instead of the desk's reader."""

    @router.get("/wallet/show")
    async def show(request: Request) -> Response:
        visitor = await room.citizen(request)
        cards = await cards_of(room, visitor)
        challenge = _challenge_in(room, request.query_params.get("challenge", ""))
        return room.pages.page(
            request,
            "wallet/show.html",
            visitor,
            cards=cards,
            desk=challenge and challenge.party,
            answering=urlencode({"challenge": challenge.text}) if challenge else "",
        )

    @router.get("/wallet/desk/{code}")
    async def opened_by_a_camera(request: Request, code: str) -> Response:
        """Explain the link to whoever opened it; it looks the same for every code."""
        visitor = await room.pages.guest(request)
        return room.pages.page(request, "wallet/camera.html", visitor)


def add_link_pages(router: APIRouter, room: Room) -> None:
    """Add the picture of a one-time link, with what waits behind it."""

    @router.post("/wallet/show/desk")
    async def open_link(request: Request) -> Response:
        visitor = await room.citizen(request)
        form = await room.pages.form(request, visitor)

        async def act() -> str:
            link = await room.wallets.open_desk_link(visitor.person.subject)
            until = urlencode({"until": int(link.expires_at.timestamp())})
            return f"/wallet/show/desk/{link.code}?{until}"

        return await room.pages.once(form, act)

    @router.get("/wallet/show/desk/{code}")
    async def desk(request: Request, code: str) -> Response:
        visitor = await room.citizen(request)
        with back_to("/wallet/show"):
            request_uri = await room.wallets.desk_request(visitor.person.subject, code)
        if request_uri is not None:
            return RedirectResponse(ask_page(request_uri), _SEE_OTHER)
        link = f"{room.base}/wallet/desk/{code}"
        left = _seconds_left(request.query_params.get("until", ""), room.wallets.ports.clock())
        return room.pages.page(
            request,
            "wallet/desk.html",
            visitor,
            link=link,
            code=code,
            left=left,
            script=address_of(SCRIPT),
        )

    @router.get("/wallet/show/desk/{code}/waiting")
    async def waiting(request: Request, code: str) -> Response:
        """Say whether a desk has asked yet, for the script that looks every few seconds."""
        visitor = await room.citizen(request)
        try:
            request_uri = await room.wallets.desk_request(visitor.person.subject, code)
        except WalletError:
            return json_reply({"state": "closed"})
        return json_reply({"state": "waiting" if request_uri is None else "asked"})


def add_code_pages(router: APIRouter, room: Room) -> None:
    """Add the code shown in one step: choose, make, look at it for as long as it lives."""

    @router.get("/wallet/show/code/{credential_id}")
    async def choose(request: Request, credential_id: str) -> Response:
        visitor = await room.citizen(request)
        challenge = _challenge_in(room, request.query_params.get("challenge", ""))
        with back_to("/wallet/show"):
            held = await room.wallets.credential(visitor.person.subject, credential_id)
        return room.pages.page(
            request,
            "wallet/choose.html",
            visitor,
            desk=challenge and challenge.party,
            challenge=challenge.text if challenge else "",
            credential_id=credential_id,
            name=pick(held.description.names(), visitor.language),
            groups=tick_groups(held, visitor.language),
        )

    @router.post("/wallet/show/code/{credential_id}")
    async def make(request: Request, credential_id: str) -> Response:
        visitor = await room.citizen(request)
        form = await room.pages.form(request, visitor)

        async def act() -> str:
            with back_to(f"/wallet/show/code/{credential_id}"):
                return await _made(room, visitor, credential_id, form)

        return await room.pages.once(form, act)

    @router.get("/wallet/show/now/{name}")
    async def look(request: Request, name: str) -> Response:
        visitor = await room.citizen(request)
        ports = room.wallets.ports
        kept = await kept_code(visitor.person.subject, name, ports)
        if kept is None:
            return RedirectResponse("/wallet/show", _SEE_OTHER)
        held = await room.wallets.credential(visitor.person.subject, kept.credential_id)
        groups = tick_groups(held, visitor.language)
        return room.pages.page(
            request,
            "wallet/code.html",
            visitor,
            text_of_code=kept.shown.text,
            left=max(0, int((kept.shown.expires_at - ports.clock()).total_seconds())),
            expires_at=kept.shown.expires_at,
            credential_id=kept.credential_id,
            ticked=kept.ticked,
            challenge=kept.challenge or "",
            name=pick(held.description.names(), visitor.language),
            claims=ticked_in(groups, kept.ticked),
        )


async def _made(room: Room, visitor: Visitor, credential_id: str, form: Form) -> str:
    """Make a code of what was ticked, keep it, and return the address of its page."""
    holder, ticked = visitor.person.subject, tuple(form.all("show"))
    challenge = form.one("challenge") or None
    held = await room.wallets.credential(holder, credential_id)
    claims = ticked_in(tick_groups(held, visitor.language), ticked)
    if not claims or len(claims) != len(set(ticked)):
        raise WalletError(WalletFailure.CLAIM_REQUIRED)
    paths = tuple(map(pointer_of, claims))
    shown = await room.wallets.show_code(
        holder, credential_id, paths, challenge=challenge, language=language_of(visitor)
    )
    kept = KeptCode(shown, credential_id, ticked, challenge)
    return f"/wallet/show/now/{await keep_code(holder, kept, room.wallets.ports)}"


def _challenge_in(room: Room, text: str) -> Challenge | None:
    """Return the desk's challenge that is being answered, None when there is none."""
    if not text:
        return None
    with back_to("/wallet/scan"):
        return read_challenge(text, now=room.wallets.ports.clock())


def _seconds_left(until: str, now: datetime) -> int:
    if not (until.isascii() and until.isdigit() and len(until) < _SECONDS_DIGITS):
        return 0
    return max(0, int(until) - int(now.timestamp()))
