"""Whether clocks agree: how often an acceptance needed the budget, and which way it leans."""

import re
from typing import Final

from app.errors import CommandError
from app.service_client import ServiceClient
from app.settings import Settings
from web.errors import Party

_USED: Final = re.compile(
    r'^mydata_clock_skew_used_total\{check="[a-z_]+",direction="(behind|ahead)"\} ([0-9.e+]+)$',
    re.MULTILINE,
)
_VERIFIED: Final = re.compile(
    r'^mydata_acts_total\{act="verified",outcome="done"\} ([0-9.e+]+)$', re.MULTILINE
)
# Fewer say nothing; more than one in twenty is no wallet here and there.
_LEAST: Final = 10
_SHARE: Final = 0.05


async def look_at_skew(base: str, settings: Settings) -> str:
    """Look how many of the running service's acceptances needed the budget for clocks."""
    async with ServiceClient(
        base, settings.home, authority_file=settings.authority_file
    ) as client:
        text = (await client.operator_text("/metrics")).decode()
    return told(text)


def told(metrics: str) -> str:
    """Return what the metrics say of clocks, or raise when ours seems to be off."""
    used = {"behind": 0.0, "ahead": 0.0}
    for direction, count in _USED.findall(metrics):
        used[direction] += float(count)
    verified = sum(map(float, _VERIFIED.findall(metrics)))
    needed = int(sum(used.values()))
    if needed >= _LEAST and needed > _SHARE * verified:
        way = max(used, key=lambda direction: used[direction])
        detail = (
            f"{needed} of {int(verified)} verifications needed the budget for clocks, most as "
        )
        advice = f"if this clock were {way}: compare it with a time server"
        raise CommandError("not_well", Party.CLOCK, detail + advice)
    return f"{needed} of {int(verified)} verifications needed the budget for clocks"
