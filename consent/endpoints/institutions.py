"""Institution by institution, for the operator: ``GET /consent/operator/institutions``.

    {"month": "2026-11", "first": 0, "last": 1042, "whole": true,
     "institutions": [{"party": "kr-110111-0000001", "name": "미리내은행", "asked": 812, …}, …]}

It is the open month as `/consent/institutions` shows it to an auditor: counts of entries and of
what their records say, and nobody's name or label.
"""

from collections.abc import Callable
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from consent.ledger import Ledger
from consent.months import SoFar
from consent.statistics.counting import Column, PartyCounts
from keys.json_value import JsonObject
from web.replies import json_reply

Authorize = Callable[[Request, str], str]
OPERATOR: Final = "operator"


def institution_routes(ledger: Ledger, authorize: Authorize) -> APIRouter:
    """Return the operator's address below the room's; it asks ``authorize`` first."""
    router = APIRouter(prefix="/operator", tags=["operator"])

    @router.get("/institutions")
    async def institutions(request: Request) -> Response:
        """Count what each institution asked this month, was given and asked too much."""
        authorize(request, OPERATOR)
        return json_reply(_month(await ledger.months.so_far()))

    return router


def _month(so_far: SoFar | None) -> JsonObject:
    if so_far is None:
        return {"month": None, "first": 0, "last": 0, "whole": True, "institutions": []}
    return {
        "month": so_far.of.month,
        "first": so_far.of.first,
        "last": so_far.of.last,
        "whole": so_far.whole,
        "institutions": [_institution(each) for each in so_far.parties],
    }


def _institution(party: PartyCounts) -> JsonObject:
    counts: JsonObject = {column.value: party.of(column) for column in Column}
    return {"party": party.party, "name": party.name, **counts}
