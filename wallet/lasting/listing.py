"""What a holder sees of what was lost: the list, and the end of a line in it."""

from dataclasses import replace
from datetime import datetime

from wallet.errors import WalletError, WalletFailure
from wallet.kept.vault import Vault
from wallet.lasting.letting_go import opened_loss, sealed_loss
from wallet.lasting.losses import Loss
from wallet.ports import Ports


async def read_losses(*, ports: Ports, vault: Vault, now: datetime) -> tuple[Loss, ...]:
    """Return what this holder has lost and is shown still, the latest first."""
    opened = [opened_loss(each, vault) for each in await ports.outbox.all(vault.holder)]
    losses = [each for each in opened if each is not None and each.is_listed(now)]
    return tuple(sorted(losses, key=lambda each: (each.lost_at, each.id), reverse=True))


async def hide(loss_id: str, *, ports: Ports, vault: Vault, now: datetime) -> None:
    """List a loss no more that is finished; its line in the history stays.

    Raises ``WalletError``: unknown_credential for one that is not listed, loss_unfinished for one
    whose issuer is asked still.
    """
    for errand in await ports.outbox.all(vault.holder):
        loss = opened_loss(errand, vault)
        if loss is not None and loss.id == loss_id and loss.is_listed(now):
            if not loss.is_finished:
                raise WalletError(WalletFailure.LOSS_UNFINISHED)
            hidden = sealed_loss(errand, replace(loss, is_hidden=True), vault, now)
            # A second tap finds it hidden: what is done moves no more by itself.
            await ports.outbox.move(errand, hidden)
            return
    raise WalletError(WalletFailure.UNKNOWN_CREDENTIAL)
