"""JSON schemas of what operators send; `issuers.endpoints.desk_input` decides."""

from typing import Final

from consent.forms.statutory import StatutoryView
from issuers.grounds import Ground
from issuers.issuance.book import CertificateState
from issuers.offers.fees import Channel
from issuers.offers.offer import By, GrantType
from keys.json_value import JsonObject
from web.described import asked_for, having, one_of

_TEXT: Final[JsonObject] = {"type": "string", "minLength": 1}
_LINE: Final[JsonObject] = {"type": "string", "minLength": 1, "maxLength": 100}
_DAY: Final[JsonObject] = {"type": "string", "format": "date"}
_COUNT: Final[JsonObject] = {"type": "integer", "minimum": 0}
_GROUND: Final = one_of(*(each.value for each in Ground))
_ORDER: Final[dict[str, JsonObject]] = {
    "kind": _TEXT,
    "to": {**_TEXT, "description": "the applicant"},
    "about": {**_TEXT, "description": "somebody of the household, when it is not the applicant"},
    "view": one_of(*(each.value for each in StatutoryView)),
    "options": {"type": "object", "additionalProperties": _TEXT},
    "purpose": _LINE,
    "purpose_detail": _LINE,
    "payer": _LINE,
    "tx_code": {"type": "boolean"},
    "by": one_of(*(each.value for each in By)),
    "grant": one_of("pre-authorized_code", GrantType.AUTHORIZATION_CODE.value),
    "mandate": _TEXT,
    "decision": {"type": "boolean", "description": "an officer decides before it is issued"},
    "channel": one_of(*(each.value for each in Channel)),
}

ORDER: Final = having("kind", "to", **_ORDER)
REFUSAL: Final = having("kind", "to", "ground", **_ORDER, ground=_GROUND)
GROUND: Final = having("ground", ground=_GROUND)
SEARCH: Final = having("query", query=_TEXT)
REASON: Final = having("reason", reason=_LINE)
ALL_OF_CITIZEN: Final = having("to", "reason", to=_LINE, reason=_LINE)
MOVE: Final = having(
    *("citizen", "address", "on", "reason"), citizen=_TEXT, address=_LINE, on=_DAY, reason=_LINE
)
RESTRICTION: Final = having("protected", "against", protected=_TEXT, against=_TEXT)
DAY: Final = having("on", on=_DAY)
# "from" is a word of the language.
_PRINCIPAL: Final[dict[str, JsonObject]] = {"from": _TEXT}
WITHDRAWAL: Final = having("from", **_PRINCIPAL)
MANDATE: Final = having(
    *("from", "to", "kind", "until"),
    **_PRINCIPAL,
    to=_LINE,
    kind=_TEXT,
    purpose=_LINE,
    until=_DAY,
    uses=_COUNT,
)
BOOK: Final = having(
    kind=_TEXT,
    status=one_of(*(each.value for each in CertificateState)),
    since=_DAY,
    until=_DAY,
    text={"type": "string"},
    before=_TEXT,
    limit=_COUNT,
)
CLIENT: Final = having(
    *("client_id", "redirect_uris"),
    client_id=_TEXT,
    redirect_uris={"type": "array", "items": _TEXT},
    jwks=having("keys", keys={"type": "array", "items": {"type": "object"}}),
)
CLIENT_ID: Final = having("client_id", client_id=_TEXT)

# Read by hand, so that a call without it is asked for its token first.
OF_CITIZEN: Final = asked_for("to", {"type": "string"})
BY_CITIZEN: Final = asked_for("of", {"type": "string"})
