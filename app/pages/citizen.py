"""The citizen's pages: take a certificate, look into the wallet, answer who asks."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.errors import CommandError
from app.pages.claim_labels import claim_names, names_of
from app.pages.requests_open import OpenRequests
from app.pages.visits import Visits, see_other
from app.service_client import ServiceClient, segment
from keys.strict_json import JsonObject, JsonValue

HOLDER = "demo"


def citizen_pages(client: ServiceClient, visits: Visits, opened: OpenRequests) -> APIRouter:
    """Return the pages ``/issuers``, ``/wallet`` and ``/wallet/ask``, and the forms on them."""
    router = visits.router()
    router.include_router(_receiving(client, visits))
    router.include_router(_answering(client, visits, opened))
    return router


def _receiving(client: ServiceClient, visits: Visits) -> APIRouter:
    """Return the pages on which a certificate is taken and looked at."""
    router = visits.router()

    @router.get("/issuers")
    async def issuers(request: Request) -> Response:
        answer = await client.operator_get("/issuers/operator/kinds")
        return visits.page(request, "issuers.html", kinds=answer["kinds"])

    @router.post("/pages/receive")
    async def receive(request: Request) -> Response:
        form = await visits.form(request)
        offer = await _offer(client, form.one("kind"))
        await client.holder_post(HOLDER, "/accept", offer)
        return see_other("/wallet")

    @router.post("/pages/offer")
    async def offer(request: Request) -> Response:
        form = await visits.form(request)
        made = await _offer(client, form.one("kind"))
        return visits.page(request, "offer.html", uri=made["credential_offer_uri"])

    @router.get("/wallet")
    async def wallet(request: Request) -> Response:
        return visits.page(
            request,
            "wallet.html",
            credentials=await _credentials(client),
            history=await events(client),
        )

    return router


def _answering(client: ServiceClient, visits: Visits, opened: OpenRequests) -> APIRouter:
    """Return the page that says who asks for what, and the two answers to it."""
    router = visits.router()

    @router.get("/wallet/ask")
    async def ask(request: Request) -> Response:
        request_uri = request.query_params.get("request_uri", "")
        seen = await client.holder_post(HOLDER, "/review", {"request_uri": request_uri})
        required, optional = _claims_to_choose(seen)
        return visits.page(
            request,
            "ask.html",
            review=seen,
            who=_name(seen),
            request_uri=request_uri,
            required=required,
            optional=optional,
        )

    @router.post("/pages/present")
    async def present(request: Request) -> Response:
        form = await visits.form(request)
        uri, chosen = form.one("request_uri"), form.all("with")
        wanted: JsonObject = {"request_uri": uri, "with": list[JsonValue](chosen), "drop": []}
        answered = await client.holder_post(HOLDER, "/present", wanted)
        latest = (await events(client))[0]
        return visits.page(
            request,
            "answered.html",
            sent=True,
            claims=names_of(await claim_names(client), latest["claims"]),
            receipt=answered.get("receipt"),
            check=opened.transaction_of(uri),
        )

    @router.post("/pages/refuse")
    async def refuse(request: Request) -> Response:
        form = await visits.form(request)
        uri = form.one("request_uri")
        await client.holder_post(HOLDER, "/refuse", {"request_uri": uri})
        check = opened.transaction_of(uri)
        return visits.page(
            request, "answered.html", sent=False, claims=[], receipt=None, check=check
        )

    return router


async def events(client: ServiceClient) -> list[JsonObject]:
    """Return the demo citizen's history, newest first."""
    listed = (await client.holder_get(HOLDER, "/history"))["history"]
    return [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []


async def _offer(client: ServiceClient, kind: str) -> JsonObject:
    order: JsonObject = {"kind": kind, "to": HOLDER, "tx_code": False, "by": "value"}
    return await client.operator_post("/issuers/operator/offers", order)


async def _credentials(client: ServiceClient) -> list[JsonObject]:
    listed = (await client.holder_get(HOLDER, "/credentials"))["credentials"]
    return [
        await client.holder_get(HOLDER, f"/credentials/{segment(str(each['credential_id']))}")
        for each in (listed if isinstance(listed, list) else ())
        if isinstance(each, dict)
    ]


def _name(seen: JsonObject) -> str:
    """Return who asks: as the terms name the receiver, else as the certificate does."""
    match seen:
        case {"terms": {"receiver": {"name": str(name)}}} | {"party": {"name": str(name)}}:
            return name
        case _:
            raise CommandError("unexpected_answer", "wallet", "the review names nobody")


def _claims_to_choose(seen: JsonObject) -> tuple[list[JsonObject], list[JsonObject]]:
    """Return the required and the optional claims, each with its labels and the held value."""
    choices, required = seen["choices"], seen["required"]
    by_path: dict[str, JsonObject] = {}
    for choice in choices if isinstance(choices, list) else ():
        for claim in _shown_claims(choice):
            by_path.setdefault(str(claim["path"]), claim)
    needed = set(map(str, required)) if isinstance(required, list) else set()
    return (
        [claim for path, claim in by_path.items() if path in needed],
        [claim for path, claim in by_path.items() if path not in needed],
    )


def _shown_claims(choice: JsonValue) -> list[JsonObject]:
    match choice:
        case {"credentials": list(credentials)}:
            return [
                claim
                for credential in credentials
                if isinstance(credential, dict)
                for claim in _objects(credential.get("claims"))
            ]
        case _:
            return []


def _objects(value: JsonValue) -> list[JsonObject]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
