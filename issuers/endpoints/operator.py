"""The operator's desk: kinds, offers, certificates. Only with an operator's token."""

import re
from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Request, Response

from issuers.catalogue import AnyKind
from issuers.endpoints.answers import on_other_addresses
from issuers.errors import IssuerError, IssuerFailure
from issuers.issuer import Issuers
from issuers.kind import Purpose
from issuers.offers import By, Order
from issuers.ports import Change, KeptCertificate
from issuers.status import WORDS, Action
from keys.json_value import JsonObject
from standards.members import Members, members
from web.body import read_json_object
from web.replies import json_reply

OPERATOR = "operator"
# An order or a reason; nobody writes more at a counter.
BODY_LIMIT = 4 * 1024

# Handles and numbers as this room makes them, so that nothing else reaches the database.
_CITIZEN = re.compile(r"[A-Za-z0-9._-]{1,64}")
_NUMBER = re.compile(r"[0-9-]{1,32}")
# What a form prints on one line.
_LINE = re.compile(r"[^\x00-\x1f\x7f-\x9f\u2028\u2029]{1,100}")

Endpoint = Callable[..., Awaitable[Response]]
Authorize = Callable[[Request, str], str]


def routes(issuers: Issuers, authorize: Authorize) -> APIRouter:
    """Return the addresses below ``/issuers/operator``; each asks ``authorize`` first."""
    router = APIRouter(prefix="/issuers/operator", tags=["operator"])
    router.get("/kinds")(_kinds(issuers, authorize))
    router.post("/offers")(_offers(issuers, authorize))
    router.get("/credentials")(_certificates(issuers, authorize))
    for action in Action:
        router.post(f"/credentials/{{number}}/{action}")(_change(issuers, authorize, action))
    return router


def _kinds(issuers: Issuers, authorize: Authorize) -> Endpoint:
    @on_other_addresses
    async def kinds(request: Request) -> Response:
        """Return the kinds of certificate that can be offered."""
        authorize(request, OPERATOR)
        kinds = [_kind_as_dict(kind, issuers.base) for kind in issuers.catalogue.kinds.values()]
        return json_reply({"kinds": [*kinds]})

    return kinds


def _offers(issuers: Issuers, authorize: Authorize) -> Endpoint:
    @on_other_addresses
    async def offers(request: Request) -> Response:
        """Make an offer: ``{"kind", "to", "tx_code", "by", "purpose", …}``."""
        authorize(request, OPERATOR)
        order = parse_order(await read_json_object(request, limit=BODY_LIMIT))
        made = await issuers.offer(order)
        tx_code: JsonObject = {} if made.tx_code is None else {"tx_code": made.tx_code}
        return json_reply({"credential_offer_uri": made.credential_offer_uri, **tx_code})

    return offers


def _certificates(issuers: Issuers, authorize: Authorize) -> Endpoint:
    @on_other_addresses
    async def certificates(request: Request) -> Response:
        """Return the certificates issued to the citizen ``?to=``, the latest first."""
        authorize(request, OPERATOR)
        # Read by hand, so that a call without it is asked for its token first.
        kept = await issuers.certificates_of(_citizen(request.query_params.get("to", "")))
        return json_reply({"credentials": [_certificate_as_dict(one) for one in kept]})

    return certificates


def _change(issuers: Issuers, authorize: Authorize, action: Action) -> Endpoint:
    @on_other_addresses
    async def change(number: str, request: Request) -> Response:
        """Change the status of a certificate, by its issue number: ``{"reason"}``."""
        authorize(request, OPERATOR)
        reader = members(await read_json_object(request, limit=BODY_LIMIT), "body", _malformed)
        if _NUMBER.fullmatch(number) is None:
            detail = "give the issue number printed on the certificate"
            raise IssuerError(IssuerFailure.UNKNOWN_CERTIFICATE, detail)
        kept = await issuers.change(Change(number, action, _line(reader, "reason")))
        return json_reply(_certificate_as_dict(kept))

    change.__name__ = action.value
    return change


def parse_order(body: JsonObject) -> Order:
    """Return the order in a request body, or raise `IssuerError` (malformed, unknown_citizen)."""
    reader = members(body, "body", _malformed)
    by = reader.optional_text("by") or By.VALUE.value
    if by not in set(By):
        raise _malformed("by is value or reference")
    return Order(
        kind=reader.text("kind"),
        citizen=_citizen(reader.text("to")),
        purpose=_purpose(reader),
        with_tx_code=reader.flag("tx_code", default=False),
        by=By(by),
    )


def _purpose(reader: Members) -> Purpose | None:
    if not reader.has("purpose"):
        return None
    optional = {
        name: _line(reader, name) if reader.has(name) else None
        for name in ("purpose_detail", "payer")
    }
    return Purpose(_line(reader, "purpose"), optional["purpose_detail"], optional["payer"])


def _line(reader: Members, name: str) -> str:
    text = reader.text(name)
    if _LINE.fullmatch(text) is None:
        raise _malformed(f"{name} is one line of at most 100 characters")
    return text


def _citizen(text: str) -> str:
    if _CITIZEN.fullmatch(text) is None:
        raise IssuerError(IssuerFailure.UNKNOWN_CITIZEN, "the register knows no such citizen")
    return text


def _kind_as_dict(kind: AnyKind, base: str) -> JsonObject:
    return {
        "kind": kind.name,
        "authority": kind.authority.name,
        "issuer": kind.authority.identifier(base),
        "vct": kind.vct(base),
        "label": dict(kind.label.by_locale()),
        "purposes": [*sorted(kind.purposes)],
    }


def _certificate_as_dict(kept: KeptCertificate) -> JsonObject:
    certificate = kept.certificate
    return {
        "id": certificate.number,
        "kind": certificate.entitlement.kind,
        "to": certificate.entitlement.citizen,
        "status": WORDS[kept.status],
        "reason": kept.reason,
        "issued_at": certificate.issued_at.isoformat(),
        "expires_at": certificate.expires_at.isoformat(),
    }


def _malformed(detail: str) -> IssuerError:
    return IssuerError(IssuerFailure.MALFORMED, detail)
