"""Verifying the whole log at the press of a button, and what that has proved."""

from dataclasses import dataclass
from typing import Final, assert_never

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from consent.auditing.report import Proved, Report
from consent.ports import Verification
from consent.tlog.checkpoint import Checkpoint
from consent.tlog.signed_note import NOTE_LIMIT, read_note
from consent.verifying import Verifying
from web.kit import RoomPages
from web.people import PersonRole

# What a person reads; the command line lists them all.
PROBLEMS_SHOWN: Final = 50
_PAGE: Final = "/consent/verify"
_WHOLE: Final = 100


@dataclass(frozen=True, slots=True)
class Verdict:
    """The first line of a result: ``tone`` and ``sign`` as the kit has them, ``text`` by name."""

    tone: str
    sign: str
    text: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a verification is: whole percents, and entries a second while there is a second."""

    percent: int
    done: int
    size: int
    rate: int | None


def add_verification_pages(router: APIRouter, verifying: Verifying, room: RoomPages) -> None:
    """Add ``/consent/verify``: looking at the last verification, and beginning one."""

    @router.get(_PAGE)
    async def result(request: Request) -> Response:
        visitor = await room.visitor(request, PersonRole.AUDITOR)
        last = await verifying.last()
        report = None if last is None else last.report
        return room.page(
            request,
            "consent/verify.html",
            visitor,
            last=last,
            is_running=last is not None and verifying.is_running(last),
            progress=None if last is None else progress_of(last),
            report=report,
            verdict=None if report is None else verdict_of(report),
            problems=() if report is None else report.problems[:PROBLEMS_SHOWN],
        )

    @router.post(_PAGE)
    async def begin(request: Request) -> Response:
        visitor = await room.visitor(request, PersonRole.AUDITOR)
        form = await room.form(request, visitor, limit=2 * NOTE_LIMIT)
        since = kept_checkpoint(form.one("since"))

        async def act() -> str:
            await verifying.begin(since)
            return _PAGE

        return await room.once(form, act)


def kept_checkpoint(text: str) -> str | None:
    """Return a pasted checkpoint as it was signed, None for none: browsers change line ends.

    Raises `ConsentError` (malformed) for what has not the form of one: it is kept and shown again,
    and whatever else somebody pasted there is nobody's to read.
    """
    note = text.replace("\r\n", "\n").strip()
    if not note:
        return None
    Checkpoint.parse(read_note(f"{note}\n").text)
    return f"{note}\n"


def progress_of(verification: Verification) -> Progress:
    """Return how far a verification is."""
    seconds = (verification.told_at - verification.started_at).total_seconds()
    done, size = verification.done, verification.size
    return Progress(
        percent=done * _WHOLE // size if size else _WHOLE,
        done=done,
        size=size,
        rate=int(done / seconds) if seconds >= 1 else None,
    )


def verdict_of(report: Report) -> Verdict:
    """Return the line that says what was proved, and no more than that."""
    match report.proved:
        case Proved.NOTHING:
            return Verdict("no", "✕", "verdict_nothing")
        case Proved.UNCHANGED:
            return Verdict("yes", "✓", "verdict_unchanged")
        case Proved.SEEN:
            return Verdict("yes", "✓", "verdict_seen")
        case Proved.CONSISTENT:
            # A checkpoint that was kept and does not fit is a problem of an otherwise sound log.
            found = Verdict("no", "✕", "verdict_not_unchanged")
            return found if report.problems else Verdict("yes", "✓", "verdict_consistent")
        case _:
            assert_never(report.proved)
