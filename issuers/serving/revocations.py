"""The revocation endpoint of every authority (RFC 7009), and the last resort of its desk."""

from issuers.authorization.revoking import MassRevocation, Revoker
from issuers.catalogue import Catalogue
from issuers.clerks import Clerk
from issuers.numbers.codes import IssuerSecret
from issuers.ports import Stores
from issuers.register.access_records import Accesses
from issuers.register.accesses import AccessAct
from issuers.register.citizens import check_handle
from issuers.serving.callers import Callers, Presented
from issuers.surroundings import Surroundings
from standards.oauth.revocation import RevocationRequest


class Revocations:
    """Ends tokens and certificates, for a wallet or for a clerk."""

    def __init__(
        self,
        catalogue: Catalogue,
        stores: Stores,
        callers: Callers,
        around: Surroundings,
    ) -> None:
        self._catalogue = catalogue
        self._store = stores.revocations
        self._callers = callers
        self._accesses = Accesses(stores.accesses, around.clock)
        self._around = around
        self._secret = IssuerSecret(around.secret)

    async def revoke(
        self, authority: str, request: RevocationRequest, presented: Presented
    ) -> None:
        """End a token; what is unknown or ended already is no error (section 2.2).

        Raises `IssuerError` (unknown_authority) and `OAuthRequestError`: invalid_client and its
        like, invalid_grant for another client's token.
        """
        self._catalogue.authority(authority)
        sender = await self._callers.anybody(authority, presented)
        revoker = Revoker(request, authority, sender, self._secret, self._around.clock())
        (await self._store.revoke(revoker)).check()

    async def revoke_all(self, citizen: str, reason: str, clerk: Clerk) -> int:
        """Revoke everything a citizen was issued at the clerk's desk; return how many there were.

        Raises `IssuerError` (unknown_citizen, bulk_access).
        """
        wanted = MassRevocation(check_handle(citizen), reason, clerk)
        await self._accesses.note(AccessAct.OPENED, (citizen,), clerk)
        return await self._store.revoke_all(wanted, now=self._around.clock())
