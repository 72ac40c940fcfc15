"""Uses of codes without network: whether they reach the ledger, and whether once."""

import re
from typing import Final

from app.errors import CommandError
from app.service_client import ServiceClient
from app.settings import Settings
from web.errors import Party

_READING: Final = re.compile(
    r"^mydata_(late_uses_waiting|late_uses_overdue|late_uses_refused|codes_reused) ([0-9.e+]+)$",
    re.MULTILINE,
)


async def look_at_late_uses(base: str, settings: Settings) -> str:
    """Look what the running service says of uses that were made without the ledger."""
    async with ServiceClient(
        base, settings.home, authority_file=settings.authority_file
    ) as client:
        text = (await client.operator_text("/metrics")).decode()
    return told(text)


def told(metrics: str) -> str:
    """Return what the metrics say of late uses, or raise when somebody has to look."""
    read = {name: int(float(value)) for name, value in _READING.findall(metrics)}
    waiting, overdue, refused, reused = (
        read.get(name, 0)
        for name in (
            "late_uses_waiting",
            "late_uses_overdue",
            "late_uses_refused",
            "codes_reused",
        )
    )
    seen = f"{waiting} late uses wait for the ledger, {reused} codes were used at two institutions"
    if overdue or refused:
        detail = f"{seen}; {overdue} are overdue, {refused} were refused: see /verifiers/unsettled"
        raise CommandError("not_well", Party.LEDGER, detail)
    return seen
