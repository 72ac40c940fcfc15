"""Whoever answered is led to the page the asking party returned (OpenID4VP 1.0 section 8.2).

By itself, though not at once: what was sent must be read first, and stay in view for as long as
the person likes. So there is time to stop it, by a link and without a script.
"""

from datetime import datetime, timedelta
from typing import Final

from starlette.datastructures import QueryParams
from starlette.responses import Response

# More than the twenty seconds a person must have to stop it (WCAG 2.2.1), and less than the
# thirty within which the conformance suite looks for the browser.
SECONDS: Final = 25
# Whoever opens the page later reads it; the address may have been used up by then.
FRESH: Final = timedelta(minutes=1)
# What the link that stops it adds to the page's address.
STAY: Final = "stay"


def goes_on_by_itself(since: datetime, asked: QueryParams, *, now: datetime) -> bool:
    """Tell whether the page leads on: it is the first look, and nobody stopped it."""
    return now - since < FRESH and STAY not in asked


def lead_on(answer: Response, address: str) -> Response:
    """Let the browser open an address a while after it got this page; a GET, as by a link."""
    answer.headers["Refresh"] = f"{SECONDS}; url={address}"
    return answer
