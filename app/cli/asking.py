"""How a verb of ``mydata verifiers`` calls the service: as an institution's own program does."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from app.cli.invocation import Tell, ask
from app.institution.client import Institution
from app.service_client import ServiceClient
from keys.strict_json import JsonObject

Call: TypeAlias = Callable[[Institution], Awaitable[JsonObject]]


def ask_institution(call: Call, tell: Tell, *, server: str | None, as_json: bool) -> None:
    """Do one piece of work of an institution's, and answer."""

    async def work(client: ServiceClient) -> JsonObject:
        return await call(Institution(client))

    ask(work, tell, server=server, as_json=as_json)
