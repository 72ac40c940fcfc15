"""What the holder last agreed to with a party for a purpose, to tell what is different now."""

from typing import Final

from consent.errors import ConsentError
from consent.forms.receipt import Receipt
from consent.forms.terms import Terms
from consent.forms.terms_change import Change, changes
from wallet.history.events import Event
from wallet.history.remembering import read_history
from wallet.kept.keeping import BoxKind
from wallet.kept.vault import Vault
from wallet.ports import Ports
from wallet.presenting.requests import ValidRequest

# A party with more purposes than this, all of them newer, is met as if for the first time.
_LOOKED_AT: Final = 10


async def changes_since(valid: ValidRequest, *, ports: Ports, vault: Vault) -> tuple[Change, ...]:
    """Return what the request asks otherwise than the last agreement; nothing for a first one."""
    if valid.offer is None:
        return ()
    agreed = await _last_agreed(valid.offer.terms, valid.party.id, ports, vault)
    return () if agreed is None else changes(agreed, valid.offer.terms)


async def _last_agreed(asked: Terms, party_id: str, ports: Ports, vault: Vault) -> Terms | None:
    """Return the terms of the newest consent to this party for this purpose."""
    found = (
        str(entry["receipt"])
        for entry in await read_history(ports=ports, vault=vault)
        if _is_consent_to(party_id, entry.get("event"), entry.get("party"))
    )
    for receipt_id, _ in zip(found, range(_LOOKED_AT), strict=False):
        terms = await _terms_of(receipt_id, ports, vault)
        if terms is not None and terms.purpose.code == asked.purpose.code:
            return terms
    return None


def _is_consent_to(party_id: str, event: object, party: object) -> bool:
    return (
        event == Event.PRESENTED.value and isinstance(party, dict) and party.get("id") == party_id
    )


async def _terms_of(receipt_id: str, ports: Ports, vault: Vault) -> Terms | None:
    box = await ports.shelf.find(vault.holder, BoxKind.RECEIPT, receipt_id)
    try:
        return None if box is None else Receipt.parse(vault.open(box)).terms
    except ConsentError:
        # A receipt of the first release: its terms had another form and cannot be compared.
        return None
