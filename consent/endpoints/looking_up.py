"""Opening records for a case, by the operator: ``POST /consent/operator/look-ups``.

    {"case": "2026-A-17", "reason": "court_order", "indexes": [7, 9]}

Each opening is an entry of the log before anything is answered; the citizen sees it. The answer
is ``{"records": [{"index", "number", "record", "salt", "terms", "unopenable"}, …]}``.
"""

from collections.abc import Callable
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from consent.endpoints.refusals import refusal
from consent.errors import ConsentError
from consent.forms.fields import Fields, malformed
from consent.forms.reason import Reason
from consent.forms.terms import Party
from consent.ledger import Ledger
from consent.looking_up import Order
from keys.json_value import JsonValue
from web.body import read_json_object
from web.replies import json_reply

OPERATOR: Final = "operator"
# A case is about some sharings; whoever wants a thousand wants something else.
OPENED_LIMIT: Final = 100
BODY_LIMIT: Final = 16 * 1024

Authorize = Callable[[Request, str], str]


def looking_up_routes(ledger: Ledger, authorize: Authorize) -> APIRouter:
    """Return the operator's address below the room's; it asks ``authorize`` first."""
    router = APIRouter(prefix="/operator", tags=["operator"])

    @router.post("/look-ups")
    async def open_records(request: Request) -> Response:
        """Open the records of some entries for a case, each opening written down first."""
        operator = authorize(request, OPERATOR)
        body = await read_json_object(request, limit=BODY_LIMIT)
        try:
            fields = Fields("look-up", body, ("case", "reason", "indexes"))
            order = Order(
                Party(f"operator/{operator}", operator),
                fields.text("case"),
                fields.choice("reason", Reason),
                "en",
            )
            indexes = _indexes(fields.value("indexes"))
            opened = await ledger.looking_up.open_all(indexes, order)
        except ConsentError as refused:
            return refusal(refused)
        return json_reply({"records": [each.as_dict() for each in opened]})

    return router


def _indexes(value: JsonValue) -> list[int]:
    if not isinstance(value, list) or not 1 <= len(value) <= OPENED_LIMIT:
        raise malformed(f"indexes are 1 to {OPENED_LIMIT} numbers of entries")
    return [Fields("look-up", {"index": each}, ("index",)).integer("index") for each in value]
