"""The room's addresses, made once for a process: making them takes longer than most tests do."""

from functools import cache
from typing import Any, cast

import httpx2

from issuers.issuer import Issuers
from tests.issuers.world import BASE, application_of


class Changing:
    """Stands for the façade of the test that runs; the addresses ask it anew at every request."""

    def __init__(self) -> None:
        self.issuers: Issuers | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.issuers, name)


def client_of_shared(issuers: Issuers) -> httpx2.AsyncClient:
    """Return an HTTP client of the addresses, which lead to these issuers from now on."""
    changing, transport = _addresses()
    changing.issuers = issuers
    return httpx2.AsyncClient(transport=transport, base_url=BASE)


@cache
def _addresses() -> tuple[Changing, httpx2.ASGITransport]:
    changing = Changing()
    application = application_of(cast("Issuers", changing))
    return changing, httpx2.ASGITransport(application)
