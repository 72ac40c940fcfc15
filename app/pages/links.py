"""The short address in a desk's picture: the request itself stands behind it.

A request's own address makes a dense code; this one stays coarse enough for an old camera.
"""

from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.responses import Response

from app.errors import CommandError
from app.pages.requests_open import OpenRequests
from app.pages.visits import Visits, see_other

OPEN = "/wallet/open"


def short_links(visits: Visits, opened: OpenRequests) -> APIRouter:
    """Return the route ``/wallet/open/{transaction_id}``, which leads to the wallet's question."""
    router = visits.router()

    @router.get(f"{OPEN}/{{transaction_id}}")
    async def follow(transaction_id: str) -> Response:
        uri = opened.uri_of(transaction_id)
        if uri is None:
            raise CommandError("link_unknown", "caller", "Ask the desk for a new code.")
        return see_other("/wallet/ask?" + urlencode({"request_uri": uri}))

    return router
