"""The institution's pages: choose what to check, show the code, read the verdict."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.pages.claim_labels import claim_names, labelled, names_of
from app.pages.links import OPEN
from app.pages.requests_open import OpenRequests
from app.pages.verdict import verdict_of
from app.pages.visits import Visits, language_of, see_other
from app.service_client import ServiceClient, segment
from web.language import texts

_TRANSACTIONS = "/verifiers/operator/transactions"


def institution_pages(client: ServiceClient, visits: Visits, opened: OpenRequests) -> APIRouter:
    """Return the pages ``/verifiers`` and ``/verifiers/checks/{id}``, and their form."""
    router = visits.router()

    @router.get("/verifiers")
    async def verifiers(request: Request) -> Response:
        listed = (await client.operator_get("/verifiers/operator/profiles"))["profiles"]
        names = await claim_names(client)
        profiles = [
            {**profile, "claims": names_of(names, profile["claims"])}
            for profile in (listed if isinstance(listed, list) else ())
            if isinstance(profile, dict)
        ]
        return visits.page(request, "verifiers.html", profiles=profiles)

    @router.post("/pages/check")
    async def check(request: Request) -> Response:
        form = await visits.form(request)
        asked = await client.operator_post(_TRANSACTIONS, {"profile": form.one("profile")})
        transaction_id = str(asked["transaction_id"])
        opened.remember(transaction_id, str(asked["request_uri"]))
        return see_other(f"/verifiers/checks/{segment(transaction_id)}")

    @router.get("/verifiers/checks/{transaction_id}")
    async def result(request: Request, transaction_id: str) -> Response:
        found = await client.operator_get(f"{_TRANSACTIONS}/{segment(transaction_id)}")
        verdict = verdict_of(found)
        shown = found["credentials"]
        return visits.page(
            request,
            "check.html",
            verdict=verdict,
            verdict_text=texts(language_of(request))[verdict.text],
            request_uri=opened.uri_of(transaction_id),
            link=f"{client.base}{OPEN}/{segment(transaction_id)}",
            failure=found.get("failure"),
            credentials=[
                await labelled(client, each)
                for each in (shown if isinstance(shown, list) else ())
                if isinstance(each, dict)
            ],
        )

    return router
