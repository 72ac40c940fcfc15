"""Note that copies of certificates were shown, so that the next answer shows others."""

from wallet.kept.holdings import HeldCredential
from wallet.kept.keeping import BoxKind
from wallet.kept.vault import Vault
from wallet.lasting.tending import hurry
from wallet.ports import Ports
from wallet.presenting.choosing import Choice


async def note_use(choice: Choice, *, ports: Ports, vault: Vault) -> None:
    """Count one use of each copy in an answer that is about to leave.

    A certificate with one copy is shown again and again, and nothing is counted; one that was
    deleted meanwhile stays deleted, and one that was renewed stays new.
    """
    for credential in {each.credential.id: each.credential for each in choice}.values():
        if credential.others:
            await _count(credential, ports, vault)


async def _count(shown: HeldCredential, ports: Ports, vault: Vault) -> None:
    kept = await ports.shelf.find(vault.holder, BoxKind.CREDENTIAL, shown.id)
    if kept is None:
        return
    credential = HeldCredential.parse(vault.open(kept))
    if credential.text == shown.text:
        used = credential.used()
        box = vault.seal(BoxKind.CREDENTIAL, used.id, used.received_at, used.as_dict())
        await ports.shelf.replace(box)
        if used.keeps_fresh:
            await hurry(used.id, ports=ports, vault=vault, now=ports.clock())
