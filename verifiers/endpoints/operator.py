"""What the operator calls: see what may be asked, ask, read the result and what was refused."""

from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from keys.json_value import JsonObject
from standards.openid4vp.dc_api import credential_request_options
from verifiers.asking.over_asking import RefusedAsking
from verifiers.asking.questions import Asked
from verifiers.endpoints.answers import Authorize, ProblemRoute
from verifiers.endpoints.asking_input import begun, handed_back
from verifiers.endpoints.described import operator
from verifiers.endpoints.limits import RESPONSE_LIMIT
from verifiers.endpoints.operator_schemas import ANSWERED, ASKING, BEGIN, HANDED_BACK
from verifiers.registered.registration import asked_paths
from verifiers.services.profile import Profile
from verifiers.verifier import Verifiers
from web.body import read_json_object
from web.replies import json_reply

ROLE: Final = "operator"
# A query within the limits of DCQL, with long paths.
BODY_LIMIT: Final = 256 * 1024
REFUSED_SHOWN: Final = 100


def operator_routes(verifiers: Verifiers, authorize: Authorize) -> APIRouter:
    """Return the addresses under ``/operator``, each for the operator alone."""
    router = APIRouter(prefix="/operator", route_class=ProblemRoute)

    @router.get("/profiles", **operator("profiles"))
    async def profiles(request: Request) -> Response:
        """Return what may be asked, by whom, and why."""
        authorize(request, ROLE)
        listed = [_profile_form(verifiers, one) for one in verifiers.catalogue.profiles]
        return json_reply({"profiles": [*listed]})

    @router.post("/transactions", **operator("begin", body=BEGIN, refuses=ASKING))
    async def begin(request: Request) -> Response:
        """Ask: with a profile, within a consent that stands, or with a query of DCQL."""
        authorize(request, ROLE)
        body = await read_json_object(request, limit=BODY_LIMIT)
        return json_reply(_asked_form(await begun(verifiers, body)))

    @router.post(
        "/transactions/{transaction_id}/response",
        **operator("handed_back", body=HANDED_BACK, refuses=ANSWERED),
    )
    async def response(transaction_id: str, request: Request) -> Response:
        """Take what the browser gave a page of the institution's own, and answer the result."""
        authorize(request, ROLE)
        body = await read_json_object(request, limit=RESPONSE_LIMIT)
        await verifiers.browser.receive(transaction_id, handed_back(body))
        return json_reply((await verifiers.result(transaction_id)).as_dict())

    @router.get("/transactions/{transaction_id}", **operator("result", refuses=(404,)))
    async def result(transaction_id: str, request: Request) -> Response:
        """Return what came of a question so far; claims are told for a minute."""
        authorize(request, ROLE)
        return json_reply((await verifiers.result(transaction_id)).as_dict())

    @router.get(
        "/transactions/{transaction_id}/evidence", **operator("evidence", refuses=(400, 404))
    )
    async def evidence(transaction_id: str, request: Request) -> Response:
        """Return the proof of a sharing; no claim is in it."""
        authorize(request, ROLE)
        return json_reply(await verifiers.evidence(transaction_id))

    @router.get("/over-asking", **operator("over_asking"))
    async def over_asking(request: Request) -> Response:
        """Return the latest attempts to ask for more than is registered."""
        authorize(request, ROLE)
        refused = await verifiers.refused_askings(REFUSED_SHOWN)
        return json_reply({"refused": [_refused_form(one) for one in refused]})

    return router


def _asked_form(asked: Asked) -> JsonObject:
    """Return the link a wallet opens, or what a page gives to ``navigator.credentials.get``."""
    if asked.handed is None:
        return {"transaction_id": asked.transaction_id, "request_uri": asked.request_uri}
    options = credential_request_options([asked.handed])
    return {"transaction_id": asked.transaction_id, **options}


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
