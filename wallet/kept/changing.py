"""Change a kept credential as it is now: nothing that was done meanwhile is undone."""

from collections.abc import Callable

from wallet.kept.holdings import HeldCredential
from wallet.kept.keeping import BoxKind, SealedBox, Shelf, Swap
from wallet.kept.vault import Vault


async def change(
    credential_id: str,
    changed: Callable[[HeldCredential], HeldCredential],
    *,
    shelf: Shelf,
    vault: Vault,
) -> HeldCredential | None:
    """Return a credential as ``changed`` made it, and keep it so; None for one that is gone.

    ``changed`` is asked again when another call was faster: each try but the last means that
    somebody else got on.
    """
    while True:
        kept = await shelf.find(vault.holder, BoxKind.CREDENTIAL, credential_id)
        if kept is None:
            return None
        before = HeldCredential.parse(vault.open(kept))
        after = changed(before)
        if after == before or await shelf.swap(Swap(kept, sealed_in_place(after, kept, vault))):
            return after


def sealed_in_place(credential: HeldCredential, kept: SealedBox, vault: Vault) -> SealedBox:
    """Return a credential sealed for the place that a box has, in the order of the list too."""
    sealed = vault.seal(BoxKind.CREDENTIAL, kept.id, credential.received_at, credential.as_dict())
    return SealedBox(kept.holder, kept.kind, kept.id, kept.kept_at, sealed.sealed)
