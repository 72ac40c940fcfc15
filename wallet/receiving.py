"""Accept an offer: ask the issuer, check what comes, keep what passed (DESIGN, trip 1).

`accept` has the code in the offer; with the code a browser brought `wallet.authorized` comes here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from keys.jwk import PublicJwk
from keys.strict_json import JsonObject
from standards.openid4vci.notification import NotificationEvent
from standards.openid4vci.offer import PreAuthorizedCodeGrant
from standards.openid4vci.token import TokenRequest
from wallet.acceptance import Accepted, check_received
from wallet.describing import describe
from wallet.errors import WalletError, WalletFailure
from wallet.history import Counterpart, Event, HistoryEntry
from wallet.holdings import HeldCredential, KeptKey, Provenance
from wallet.keeping import BoxKind, SealedBox
from wallet.offers import Offered, read_issuer, read_offer, subject_of
from wallet.ports import Ports
from wallet.redeeming import Received, pre_authorized, redeem
from wallet.remembering import remember_failure, sealed_entry
from wallet.status import check_status
from wallet.turns import Finished, OwnTurn, turn
from wallet.vault import Vault, new_id


@dataclass(frozen=True, slots=True)
class AcceptedOffer:
    """What an accepted offer brought: the first credential, and the ids of all."""

    credential_ids: tuple[str, ...]
    vct: str
    issuer: str

    def answer(self) -> JsonObject:
        """Return what the caller is told: the first credential; the others are in the list."""
        return {
            "credential_id": self.credential_ids[0],
            "vct": self.vct,
            "issuer": self.issuer,
        }

    def as_dict(self) -> JsonObject:
        """Return the JSON form that is kept, so that a retry brings the same."""
        return {
            "credential_ids": list(self.credential_ids),
            "vct": self.vct,
            "issuer": self.issuer,
        }

    @classmethod
    def parse(cls, value: JsonObject) -> Self:
        """Read what `as_dict` wrote; anything else is a bug (ValueError)."""
        match value:
            case {"credential_ids": list(ids), "vct": str(vct), "issuer": str(issuer)}:
                return cls(tuple(str(each) for each in ids), vct, issuer)
            case _:
                raise ValueError("this is not the outcome of an offer")


async def accept(
    offer_uri: str, *, tx_code: str | None, ports: Ports, vault: Vault, now: datetime
) -> AcceptedOffer:
    """Return what the offer brought; a retry after success returns the same (H56, H57).

    Raises ``WalletError``, authorization_needed for an offer without a code: `wallet.authorizing`
    goes on with it. After any failure nothing is kept but the note of it.
    """
    offer = await read_offer(offer_uri, ports.correspondent)
    issuer = Counterpart(offer.credential_issuer, "", verified=False)
    async with remember_failure(issuer, ports=ports, vault=vault, now=now):
        offered = await read_issuer(offer, ports.correspondent)
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
            return await take(offered, pre_authorized(grant, tx_code), taken, now)


async def take(
    offered: Offered, token_request: TokenRequest, taken: OwnTurn, now: datetime
) -> AcceptedOffer:
    """Redeem a code, check every credential that comes, and keep all of them or none.

    Raises ``WalletError``.
    """
    ports, vault = taken.ports, taken.vault
    received = await redeem(
        offered,
        token_request,
        holder_secret=vault.secret,
        correspondent=ports.correspondent,
        now=now,
    )
    try:
        held = [await _check(each, offered, ports, now) for each in received]
    except WalletError:
        _tell(received, NotificationEvent.CREDENTIAL_FAILURE, ports)
        raise
    accepted = AcceptedOffer(
        tuple(each.id for each in held), held[0].vct, offered.issuer.credential_issuer
    )
    boxes = [vault.seal(BoxKind.CREDENTIAL, each.id, now, each.as_dict()) for each in held]
    await taken.finish(accepted.as_dict(), *boxes, _history(held, ports, vault, now))
    _tell(received, NotificationEvent.CREDENTIAL_ACCEPTED, ports)
    return accepted


async def _check(
    received: Received, offered: Offered, ports: Ports, now: datetime
) -> HeldCredential:
    """Believe one credential, its status last, and give it its names."""
    trust = ports.trust()
    accepted = check_received(
        received.text,
        expected_issuer=offered.issuer.credential_issuer,
        expected_vct=received.offered.vct,
        expected_key=received.signer.public,
        trust=trust,
        now=now,
    )
    if accepted.vc.status is not None:
        await check_status(
            accepted.vc.status, trust=trust, correspondent=ports.correspondent, now=now
        )
    description = await describe(accepted.vc, ports.correspondent)
    return HeldCredential(
        id=new_id(ports.entropy),
        text=accepted.text,
        vct=accepted.vc.vct,
        status=accepted.vc.status,
        provenance=_provenance(accepted, offered),
        key=KeptKey.of(received.signer),
        received_at=now,
        expires_at=accepted.vc.expires_at,
        description=description,
        notification=received.notification,
        household=received.household,
    )


def _tell(received: Sequence[Received], event: NotificationEvent, ports: Ports) -> None:
    """Let the issuer know; of an offer all credentials are kept, or none."""
    for each in received:
        ports.notifier.tell(each.notification, event, ports.correspondent)


def _provenance(accepted: Accepted, offered: Offered) -> Provenance:
    return Provenance(
        issuer=offered.issuer.credential_issuer,
        name=accepted.chain.subject_name,
        key=PublicJwk.of(accepted.chain.leaf_key),
        authority_key_identifiers=accepted.chain.authority_key_identifiers,
    )


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
