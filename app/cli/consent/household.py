"""``mydata consent household``: what others of the household showed of a holder."""

from app.cli.consent.group import verbs
from app.cli.invocation import AsJson, Holder, Server, ask, rows
from app.service_client import ServiceClient
from keys.strict_json import JsonObject


@verbs.command("household")
def household(*, holder: Holder = "demo", as_json: AsJson = False, server: Server = None) -> None:
    """List what others of the household showed of you: when, who, to whom."""

    async def work(client: ServiceClient) -> JsonObject:
        return await client.holder_get(holder, "/history/household")

    ask(work, rows("household", "at", "by", "party"), server=server, as_json=as_json)
