"""Institution by institution: what is overdue, over-asked or used late, and each month."""

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from consent.dues import DutyFilter, OpenDuty
from consent.ledger import Ledger
from consent.statistics.counting import Column, PartyCounts
from web.kit import RoomPages
from web.people import PersonRole

_PAGE = "/consent/institutions"


@dataclass(frozen=True, slots=True)
class InstitutionRow:
    """One institution's month so far, and how many of its duties are overdue today."""

    name: str
    counts: tuple[int, ...]
    overdue: int


def add_institution_pages(router: APIRouter, ledger: Ledger, room: RoomPages) -> None:
    """Add ``/consent/institutions``, for auditors; the months that are over are open to all."""

    @router.get(_PAGE)
    async def institutions(request: Request) -> Response:
        visitor = await room.visitor(request, PersonRole.AUDITOR)
        overdue = await ledger.duties(DutyFilter(overdue=True))
        so_far = await ledger.months.so_far()
        parties = () if so_far is None else so_far.parties
        return room.page(
            request,
            "consent/institutions.html",
            visitor,
            overdue=overdue,
            rows=_rows(parties, overdue),
            columns=[column.value for column in Column],
            so_far=so_far,
            months=[month.month for month in await ledger.months.closed()],
        )


def _rows(parties: tuple[PartyCounts, ...], overdue: list[OpenDuty]) -> list[InstitutionRow]:
    """Return those first who owe most, then who asked too much or used late most."""
    rows = [
        InstitutionRow(
            party.name, party.counts, sum(duty.party == party.party for duty in overdue)
        )
        for party in parties
    ]
    shown_first = (Column.OVER_ASKED, Column.BEYOND_REGISTRATION, Column.USED_LATE)
    worst = [tuple(Column).index(column) for column in shown_first]
    return sorted(rows, key=lambda row: (-row.overdue, *(-row.counts[at] for at in worst)))
