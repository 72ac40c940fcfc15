"""Accept an offer: ask the issuer, check what comes, keep what passed (DESIGN, trip 1).

`accept` has the code in the offer; with the code a browser brought `wallet.receiving.authorized`
comes here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from keys.strict_json import JsonObject
from standards.openid4vci.notification import NotificationEvent
from standards.openid4vci.offer import PreAuthorizedCodeGrant
from standards.openid4vci.token import TokenRequest
from wallet.errors import WalletError, WalletFailure
from wallet.history.events import Counterpart, Event, HistoryEntry
from wallet.history.remembering import remember_failure, sealed_entry
from wallet.history.turns import Finished, OwnTurn, turn
from wallet.kept.holdings import HeldCredential
from wallet.kept.keeping import BoxKind, SealedBox
from wallet.kept.vault import Vault, new_id
from wallet.outside.tokens import ClientKeys
from wallet.ports import Ports
from wallet.receiving.believing import believed
from wallet.receiving.offers import Offered, read_issuer, read_offer, subject_of
from wallet.receiving.redeeming import Promised, Received, pre_authorized, redeem
from wallet.receiving.refreshing import end_quietly
from wallet.receiving.waiting import Waiting, waiting_errand


@dataclass(frozen=True, slots=True)
class AcceptedOffer:
    """What an accepted offer brought: the ids of its credentials, and the type of the first.

    ``preparing`` is how many more its issuer has promised for later.
    """

    credential_ids: tuple[str, ...]
    vct: str
    issuer: str
    preparing: int = 0

    def answer(self) -> JsonObject:
        """Return what the caller is told: the first credential; the others are in the list."""
        told: JsonObject = {"vct": self.vct, "issuer": self.issuer}
        if self.credential_ids:
            told["credential_id"] = self.credential_ids[0]
        if self.preparing:
            told |= {"state": "preparing", "preparing": self.preparing}
        return told

    def as_dict(self) -> JsonObject:
        """Return the JSON form that is kept, so that a retry brings the same."""
        return {
            "credential_ids": list(self.credential_ids),
            "vct": self.vct,
            "issuer": self.issuer,
            "preparing": self.preparing,
        }

    @classmethod
    def parse(cls, value: JsonObject) -> Self:
        """Read what `as_dict` wrote; anything else is a bug (ValueError)."""
        match value:
            case {"credential_ids": list(ids), "vct": str(vct), "issuer": str(issuer)}:
                preparing = value.get("preparing")
                more = preparing if isinstance(preparing, int) else 0
                return cls(tuple(str(each) for each in ids), vct, issuer, more)
            case _:
                raise ValueError("this is not the outcome of an offer")


async def accept(
    offer_uri: str, *, tx_code: str | None, ports: Ports, vault: Vault, now: datetime
) -> AcceptedOffer:
    """Return what the offer brought; a retry after success returns the same (H56, H57).

    Raises ``WalletError``, authorization_needed for an offer without a code:
    `wallet.receiving.authorizing` goes on with it. After any failure nothing is kept but the
    note of it.
    """
    offer = await read_offer(offer_uri, ports.correspondent)
    issuer = Counterpart(offer.credential_issuer, "", verified=False)
    async with remember_failure(issuer, ports=ports, vault=vault, now=now):
        offered = await read_issuer(offer, ports)
        grant = offered.grant
        if not isinstance(grant, PreAuthorizedCodeGrant):
            raise WalletError(WalletFailure.AUTHORIZATION_NEEDED)
        async with turn(
            subject_of(offer.credential_issuer, grant.pre_authorized_code),
            ports=ports,
            vault=vault,
            now=now,
            busy=WalletFailure.OFFER_IN_PROGRESS,
        ) as taken:
            if isinstance(taken, Finished):
                return AcceptedOffer.parse(taken.outcome)
            request = pre_authorized(grant, tx_code)
            return await take(offered, request, taken, now, keys=ClientKeys.generate())


async def take(
    offered: Offered,
    token_request: TokenRequest,
    taken: OwnTurn,
    now: datetime,
    *,
    keys: ClientKeys,
) -> AcceptedOffer:
    """Redeem a code, check every credential that comes, and keep all of them or none.

    ``keys`` are those the code was asked for with. Raises ``WalletError``.
    """
    ports, vault = taken.ports, taken.vault
    brought = await redeem(
        offered,
        token_request,
        keys=keys,
        holder_secret=vault.secret,
        ports=ports,
    )
    received = [each for each in brought if isinstance(each, Received)]
    promised = [each for each in brought if isinstance(each, Promised)]
    issuer = offered.issuer.credential_issuer
    try:
        held = [
            await believed(each, expected_issuer=issuer, ports=ports, now=now) for each in received
        ]
    except WalletError:
        _tell(received, NotificationEvent.CREDENTIAL_FAILURE, ports)
        raise
    for each in promised:
        waiting = Waiting.of(each, issuer, now)
        await ports.outbox.begin(waiting_errand(waiting, vault, now=now))
    accepted = AcceptedOffer(
        tuple(each.id for each in held), offered.credentials[0].vct, issuer, len(promised)
    )
    boxes = [vault.seal(BoxKind.CREDENTIAL, each.id, now, each.as_dict()) for each in held]
    line = [_history(held, ports, vault, now)] if held else []
    try:
        await taken.finish(accepted.as_dict(), *boxes, *line)
    except WalletError:  # the holder is gone meanwhile, and so are the keys
        _tell(received, NotificationEvent.CREDENTIAL_DELETED, ports)
        for gone in received:
            await end_quietly(gone.requested.renewal, issuer, ports)
        raise
    _tell(received, NotificationEvent.CREDENTIAL_ACCEPTED, ports)
    return accepted


def _tell(received: Sequence[Received], event: NotificationEvent, ports: Ports) -> None:
    """Let the issuer know; of an offer all credentials are kept, or none."""
    for each in received:
        ports.tell(each.notification, event)


def _history(held: list[HeldCredential], ports: Ports, vault: Vault, now: datetime) -> SealedBox:
    first = held[0].provenance
    entry = HistoryEntry(
        id=new_id(ports.entropy),
        at=now,
        event=Event.RECEIVED,
        counterpart=Counterpart(first.issuer, first.name, verified=True),
        credential_types=tuple(each.vct for each in held),
    )
    return sealed_entry(entry, vault)
