"""``mydata consent institutions``: what each institution asked this month, and asked too much."""

from collections.abc import Iterable
from typing import Final

from app.cli.consent.group import verbs
from app.cli.invocation import AsJson, Server, ask
from app.service_client import ServiceClient
from keys.strict_json import JsonObject

_COLUMNS: Final = ("asked", "consents", "refused", "over_asked", "beyond_registration")


@verbs.command("institutions")
def institutions(*, as_json: AsJson = False, server: Server = None) -> None:
    """Tell what each institution asked this month; --json has every count, and no person."""

    async def work(client: ServiceClient) -> JsonObject:
        return await client.operator_get("/consent/operator/institutions")

    ask(work, _told, server=server, as_json=as_json)


def _told(month: JsonObject) -> Iterable[str]:
    """Tell the month, then each institution on a line: asked, answered, refused, too much."""
    beginning = "" if month["whole"] else f", counted up to entry {month['last']}"
    yield f"{month['month'] or 'no month yet'}{beginning}"
    listed = month["institutions"]
    for party in listed if isinstance(listed, list) else ():
        if isinstance(party, dict):
            counts = ", ".join(f"{party[name]} {name.replace('_', ' ')}" for name in _COLUMNS)
            yield f"{party['party']}\t{party['name']}\t{counts}"
