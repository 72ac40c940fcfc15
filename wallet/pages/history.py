"""What happened: everything taken, sent, refused and failed, and the receipts of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Self
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response

from consent.forms.first_receipt import read_kept
from keys.strict_json import JsonObject, dumps
from wallet.errors import WalletError, WalletFailure
from wallet.history.events import Event
from wallet.history.sharings import Source
from wallet.pages.leading_on import SECONDS, STAY, goes_on_by_itself, lead_on
from wallet.pages.proof import verdict_of
from wallet.pages.receipt_view import credential_types, seen_receipt
from wallet.pages.room import Room
from wallet.pages.sharing_view import chip_of
from wallet.pages.standing import Standing
from wallet.pages.type_names import KnownNames
from web.language import Language
from web.visitor import Visitor

# Beside the word, so that a list can be looked over; the word says it all.
SIGNS: Final = {
    Event.RECEIVED.value: "↓",
    Event.PRESENTED.value: "↑",
    Event.REFUSED.value: "○",
    Event.FAILED.value: "!",
    Event.SHOWN.value: "▣",
    Event.RENEWED.value: "↻",
    Event.LOST.value: "⚠",
    Event.DELETED.value: "✕",
    Event.WITHDRAWN.value: "↺",
    Event.DELETION_REQUESTED.value: "⊘",
    Event.ANSWERED.value: "⇡",
}
_SHARINGS: Final = frozenset({Event.PRESENTED, Event.SHOWN, Event.ANSWERED})
# What a telephone shows in a few swipes.
PAGE: Final = 20


@dataclass(frozen=True, slots=True)
class Chip:
    """How a sharing stands, for a line of the list; ``is_own``: by what this wallet has alone."""

    standing: Standing
    is_own: bool


@dataclass(frozen=True, slots=True)
class Happened:
    """One event in words; ``party_id`` leads to everything with the same party.

    ``tone`` as the kit's notes have it. ``reason`` is a failure's code.
    """

    id: str
    at: str
    event: Event
    party_id: str
    party: str
    is_verified: bool
    kinds: tuple[str, ...]
    claims: tuple[str, ...]
    reason: str | None
    receipt: str | None
    goes_on_at: str | None
    consent: str | None
    over_asked: tuple[str, ...]

    @classmethod
    def of(cls, entry: JsonObject, names: KnownNames, language: Language) -> Self:
        """Return an entry of the history in words; we wrote it, so what is missing is a bug."""
        match entry:
            case {
                "id": str(entry_id),
                "at": str(at),
                "event": str(event),
                "party": {"id": str(party_id), "name": str(party), "verified": bool(verified)},
                "credential_types": list(types),
                "claims": list(claims),
                "reason": str() | None as reason,
                "receipt": str() | None as receipt,
            }:
                # Entries of before this was noted have none.
                over_asked = entry.get("over_asked")
                beyond = over_asked if isinstance(over_asked, list) else []
                goes_on_at, consent = entry.get("redirect_uri"), entry.get("consent")
                return cls(
                    id=entry_id,
                    at=at,
                    event=Event(event),
                    party_id=party_id,
                    party=party or party_id,
                    is_verified=verified,
                    kinds=tuple(names.type_name(str(vct), language) for vct in types),
                    claims=names.dotted_claims(map(str, claims), language),
                    reason=reason,
                    receipt=receipt,
                    goes_on_at=goes_on_at if isinstance(goes_on_at, str) else None,
                    consent=consent if isinstance(consent, str) else None,
                    over_asked=names.dotted_claims(map(str, beyond), language),
                )
            case _:
                raise ValueError("this is not an entry of the history")


def add_history_pages(router: APIRouter, room: Room) -> None:
    """Add ``/wallet/history``, ``/wallet/sent/{entry_id}`` and the receipts."""
    _add_entry_pages(router, room)
    _add_receipt_pages(router, room)


def _add_entry_pages(router: APIRouter, room: Room) -> None:

    @router.get("/wallet/history")
    async def history(request: Request) -> Response:
        visitor = await room.citizen(request)
        asked = request.query_params
        party, kind = asked.get("party", ""), asked.get("kind", "")
        entries = await room.wallets.history(visitor.person.subject)
        found = [each for each in entries if _is_wanted(each, party, kind)]
        start = _place(found, asked.get("after", ""))
        shown = found[start : start + PAGE]
        events = await _in_words(room, visitor, shown)
        standings = await _standings(room, visitor, events)
        last = await room.consents.last_proof(visitor.person.subject)
        more = start + PAGE < len(found)
        return room.pages.page(
            request,
            "wallet/history.html",
            visitor,
            events=events,
            standings=standings,
            proof=last,
            verdict=None if last is None else verdict_of(last),
            party=party,
            signs=SIGNS,
            is_filtered=bool(party or kind),
            parties=_parties(entries),
            earlier=_page_after(shown[-1], party, kind) if more else None,
            later=_page_after(None, party, kind) if start else None,
        )

    @router.get("/wallet/sent/{entry_id}")
    async def sent(request: Request, entry_id: str) -> Response:
        visitor = await room.citizen(request)
        entries = await room.wallets.history(visitor.person.subject)
        entry = next((each for each in entries if each["id"] == entry_id), None)
        if entry is None:
            raise WalletError(WalletFailure.UNKNOWN_RECEIPT)
        (event,) = await _in_words(room, visitor, [entry])
        to = _leads_on_to(event, request.query_params, room.wallets.ports.clock())
        answer = room.pages.page(
            request,
            "wallet/sent.html",
            visitor,
            event=event,
            seconds=None if to is None else SECONDS,
            stay=f"/wallet/sent/{entry_id}?{STAY}=1",
        )
        return answer if to is None else lead_on(answer, to)


def _leads_on_to(event: Happened, asked: QueryParams, now: datetime) -> str | None:
    """Return where the browser is led by itself; a warning on the page must be read first."""
    since = datetime.fromisoformat(event.at)
    is_led = event.reason is None and goes_on_by_itself(since, asked, now=now)
    return event.goes_on_at if is_led else None


def _add_receipt_pages(router: APIRouter, room: Room) -> None:
    @router.get("/wallet/receipts/{receipt_id}")
    async def receipt(request: Request, receipt_id: str) -> Response:
        visitor = await room.citizen(request)
        kept = read_kept(await room.wallets.receipt(visitor.person.subject, receipt_id))
        held = await room.wallets.credentials(visitor.person.subject)
        names = await room.names.of(credential_types(kept), held)
        log_key = room.wallets.ports.log.key()
        seen = seen_receipt(kept, names, visitor.language, log_key=log_key)
        return room.pages.page(
            request, "wallet/receipt.html", visitor, receipt=seen, receipt_id=receipt_id
        )

    @router.get("/wallet/receipts/{receipt_id}/download")
    async def download(request: Request, receipt_id: str) -> Response:
        visitor = await room.citizen(request)
        kept = await room.wallets.receipt(visitor.person.subject, receipt_id)
        named = f'attachment; filename="receipt-{receipt_id}.json"'
        headers = {"Cache-Control": "no-store", "Content-Disposition": named}
        return Response(dumps(kept), media_type="application/json", headers=headers)


async def _in_words(
    room: Room, visitor: Visitor, entries: Sequence[JsonObject]
) -> tuple[Happened, ...]:
    held = await room.wallets.credentials(visitor.person.subject)
    vcts = dict.fromkeys(str(vct) for each in entries for vct in _texts(each, "credential_types"))
    names = await room.names.of(vcts, held)
    return tuple(Happened.of(each, names, visitor.language) for each in entries)


async def _standings(
    room: Room, visitor: Visitor, events: Sequence[Happened]
) -> Mapping[str, Chip]:
    """Return how the sharings among these events stand, by receipt."""
    sharings = [each.receipt for each in events if each.event in _SHARINGS and each.receipt]
    found = await room.consents.sharings(visitor.person.subject, sharings)
    return {name: Chip(chip_of(each), each.source is Source.KEPT) for name, each in found.items()}


def _is_wanted(entry: JsonObject, party: str, kind: str) -> bool:
    is_theirs = not party or _party_of(entry)[0] == party
    is_kind = not kind or (
        kind in _texts(entry, "credential_types") and entry["event"] == Event.PRESENTED.value
    )
    return is_theirs and is_kind


def _parties(entries: Sequence[JsonObject]) -> list[tuple[str, str]]:
    """Return everybody the citizen had to do with, by id and name, the latest first."""
    return list(dict(_party_of(each) for each in reversed(entries)).items())[::-1]


def _party_of(entry: JsonObject) -> tuple[str, str]:
    match entry["party"]:
        case {"id": str(party_id), "name": str(name)}:
            return party_id, name or party_id
        case _:
            raise ValueError("an entry of the history names its party")


def _texts(entry: JsonObject, name: str) -> list[str]:
    found = entry[name]
    return [str(each) for each in found] if isinstance(found, list) else []


def _place(entries: Sequence[JsonObject], after: str) -> int:
    """Return where the page after an entry begins; the first page when it is not there."""
    return next((at + 1 for at, each in enumerate(entries) if each["id"] == after), 0)


def _page_after(entry: JsonObject | None, party: str, kind: str) -> str:
    wanted = {"party": party, "kind": kind, "after": "" if entry is None else str(entry["id"])}
    query = urlencode({name: value for name, value in wanted.items() if value})
    return f"/wallet/history?{query}" if query else "/wallet/history"
