"""Note that copies of certificates were shown, so that the next answer shows others."""

from wallet.choosing import Choice
from wallet.keeping import BoxKind
from wallet.ports import Ports
from wallet.vault import Vault


async def note_use(choice: Choice, *, ports: Ports, vault: Vault) -> None:
    """Count one use of each copy in an answer that is about to leave.

    A certificate with one copy is shown again and again, and nothing is counted; one that was
    deleted meanwhile stays deleted.
    """
    for credential in {each.credential.id: each.credential for each in choice}.values():
        if credential.others:
            box = vault.seal(
                BoxKind.CREDENTIAL,
                credential.id,
                credential.received_at,
                credential.used().as_dict(),
            )
            await ports.shelf.replace(box)
