"""What issuers have promised and not handed out yet, for the holder's eyes."""

from dataclasses import dataclass
from datetime import UTC, datetime

from keys.strict_json import JsonObject
from wallet.kept.outbox import Stage
from wallet.kept.vault import Vault
from wallet.ports import Ports
from wallet.receiving.waiting import opened


@dataclass(frozen=True, slots=True)
class Preparing:
    """One certificate on its way: its type, who prepares it, and since when it is waited for."""

    vct: str
    issuer: str
    since: datetime

    def as_dict(self) -> JsonObject:
        """Return the JSON form; ``since`` in UTC to the second."""
        since = self.since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return {"vct": self.vct, "issuer": self.issuer, "since": since}


async def read_preparing(*, ports: Ports, vault: Vault) -> tuple[Preparing, ...]:
    """Return everything that is being prepared for the holder, the latest first."""
    errands = await ports.outbox.all(vault.holder)
    waits = [opened(each, vault) for each in errands if each.stage is Stage.PREPARING]
    return tuple(
        Preparing(each.offered.vct, each.issuer, each.since)
        for each in sorted(waits, key=lambda each: each.since, reverse=True)
    )
