"""Note that copies of certificates were shown, so that the next answer shows others."""

from wallet.kept.changing import change
from wallet.kept.holdings import HeldCredential
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
    def used(credential: HeldCredential) -> HeldCredential:
        return credential.used() if credential.text == shown.text else credential

    kept = await change(shown.id, used, shelf=ports.shelf, vault=vault)
    if kept is not None and kept.keeps_fresh:
        await hurry(kept.id, ports=ports, vault=vault, now=ports.clock())
