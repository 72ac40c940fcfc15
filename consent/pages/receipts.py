"""Receipts for holders of other wallets: prove the key of a certificate, read what was filed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from consent.endpoints.refusals import answer_of
from consent.errors import ConsentError, ConsentFailure
from consent.forms.deposit import Deposit
from consent.forms.terms import LocalText
from consent.opening.openings import BACK, Openings
from keys.json_value import JsonObject
from web.kit import Kit, PageProblem
from web.replies import json_reply

# Longer is no type of a certificate that anybody issues.
_TYPE_LIMIT: Final = 300


@dataclass(frozen=True, slots=True)
class OpenedReceipt:
    """One line of the list; ``claims`` are names and no values."""

    index: int
    state: str
    at: str
    party: str
    purpose: LocalText | None
    claims: tuple[str, ...]


def receipt_pages(openings: Openings, types: Mapping[str, LocalText], kit: Kit) -> APIRouter:
    """Return ``/consent/receipts``, open to all; ``types`` are the ``vct`` values with names."""
    room = kit.room(Path(__file__).parent)
    router = room.router(_problem_of)

    @router.get(BACK)
    async def begin(request: Request) -> Response:
        visitor = await room.guest(request)
        named = [(vct, name.as_dict()) for vct, name in types.items()]
        return room.page(request, "consent/receipts.html", visitor, types=named, link="")

    @router.post(BACK)
    async def ask(request: Request) -> Response:
        visitor = await room.guest(request)
        form = await room.form(request, visitor)
        wanted = _types(form.one("other"), form.all("type"))
        link = await openings.begin(wanted, room.browser(request))
        return room.page(request, "consent/receipts.html", visitor, types=[], link=link)

    @router.get(BACK + "/{opening_id}")
    async def opened(request: Request, opening_id: str) -> Response:
        visitor = await room.guest(request)
        code = request.query_params.get("response_code", "")
        found = await openings.records(opening_id, code, room.browser(request))
        whole = f"{BACK}/{opening_id}/records.json?{urlencode({'response_code': code})}"
        # One that was destroyed since it was found has nothing to say.
        lines = [_line(kept.index, kept.deposit) for kept in found if kept.deposit is not None]
        return room.page(request, "consent/opened.html", visitor, receipts=lines, whole=whole)

    @router.get(BACK + "/{opening_id}/records.json")
    async def whole(request: Request, opening_id: str) -> Response:
        code = request.query_params.get("response_code", "")
        found = await openings.records(opening_id, code, room.browser(request))
        answer: JsonObject = {"records": [record.read().as_dict() for record in found]}
        return json_reply(answer)

    return router


def _problem_of(error: Exception) -> PageProblem | None:
    if not isinstance(error, ConsentError):
        return None
    status, party = answer_of(error.failure)
    return PageProblem(error.failure.value, party, status, error.detail, back=BACK)


def _types(other: str, chosen: Sequence[str]) -> tuple[str, ...]:
    wanted = tuple(dict.fromkeys(name for name in (*chosen, other.strip()) if name))
    if not wanted or any(len(name) > _TYPE_LIMIT or not name.isprintable() for name in wanted):
        raise ConsentError(ConsentFailure.MALFORMED, "choose the certificate you had shown")
    return wanted


def _line(index: int, deposit: Deposit) -> OpenedReceipt:
    record, terms = deposit.record, deposit.terms
    return OpenedReceipt(
        index=index,
        state=record.event_state.value,
        at=record.event_time.strftime("%Y-%m-%d %H:%M"),
        party=record.controller.name,
        purpose=terms.purpose.text if terms is not None else None,
        claims=record.asked.disclosed,
    )
