"""What a year's job has signed, handed to the wallet it was signed for."""

from datetime import datetime

from issuers.authorization.grants import Grant
from issuers.issuance.deferring import Deferred
from issuers.issuance.years import CopySeal
from issuers.numbers.codes import IssuerSecret
from issuers.numbers.numbering import notification_id, numbers_of
from issuers.offers.offer import Entitlement
from issuers.ports import Stores
from standards.openid4vci.credential import CredentialResponse


class YearsOrders:
    """Orders for a year, at the deferred endpoint."""

    def __init__(self, stores: Stores, secret: IssuerSecret) -> None:
        self._store = stores.years
        self._secret = secret
        self._seal = CopySeal(secret)

    async def is_made(self, entitlement: Entitlement) -> bool:
        """Tell whether it is for a year whose job has come to its end."""
        year = entitlement.year
        return year is not None and await self._store.is_made(entitlement.kind, year)

    async def fetched(
        self, grant: Grant, found: Deferred, *, now: datetime
    ) -> CredentialResponse | None:
        """Return the copies of a transaction once, and erase them.

        None when nothing good is kept: no job has passed by, its month is over, or the certificate
        holds no longer. Raises `IssuerError` (transaction_invalid) for who comes second.
        """
        number = numbers_of(grant.order, self._secret).issue
        kept = await self._store.waiting(found.transaction_hash, number, now=now)
        copies = None if kept is None else self._seal.open(kept)
        if copies is None:
            return None
        await self._store.hand_out(found.transaction_hash)
        return CredentialResponse(copies, notification_id(number, self._secret))
