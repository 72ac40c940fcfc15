"""The log as a list of entries, and one entry with the way from it to the signed root."""

from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from consent.browsing import BrowsedEntry, Browsing, ProofStep
from consent.forms.entry import Author, EntryType
from consent.pages.look_up import LookUp
from keys import base64url
from web.kit import RoomPages
from web.people import PersonRole
from web.replies import json_reply

# Characters that are read out, compared or typed at a time.
_GROUP: Final = 4
# Enough to tell the labels of one page apart; the whole one is a click away.
_SHORT: Final = 8
_OF_NOBODY: Final = frozenset({EntryType.MAP, EntryType.ROTATED, EntryType.FROZEN})
# Of what the ledger itself writes, these tell of somebody and have a record.
_TOLD: Final = frozenset(
    {EntryType.EXPIRED, EntryType.OVERDUE, EntryType.AUDITED, EntryType.REUSED}
)


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry in a list; ``type`` is empty where the entry cannot be read."""

    index: int
    type: str
    number: int
    label: str
    short_label: str


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step of a proof; ``first`` to ``last`` are the entries under the hash beside it."""

    sibling: str
    is_left: bool
    first: int
    last: int
    root: str


def add_log_pages(router: APIRouter, browsing: Browsing, room: RoomPages) -> None:
    """Add ``/consent`` and ``/consent/entries/{index}``."""

    @router.get("/consent")
    async def log(request: Request) -> Response:
        visitor = await room.visitor(request, PersonRole.AUDITOR)
        look_up = LookUp.parse(request.query_params)
        overview = await browsing.overview()
        page = await browsing.page(look_up.wanted, look_up.turn)
        return room.page(
            request,
            "consent/log.html",
            visitor,
            size=overview.checkpoint.size,
            root=groups(overview.checkpoint.root),
            origin=overview.checkpoint.origin,
            note=overview.note,
            types=tuple(EntryType),
            asked=look_up.fields(),
            entries=[row_of(entry) for entry in page.entries],
            older=look_up.older(page.older),
            newer=look_up.newer(page.newer),
        )

    @router.get("/consent/entries/{index:int}")
    async def entry(request: Request, index: int) -> Response:
        visitor = await room.visitor(request, PersonRole.AUDITOR)
        shown = await browsing.entry(index)
        previous = shown.leaf.previous
        return room.page(
            request,
            "consent/entry.html",
            visitor,
            index=index,
            leaf=shown.leaf,
            of_a_pair=shown.leaf.type not in _OF_NOBODY,
            label_text=base64url.encode(shown.leaf.label),
            commitment=groups(shown.leaf.commitment),
            previous="" if previous is None else groups(previous),
            hash=groups(shown.hash),
            octets=shown.proof.leaf.decode("ascii", "replace"),
            steps=[_step_row(step) for step in shown.steps],
            size=shown.checkpoint.size,
            root=groups(shown.checkpoint.root),
            has_record=shown.leaf.type.author is not Author.LEDGER or shown.leaf.type in _TOLD,
        )

    @router.get("/consent/entries/{index:int}/proof")
    async def proof(request: Request, index: int) -> Response:
        await room.visitor(request, PersonRole.AUDITOR)
        shown = await browsing.entry(index)
        saved = {"Content-Disposition": f'attachment; filename="entry-{index}.json"'}
        return json_reply(shown.proof.as_dict(), headers=saved)


def groups(octets: bytes) -> str:
    """Return octets in hexadecimal digits as a person compares them, four at a time."""
    digits = octets.hex()
    return " ".join(digits[at : at + _GROUP] for at in range(0, len(digits), _GROUP))


def row_of(entry: BrowsedEntry) -> EntryRow:
    """Return an entry as a row."""
    if entry.leaf is None:
        return EntryRow(entry.index, "", 0, "", "")
    # Of what the log says of itself there is no pair to be looked up.
    label = "" if entry.leaf.type in _OF_NOBODY else base64url.encode(entry.leaf.label)
    return EntryRow(entry.index, entry.leaf.type, entry.leaf.number, label, label[:_SHORT])


def _step_row(step: ProofStep) -> StepRow:
    return StepRow(groups(step.sibling), step.is_left, step.first, step.last, groups(step.root))
