"""What wallets tell of certificates (OpenID4VCI section 11), kept as the entry's delivery state.

Section 11 wants the access token of the issuance. For certificates it ends after minutes; here it
is good as long as the certificate lives, so that a wallet can still tell that it deleted it. It
opens nothing: whoever has it can only write what a wallet may say anyway.
"""

from collections.abc import Mapping
from datetime import datetime

from issuers.authorization.grants import refused
from issuers.issuance.book import Delivery, KeptCertificate
from issuers.numbers.codes import IssuerSecret, equal
from issuers.numbers.numbering import notification_id, numbers_of
from issuers.ports import Stores
from standards.openid4vci.notification import (
    NotificationEvent,
    NotificationRequest,
    invalid_notification_id,
)

_TOLD: Mapping[NotificationEvent, Delivery] = {
    NotificationEvent.CREDENTIAL_ACCEPTED: Delivery.ACCEPTED,
    NotificationEvent.CREDENTIAL_FAILURE: Delivery.FAILED,
    NotificationEvent.CREDENTIAL_DELETED: Delivery.DELETED,
}


def after(kept: Delivery, event: NotificationEvent) -> Delivery:
    """Return the delivery state after an event; what was deleted stays so, however late others."""
    return kept if kept is Delivery.DELETED else _TOLD[event]


class Deliveries:
    """Takes notifications for all authorities."""

    def __init__(self, stores: Stores, secret: IssuerSecret) -> None:
        self._stores = stores
        self._secret = secret

    async def take(
        self, authority: str, token_hash: bytes, request: NotificationRequest, *, now: datetime
    ) -> None:
        """Write down a notification; the same one again changes nothing (H78).

        ``token_hash`` is of a token that was proven (`issuers.serving.access`). Raises
        `IssuerError` (access_refused) for one that is not good at this authority, and
        `NotificationRequestError` for an id it was given no credential response with.
        """
        issued = tuple(
            kept
            for kept in await self._stores.book.issued_with(token_hash, now=now)
            if kept.certificate.entitlement.authority == authority
            and now < kept.certificate.expires_at
        )
        if not issued:
            issued = await self._issued_before(token_hash, authority, now)
        kept = self._named(request.notification_id, issued)
        told = after(kept.delivery, request.event)
        if told is not kept.delivery:
            await self._stores.book.deliver(kept.certificate.number, told)

    async def _issued_before(
        self, token_hash: bytes, authority: str, now: datetime
    ) -> tuple[KeptCertificate, ...]:
        """Return what the order of a good token led to with a token before it, which this renews.

        Raises access_refused for a token that is not good.
        """
        grant = await self._stores.offers.grant(token_hash)
        if grant is None:
            raise refused()
        grant.check(authority, now)
        number = numbers_of(grant.order, self._secret).issue
        found = await self._stores.book.find(number, authority, now=now)
        return () if found is None else (found,)

    def _named(self, told: str, issued: tuple[KeptCertificate, ...]) -> KeptCertificate:
        for kept in issued:
            right = notification_id(kept.certificate.number, self._secret)
            if equal(right.encode(), told.encode()):
                return kept
        raise invalid_notification_id()
