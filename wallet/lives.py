"""What becomes of a holder's certificates after they came: renewed, kept fresh, lost."""

from dataclasses import dataclass

from wallet.errors import WalletError, WalletFailure
from wallet.kept.vault import Vault, open_vault
from wallet.lasting import listing, losing, renewing, tending
from wallet.lasting.losses import Loss
from wallet.lasting.renewing import Renewed
from wallet.receiving.authorizing import AuthorizationNeeded
from wallet.receiving.discovery import read_issuer_metadata
from wallet.wallet import Wallets


@dataclass(frozen=True, slots=True)
class Lives:
    """The lives of all certificates; every method raises ``WalletError`` and nothing else."""

    wallets: Wallets

    async def renew(self, holder: str, credential_id: str) -> Renewed:
        """Have a certificate renewed by its issuer; the new one takes its place.

        Raises ``WalletError`` (unknown_credential) and as `wallet.lasting.renewing.renew`.
        """
        credential = await self.wallets.credential(holder, credential_id)
        vault, now = await self._vault(holder), self.wallets.ports.clock()
        return await renewing.renew(credential, ports=self.wallets.ports, vault=vault, now=now)

    async def keep_fresh(self, holder: str, credential_id: str, *, is_on: bool) -> None:
        """Let the wallet renew a certificate by itself, or no more.

        Raises ``WalletError``: unknown_credential, renewal_needs_sign_in for one whose issuer
        gave nothing to renew it with.
        """
        credential = await self.wallets.credential(holder, credential_id)
        if is_on and credential.renewal is None:
            raise WalletError(WalletFailure.RENEWAL_NEEDS_SIGN_IN)
        vault, now = await self._vault(holder), self.wallets.ports.clock()
        await tending.keep_fresh(
            credential, is_on=is_on, ports=self.wallets.ports, vault=vault, now=now
        )

    async def lose(self, holder: str) -> tuple[Loss, ...]:
        """Destroy every certificate with its keys, and have all of them taken back.

        Returns how far each has come, also those of earlier calls; the rest is done by the
        errands.
        """
        ports = self.wallets.ports
        vault, now = await self._vault(holder), ports.clock()
        await losing.lose(ports=ports, vault=vault, now=now)
        return await listing.read_losses(ports=ports, vault=vault, now=now)

    async def losses(self, holder: str) -> tuple[Loss, ...]:
        """Return what was lost, and how far it was taken back, the latest first.

        What is finished is listed for ninety days, or until it is hidden.
        """
        ports = self.wallets.ports
        vault = await self._vault(holder)
        return await listing.read_losses(ports=ports, vault=vault, now=ports.clock())

    async def hide_loss(self, holder: str, loss_id: str) -> None:
        """List a finished loss no more; the history keeps it.

        Raises ``WalletError``: unknown_credential, loss_unfinished.
        """
        vault, now = await self._vault(holder), self.wallets.ports.clock()
        await listing.hide(loss_id, ports=self.wallets.ports, vault=vault, now=now)

    async def get_again(self, holder: str, loss_id: str) -> AuthorizationNeeded:
        """Begin to get a lost certificate once more by signing in with its issuer.

        Raises ``WalletError`` (unknown_credential) and as `request_type`.
        """
        for loss in await self.losses(holder):
            if loss.id == loss_id:
                return await self.request_type(holder, loss.issuer, loss.vct)
        raise WalletError(WalletFailure.UNKNOWN_CREDENTIAL)

    async def begin_anew(self, holder: str, credential_id: str) -> AuthorizationNeeded:
        """Begin to get a certificate once more by signing in with its issuer.

        For one that cannot be renewed otherwise. Raises ``WalletError``: unknown_credential,
        renewal_denied when the issuer makes none of its type any more, and as `request`.
        """
        credential = await self.wallets.credential(holder, credential_id)
        return await self.request_type(holder, credential.provenance.issuer, credential.vct)

    async def request_type(self, holder: str, issuer: str, vct: str) -> AuthorizationNeeded:
        """Begin to get a certificate of a type at an issuer; raises as `begin_anew`."""
        metadata = await read_issuer_metadata(issuer, self.wallets.ports)
        return await self.wallets.request(holder, issuer, renewing.configuration_of(metadata, vct))

    async def _vault(self, holder: str) -> Vault:
        ports = self.wallets.ports
        return await open_vault(ports.shelf, ports.store_key, holder, ports.entropy)
