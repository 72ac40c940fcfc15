"""JSON schemas of what institutions send and are told; the handlers decide."""

from typing import Final

from keys.json_value import JsonObject
from standards.openid4vp.client_id import CertificatePrefix
from standards.openid4vp.dc_api import DcApiProtocol
from standards.openid4vp.request import ResponseMode
from standards.openid4vp.request_uri import RequestUriMethod
from verifiers.delivering.result import EXPIRED
from verifiers.events.event import EventKind
from verifiers.transaction import Flow, Progress
from verifiers.verifying.settling import Settlement
from web.described import asked_for, closed, having, one_of

_TEXT: Final[JsonObject] = {"type": "string"}
_NUMBER: Final[JsonObject] = {"type": "integer", "minimum": 0}
_OBJECT: Final[JsonObject] = {"type": "object"}
_YES_OR_NO: Final[JsonObject] = {"type": "boolean"}
_TEXT_OR_NONE: Final[JsonObject] = {"type": ["string", "null"]}


def _list(items: JsonObject) -> JsonObject:
    return {"type": "array", "items": items}


# What makes an asking fail beside its body: the party's key, and too many questions that wait.
ASKING: Final = (404, 429, 503)
# What an answer may meet: no such question, and a ledger or status list that is away.
ANSWERED: Final = (404, 429, 503)

BEGIN: Final = having(
    profile=_TEXT,
    dcql={"type": "object", "description": "a query of OpenID4VP 6, instead of a profile"},
    consent={"type": "string", "description": "a consent that stands, to ask within"},
    session={"type": "string", "description": "the browser's session that may read the result"},
    flow=one_of(*(each.value for each in Flow)),
    mode=one_of(*(each.value for each in ResponseMode)),
    prefix=one_of(*(each.value for each in CertificatePrefix)),
    method=one_of(*(each.value for each in RequestUriMethod)),
    protocol=one_of(*(each.value for each in DcApiProtocol)),
    origin=_TEXT,
    transactions=_list(having("type", type=_TEXT)),
)
HANDED_BACK: Final = having("origin", "data", origin=_TEXT, data=_OBJECT, session=_TEXT)
WEBHOOK: Final = closed(address=_TEXT)
PASTED: Final = closed(text=_TEXT)
SCAN: Final = having("text", text=_TEXT, profile=_TEXT)
DESK: Final = closed(profile=_TEXT, name=_TEXT)
CHALLENGE: Final = closed(profile=_TEXT)
USE: Final = closed(id=_TEXT, profile=_TEXT, text=_TEXT, read_at=_NUMBER)
DEFINITION: Final = having("id", "name", "address", "contact", "purposes")
AFTER: Final = asked_for("after", {"type": "string", "description": "a number, 0 unless told"})

_STATES: Final = (*(each.value for each in Progress if each is not Progress.CHECKING), EXPIRED)
_RESULT: Final[dict[str, JsonObject]] = {
    "state": one_of(*_STATES),
    "credentials": _list(having("vct", "issuer", "claims", "status")),
    "match_number": _TEXT,
    "confirmed": _list(having("type", type=_TEXT)),
    "failure": closed(code=_TEXT, party=_TEXT, detail=_TEXT),
    "recorded": _TEXT,
}
_WEBHOOK: Final = closed(
    party=_TEXT,
    address=_TEXT,
    numbered=_NUMBER,
    delivered=_NUMBER,
    tries=_NUMBER,
    trouble=_TEXT_OR_NONE,
)
_DESK: Final = closed(
    desk=_TEXT, party=_TEXT, profile=_TEXT, name=_TEXT, link=_TEXT, opened_at=_TEXT
)
_EVENT: Final = closed(
    party=_TEXT,
    sequence=_NUMBER,
    event=one_of(*(each.value for each in EventKind)),
    transaction_id=_TEXT,
    at=_NUMBER,
)
_PROFILE: Final = having(
    *("profile", "title", "party", "purpose", "claims", "flow", "mode"),
    *("offline_ok", "transaction_types"),
)
_REGISTERED: Final = closed(
    party=_TEXT, purpose=_TEXT, sha256=_TEXT, since=_TEXT, current=_YES_OR_NO
)
_EVIDENCE: Final = ("receipt", "consent", "key_bindings", "confirmed", "request_objects", "steps")
_SUPPLIES: Final = (
    *("made_at", "party", "names", "trust_list", "trust_keeper", "chains", "status_lists"),
    *("issuers", "checks"),
)

_ORIGINAL: Final = closed(
    transaction_id=_TEXT,
    party=_TEXT,
    purpose=_TEXT,
    kept_at=_TEXT,
    kept_until=_TEXT,
    readings=_list(closed(person=_TEXT, at=_TEXT)),
)
TELLS: Final[dict[str, JsonObject]] = {
    "profiles": closed(profiles=_list(_PROFILE)),
    "begin": having("transaction_id", transaction_id=_TEXT, request_uri=_TEXT, digital=_OBJECT),
    "handed_back": having("state", "credentials", **_RESULT),
    "result": having("state", "credentials", **_RESULT),
    "evidence": having(*_EVIDENCE),
    "over_asking": closed(refused=_list(having("party", "purpose", "asked", "at"))),
    "desks": closed(desks=_list(_DESK)),
    "open_desk": _DESK,
    "originals": closed(originals=_list(_ORIGINAL)),
    "tell_at": _WEBHOOK,
    "webhooks": closed(webhooks=_list(_WEBHOOK)),
    "webhook": _WEBHOOK,
    "events": closed(events=_list(_EVENT)),
    "look_over": closed(
        ok=_YES_OR_NO,
        rules=_list(having("rule", "outcome", "section")),
        shown={"type": ["object", "null"]},
    ),
    "registrations": closed(registrations=_list(_REGISTERED)),
    "register": closed(party=_TEXT, purposes=_list(_TEXT), profiles=_list(_TEXT)),
    "scan": having("transaction_id", "state", "credentials", transaction_id=_TEXT, **_RESULT),
    "challenge": closed(challenge=_TEXT, expires_at=_TEXT),
    "supplies": having(*_SUPPLIES),
    "bring_home": closed(
        state=one_of(*(each.value for each in Settlement)),
        transaction_id=_TEXT,
        code=_TEXT_OR_NONE,
    ),
}
