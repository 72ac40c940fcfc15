"""``mydata demo``: the main job once, end to end, each step told."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Annotated

import typer

from app.cli.invocation import AsJson, Server, answer, current_settings, verb_group
from app.demo.run import demonstrate
from app.demo.telling import Teller
from app.demo.throwaway import Service, throwaway_service
from app.demo.trips import SHOWN, Shown
from app.service_client import ServiceClient
from keys.strict_json import JsonObject
from standards.dcql.credential_query import MDOC, SD_JWT_VC


class Format(StrEnum):
    """What certificates are written in, by the name on the wire."""

    SD_JWT_VC = SD_JWT_VC
    MDOC = MDOC


verbs = verb_group("Walk the main job once, end to end, each step told.")


@verbs.command("demo")
def demo(
    *,
    credential_format: Annotated[
        Format, typer.Option("--format", help="The format of what is issued and shown.")
    ] = Format.SD_JWT_VC,
    as_json: AsJson = False,
    server: Server = None,
) -> None:
    """Walk the main job once, end to end, each step told.

    Exit 0 only if all of it held.
    """
    teller = Teller(_quiet if as_json else typer.echo)

    def work() -> JsonObject:
        with _service(server) as service:
            asyncio.run(_demonstrate(service, teller, SHOWN[credential_format.value]))
        return teller.as_dict()

    def tell(_result: JsonObject) -> Iterator[str]:
        held = sum(chapter.ok for chapter in teller.chapters)
        yield f"\n{held} of {len(teller.chapters)} steps held"

    answer(work, tell, as_json=as_json, holds=lambda _result: teller.held)


async def _demonstrate(service: Service, teller: Teller, shown: Shown) -> None:
    async with ServiceClient(service.base, service.home) as client:
        await demonstrate(client, teller, shown=shown, policy=service.policy)


@contextmanager
def _service(server: str | None) -> Iterator[Service]:
    """Give the service named, or one of our own for the length of the demonstration."""
    if server is not None:
        yield Service(server.rstrip("/"), current_settings().home)
        return
    typer.echo("demo mode: starting a service with made-up people and keys …", err=True)
    with throwaway_service() as service:
        yield service


def _quiet(_text: str) -> None:
    """Say nothing: the answer is the one JSON object at the end."""
