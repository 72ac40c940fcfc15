"""Looking up a pair or a record for a case: asked for, written into the log, and then shown."""

from dataclasses import dataclass
from typing import assert_never

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from consent.browsing import Browsing
from consent.errors import ConsentError, ConsentFailure
from consent.forms.reading import ReadRecord
from consent.forms.reason import Reason
from consent.forms.record import ConsentRecord
from consent.forms.terms import LocalText, Party
from consent.looking_up import REASONS, LookingUp, Order
from consent.pages.log import row_of
from consent.pages.look_up import label_of, turn_of
from consent.ports import EntryFilter
from keys import base64url
from web.kit import RoomPages
from web.language import Language
from web.people import PersonRole
from web.replies import json_reply
from web.visitor import Visitor

_PAGE = "/consent/look-ups"


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """What a page shows of an opened record; lists are joined for a person to read."""

    state: str
    record: ConsentRecord
    requested: str
    beyond: str
    disclosed: str
    purpose: str


def add_looking_up_pages(
    router: APIRouter, looking_up: LookingUp, browsing: Browsing, room: RoomPages
) -> None:
    """Add ``/consent/look-ups``: the form, and what each look-up shows."""
    _add_asking_pages(router, looking_up, room)
    _add_shown_pages(router, looking_up, browsing, room)


def _add_asking_pages(router: APIRouter, looking_up: LookingUp, room: RoomPages) -> None:

    @router.get(_PAGE)
    async def ask(request: Request) -> Response:
        visitor = await room.visitor(request, PersonRole.AUDITOR)
        return room.page(
            request,
            "consent/look_up.html",
            visitor,
            asked_label=request.query_params.get("label", ""),
            asked_entry=request.query_params.get("entry", ""),
            reasons=[reason.value for reason in REASONS],
        )

    @router.post(_PAGE)
    async def file(request: Request) -> Response:
        visitor = await room.visitor(request, PersonRole.AUDITOR)
        form = await room.form(request, visitor)
        order = _order(visitor, form.one("case"), form.one("reason"))
        entry, label = form.one("entry").strip(), form.one("label").strip()

        async def act() -> str:
            if entry:
                filed = await looking_up.record(_index(entry), order)
            else:
                filed = await looking_up.label(label_of(label), order)
            return f"{_PAGE}/{filed}"

        return await room.once(form, act)


def _add_shown_pages(
    router: APIRouter, looking_up: LookingUp, browsing: Browsing, room: RoomPages
) -> None:
    @router.get(_PAGE + "/{index:int}")
    async def show(request: Request, index: int) -> Response:
        visitor = await room.visitor(request, PersonRole.AUDITOR)
        filed = await looking_up.filed(index, _id(visitor))
        opened = None if filed.index is None else await looking_up.open(filed.index)
        turn = turn_of(request.query_params)
        page = await browsing.page(EntryFilter(label=filed.label), turn)
        here = f"{_PAGE}/{index}"
        return room.page(
            request,
            "consent/looked_up.html",
            visitor,
            filed=index,
            looker=filed.looker.name,
            at=filed.at,
            label_text=base64url.encode(filed.label),
            opened=opened,
            facts=None if opened is None else _facts(opened, visitor.language),
            entries=() if filed.index is not None else [row_of(each) for each in page.entries],
            older="" if page.older is None else f"{here}?older_than={page.older}",
            newer="" if page.newer is None else f"{here}?newer_than={page.newer}",
        )

    @router.get(_PAGE + "/{index:int}/record")
    async def save(request: Request, index: int) -> Response:
        visitor = await room.visitor(request, PersonRole.AUDITOR)
        filed = await looking_up.filed(index, _id(visitor))
        if filed.index is None:
            raise ConsentError(ConsentFailure.NOT_FOUND, "this look-up is of no record")
        opened = await looking_up.open(filed.index)
        saved = {"Content-Disposition": f'attachment; filename="record-{filed.index}.jsonl"'}
        return json_reply(opened.as_dict(), headers=saved)


def _order(visitor: Visitor, case: str, reason: str) -> Order:
    person = visitor.person
    auditor = Party(_id(visitor), person.shown_name)
    order = Order(auditor, case.strip(), _reason(reason), visitor.language.value)
    order.check()
    return order


def _reason(text: str) -> Reason:
    try:
        return Reason(text)
    except ValueError:
        raise ConsentError(ConsentFailure.MALFORMED, "there is no such reason to look") from None


def _id(visitor: Visitor) -> str:
    """Return what the ledger names an auditor by; a registration id has no slash."""
    return f"auditor/{visitor.person.name}"


def _index(text: str) -> int:
    if not text.isdecimal() or not text.isascii() or len(text) > len(str(2**63)) - 1:
        raise ConsentError(ConsentFailure.MALFORMED, "an entry is a number of at most 18 digits")
    return int(text)


def _facts(opened: ReadRecord, language: Language) -> RecordFacts | None:
    record, terms = opened.record, opened.terms
    if record is None:
        return None
    return RecordFacts(
        state=record.entry_type.value,
        record=record,
        requested=", ".join(record.asked.requested),
        beyond=", ".join(record.asked.beyond_registration),
        disclosed=", ".join(record.asked.disclosed),
        purpose="" if terms is None else _in(terms.purpose.text, language),
    )


def _in(text: LocalText, language: Language) -> str:
    match language:
        case Language.KOREAN:
            return text.ko
        case Language.ENGLISH:
            return text.en
        case Language.JAPANESE:
            return text.ja
        case _:
            assert_never(language)
