"""Every label of the log that is a holder's: a proof of "all" asks for each of them.

One for each party and year of the log; and one for each other adult of the household, who files
there what is shown of the holder (`consent.forms.household`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from consent.forms.submission import PairSecret
from wallet.history.completeness import Held
from wallet.kept.holdings import HeldCredential
from wallet.kept.vault import Vault
from wallet.ledger.pairing import Met, met_parties
from wallet.ports import Ports
from wallet.presenting.household import readings


@dataclass(frozen=True, slots=True)
class OwnLabel:
    """A label, and who is on its other side: a party in one year of the log, or a member.

    Of a member of the household ``party_id`` and ``year`` are None; ``name`` is empty where the
    holder's own copy shows none.
    """

    label: bytes
    name: str
    party_id: str | None = None
    year: int | None = None

    @property
    def is_household(self) -> bool:
        """Whether a member of the household is on the other side."""
        return self.party_id is None


async def own_labels(
    held: Sequence[Held], credentials: Iterable[HeldCredential], *, ports: Ports, vault: Vault
) -> tuple[OwnLabel, ...]:
    """Return every label there is, parties first; those kept by name, and those receipts name."""
    parties = [_of_party(met, held, vault) for met in await _mets(held, ports, vault)]
    return (*parties, *_of_household(credentials))


async def _mets(held: Sequence[Held], ports: Ports, vault: Vault) -> tuple[Met, ...]:
    kept = await met_parties(vault=vault, shelf=ports.shelf)
    told = (
        Met(each.receipt.record.controller.id, each.receipt.record.event_time.year)
        for each in held
    )
    return tuple(dict.fromkeys((*kept, *told)))


def _of_party(met: Met, held: Sequence[Held], vault: Vault) -> OwnLabel:
    secret = PairSecret.derive(vault.secret, party_id=met.party_id, year=met.year)
    controllers = (each.receipt.record.controller for each in held)
    name = next((each.name for each in controllers if each.id == met.party_id), met.party_id)
    return OwnLabel(secret.label, name, met.party_id, met.year)


def _of_household(credentials: Iterable[HeldCredential]) -> list[OwnLabel]:
    """Return where the others file; where the holder files is theirs to prove."""
    return [OwnLabel(each.secret.label, each.name) for each in readings(credentials)]
