"""What the operator calls: see what may be asked, ask, read the result and what was refused."""

from enum import StrEnum
from typing import Final, TypeVar

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from keys.json_value import JsonObject
from standards.openid4vp.client_id import CertificatePrefix
from standards.openid4vp.dc_api import DcApiProtocol, credential_request_options
from standards.openid4vp.request import ResponseMode
from standards.openid4vp.request_uri import RequestUriMethod
from verifiers.asking.enquiry import Wish
from verifiers.asking.over_asking import RefusedAsking
from verifiers.asking.questions import Asked
from verifiers.endpoints.answers import Authorize, ProblemRoute
from verifiers.endpoints.limits import RESPONSE_LIMIT
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.presented.responses import HandedBack
from verifiers.registered.registration import asked_paths
from verifiers.services.profile import Profile
from verifiers.transaction import Flow
from verifiers.verifier import Verifiers
from web.body import read_json_object
from web.replies import json_reply

ROLE: Final = "operator"
# A query within the limits of DCQL, with long paths.
BODY_LIMIT: Final = 256 * 1024
REFUSED_SHOWN: Final = 100

_WISHES: Final = ("flow", "mode", "prefix", "method", "protocol", "origin", "transactions")
_MEMBERS: Final = frozenset({"profile", "dcql", "session", "consent", *_WISHES})

_Choice = TypeVar("_Choice", bound=StrEnum)


def operator_routes(verifiers: Verifiers, authorize: Authorize) -> APIRouter:
    """Return the addresses under ``/operator``, each for the operator alone."""
    router = APIRouter(prefix="/operator", route_class=ProblemRoute)

    @router.get("/profiles")
    async def profiles(request: Request) -> Response:
        authorize(request, ROLE)
        listed = [_profile_form(verifiers, one) for one in verifiers.catalogue.profiles]
        return json_reply({"profiles": [*listed]})

    @router.post("/transactions")
    async def begin(request: Request) -> Response:
        authorize(request, ROLE)
        body = await read_json_object(request, limit=BODY_LIMIT)
        return json_reply(_asked_form(await _begun(verifiers, body)))

    @router.post("/transactions/{transaction_id}/response")
    async def handed_back(transaction_id: str, request: Request) -> Response:
        """Take what the browser gave a page of the institution's own, and answer the result."""
        authorize(request, ROLE)
        body = await read_json_object(request, limit=RESPONSE_LIMIT)
        await verifiers.browser.receive(transaction_id, _handed_back(body))
        return json_reply((await verifiers.result(transaction_id)).as_dict())

    @router.get("/transactions/{transaction_id}")
    async def result(transaction_id: str, request: Request) -> Response:
        authorize(request, ROLE)
        return json_reply((await verifiers.result(transaction_id)).as_dict())

    @router.get("/transactions/{transaction_id}/evidence")
    async def evidence(transaction_id: str, request: Request) -> Response:
        authorize(request, ROLE)
        return json_reply(await verifiers.evidence(transaction_id))

    @router.get("/over-asking")
    async def over_asking(request: Request) -> Response:
        authorize(request, ROLE)
        refused = await verifiers.refused_askings(REFUSED_SHOWN)
        return json_reply({"refused": [_refused_form(one) for one in refused]})

    return router


async def _begun(verifiers: Verifiers, body: JsonObject) -> Asked:
    """Begin what the body asks for: a profile, once or within a consent, or a query."""
    wish, session = _wish(body), _text(body, "session")
    match body:
        case {"profile": str(name), "consent": str(consent)} if body.keys().isdisjoint(
            {"dcql", "transactions"}
        ):
            # How it is asked within a consent was settled when that was given.
            return await verifiers.ask_again(name, consent)
        case {"profile": str(name)} if body.keys().isdisjoint({"dcql", "consent"}):
            return await verifiers.ask_profile(name, wish, session=session)
        case {"dcql": query} if body.keys().isdisjoint({"profile", "consent"}):
            return await verifiers.ask_query(query, wish, session=session)
        case _:
            raise VerifierError(
                Failure.REQUEST_INVALID, "a profile, with a consent or not, or dcql"
            )


def _wish(body: JsonObject) -> Wish:
    """Return how the question is to be put; a member we do not know is a mistake of the caller."""
    if not body.keys() <= _MEMBERS:
        raise VerifierError(Failure.REQUEST_INVALID, f"members are {', '.join(sorted(_MEMBERS))}")
    return Wish(
        flow=_choice(body, "flow", Flow),
        mode=_choice(body, "mode", ResponseMode),
        prefix=_choice(body, "prefix", CertificatePrefix),
        method=_choice(body, "method", RequestUriMethod),
        protocol=_choice(body, "protocol", DcApiProtocol),
        origin=_text(body, "origin"),
        transactions=_transactions(body),
    )


def _handed_back(body: JsonObject) -> HandedBack:
    match body:
        case {"origin": str(origin), "data": dict(data)}:
            return HandedBack(data, origin, _text(body, "session"))
        case _:
            raise VerifierError(Failure.REQUEST_INVALID, "origin, data, and perhaps session")


def _asked_form(asked: Asked) -> JsonObject:
    """Return the link a wallet opens, or what a page gives to ``navigator.credentials.get``."""
    if asked.handed is None:
        return {"transaction_id": asked.transaction_id, "request_uri": asked.request_uri}
    options = credential_request_options([asked.handed])
    return {"transaction_id": asked.transaction_id, **options}


def _transactions(body: JsonObject) -> tuple[JsonObject, ...]:
    value = body.get("transactions", [])
    entries = value if isinstance(value, list) else [None]
    objects = tuple(entry for entry in entries if isinstance(entry, dict))
    if len(objects) < len(entries):
        raise VerifierError(Failure.REQUEST_INVALID, "transactions is a list of objects")
    return objects


def _choice(body: JsonObject, name: str, choices: type[_Choice]) -> _Choice | None:
    value = _text(body, name)
    if value is None:
        return None
    if value not in set(choices):
        raise VerifierError(Failure.REQUEST_INVALID, f"{name}: {', '.join(choices)}")
    return choices(value)


def _text(body: JsonObject, name: str) -> str | None:
    value = body.get(name)
    if value is not None and not isinstance(value, str):
        raise VerifierError(Failure.REQUEST_INVALID, f"{name} is text")
    return value


def _profile_form(verifiers: Verifiers, profile: Profile) -> JsonObject:
    party = verifiers.catalogue.registrations.party(profile.party)
    purpose = party.purpose(profile.purpose)
    return {
        "profile": profile.name,
        "title": profile.title.as_dict(),
        "party": {"id": party.id, "name": party.names.as_dict()},
        "purpose": {"code": purpose.code, "text": purpose.text.as_dict()},
        "claims": [*asked_paths(profile.query)],
        "flow": profile.flow.value,
        "mode": profile.mode.value,
        "offline_ok": purpose.offline_ok,
        "transaction_types": [*purpose.transaction_types],
    }


def _refused_form(refused: RefusedAsking) -> JsonObject:
    return {
        "party": refused.party,
        "purpose": refused.purpose,
        "asked": [*refused.asked],
        "at": refused.refused_at.isoformat(),
    }
