"""What an institution pastes: a link, a request object, its claims, a query, or an HTTP answer."""

import re
from dataclasses import dataclass
from typing import Final

from keys import jws
from keys.errors import KeysError
from keys.strict_json import JsonObject, loads, loads_object
from standards.openid4vp.errors import RequestError
from standards.openid4vp.request_link import RequestByValue, RequestParameters, read_request_link
from standards.openid4vp.request_object import MEDIA_TYPE
from verifiers.onboarding.rules import Rule

# As much as a wallet reads of a request.
PASTED_LIMIT: Final = 256 * 1024
_LINK: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S*")
_HTTP: Final = re.compile(r"HTTP/[0-9.]+ ([0-9]{3})")
_OK: Final = "200"


@dataclass(frozen=True, slots=True)
class Wrong:
    """One rule that is broken; ``detail`` says how, in the words of whoever found it."""

    rule: Rule
    detail: str


@dataclass(frozen=True, slots=True)
class Pasted:
    """What was read, as far as it can be; ``met`` and ``wrong`` are the rules of reading it.

    ``claims`` is the request, None when none was found; ``query_only`` when a query alone was
    pasted. ``signed`` is the object beneath, ``client_id`` whose it is by the link.
    """

    met: tuple[Rule, ...] = ()
    wrong: tuple[Wrong, ...] = ()
    claims: JsonObject | None = None
    query_only: bool = False
    signed: jws.UnverifiedJws | None = None
    client_id: str | None = None


def read_pasted(text: str) -> Pasted:
    """Return what was pasted; never an error: what cannot be read is a broken rule."""
    text = text.strip()
    if len(text) > PASTED_LIMIT:
        return Pasted(wrong=(Wrong(Rule.OBJECT, f"longer than {PASTED_LIMIT} characters"),))
    if text.startswith("HTTP/"):
        return _answer(text)
    if text.startswith("{"):
        return _json(text)
    if _LINK.fullmatch(text):
        return _link(text)
    return _object(text)


def _answer(text: str) -> Pasted:
    """Read a whole HTTP answer: what its head says, and the object in its body."""
    head, _, body = text.replace("\r\n", "\n").partition("\n\n")
    status = _HTTP.match(head)
    types = re.findall(r"(?im)^content-type:[ \t]*([^;\s]+)", head)
    met, wrong = [], []
    for rule, holds, detail in (
        (Rule.HTTP_STATUS, status is not None and status[1] == _OK, "another status than 200"),
        (Rule.MEDIA_TYPE, types == [MEDIA_TYPE], f"{MEDIA_TYPE} was expected, once"),
    ):
        if holds:
            met.append(rule)
        else:
            wrong.append(Wrong(rule, detail))
    inside = _json(body.strip()) if body.strip().startswith("{") else _object(body.strip())
    return Pasted(
        (*met, *inside.met),
        (*wrong, *inside.wrong),
        inside.claims,
        inside.query_only,
        inside.signed,
    )


def _json(text: str) -> Pasted:
    try:
        value = loads(text)
    except KeysError as error:
        return Pasted(wrong=(Wrong(Rule.OBJECT, error.detail),))
    if not isinstance(value, dict):
        return Pasted(wrong=(Wrong(Rule.OBJECT, "one JSON object was expected"),))
    if "credentials" in value and "dcql_query" not in value:
        return Pasted(claims={"dcql_query": value}, query_only=True)
    return Pasted(claims=value)


def _link(text: str) -> Pasted:
    try:
        link = read_request_link(text)
    except RequestError as error:
        return Pasted(wrong=(Wrong(Rule.LINK, error.detail),))
    match link:
        case RequestParameters(claims=claims, client_id=client_id):
            return Pasted(met=(Rule.LINK,), claims=claims, client_id=client_id)
        case RequestByValue(token=token, client_id=client_id):
            inside = _object(token)
            return Pasted(
                (Rule.LINK, *inside.met),
                inside.wrong,
                inside.claims,
                signed=inside.signed,
                client_id=client_id,
            )
        case _:
            # Nothing is fetched for whoever pastes an address: it is told what to paste next.
            return Pasted(met=(Rule.LINK,), client_id=link.client_id)


def _object(text: str) -> Pasted:
    try:
        unverified = jws.parse(text)
        claims = loads_object(unverified.payload)
    except KeysError as error:
        return Pasted(wrong=(Wrong(Rule.OBJECT, error.detail),))
    return Pasted(met=(Rule.OBJECT,), claims=claims, signed=unverified)
