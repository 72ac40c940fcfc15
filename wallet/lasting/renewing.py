"""Renew a certificate in one tap: its issuer is asked for another one, which takes its place.

Nothing is given up before the new one is kept: it replaces the old one in one transaction, and
whoever dies in between asks again and gets copies of the certificate that was made already.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus
from typing import Final, Self

from keys import base64url
from keys.strict_json import JsonObject
from standards.oauth.error_response import OAuthErrorCode
from standards.openid4vci.metadata import CredentialIssuerMetadata
from standards.openid4vci.notification import NotificationEvent
from standards.profiles import DC_SD_JWT
from wallet.errors import WalletError, WalletFailure
from wallet.history.events import Counterpart, Event, HistoryEntry
from wallet.history.remembering import remember_failure, sealed_entry
from wallet.history.turns import Finished, OwnTurn, turn
from wallet.kept.holdings import HeldCredential
from wallet.kept.keeping import BoxKind, SealedBox
from wallet.kept.vault import Vault, new_id
from wallet.outside.credential_asking import RefusedError
from wallet.outside.tokens import Renewal
from wallet.ports import Ports
from wallet.receiving.believing import believed
from wallet.receiving.discovery import read_issuer_metadata
from wallet.receiving.offers import offered_credential
from wallet.receiving.redeeming import Granted, Promised, Received, ask_for
from wallet.receiving.refreshing import refreshed
from wallet.receiving.waiting import Waiting, waiting_errand

# What a holder gets anew by signing in with the issuer.
NEEDS_SIGN_IN: Final = frozenset({WalletFailure.RENEWAL_NEEDS_SIGN_IN, WalletFailure.RENEWAL_OVER})
_SUBJECT_CONTEXT: Final = b"mydata-renewal-v1"
# What says that a grant is over, or that the wallet is not who it was given to.
_OVER: Final = frozenset({OAuthErrorCode.INVALID_GRANT, OAuthErrorCode.INVALID_CLIENT})
_TOKEN_OVER: Final = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})


@dataclass(frozen=True, slots=True)
class Renewed:
    """What a renewal came to; ``is_preparing`` tells that the issuer makes it later."""

    credential_id: str
    is_preparing: bool = False

    def as_dict(self) -> JsonObject:
        """Return the JSON form, which is kept so that a retry brings the same."""
        state = "preparing" if self.is_preparing else "renewed"
        return {"credential_id": self.credential_id, "state": state}

    @classmethod
    def parse(cls, value: JsonObject) -> Self:
        """Read what `as_dict` wrote."""
        return cls(str(value["credential_id"]), value["state"] == "preparing")


async def renew(
    credential: HeldCredential, *, ports: Ports, vault: Vault, now: datetime
) -> Renewed:
    """Renew a certificate, and note in the history when that did not come about.

    Raises ``WalletError``: renewal_needs_sign_in, renewal_over, renewal_denied,
    renewal_in_progress, and what asking and believing an issuer raises; the old one stays what it
    is then.
    """
    async with remember_failure(issuer_of(credential), ports=ports, vault=vault, now=now):
        return await renewed(credential, ports=ports, vault=vault, now=now)


async def renewed(
    credential: HeldCredential, *, ports: Ports, vault: Vault, now: datetime
) -> Renewed:
    """Renew a certificate, of many calls at once one; raises as `renew`, and notes nothing."""
    async with turn(
        _subject(credential),
        ports=ports,
        vault=vault,
        now=now,
        busy=WalletFailure.RENEWAL_IN_PROGRESS,
    ) as taken:
        if isinstance(taken, Finished):
            return Renewed.parse(taken.outcome)
        if credential.renewal is None:
            raise WalletError(WalletFailure.RENEWAL_NEEDS_SIGN_IN)
        brought = await _brought(credential, credential.renewal, ports, vault)
        if isinstance(brought, Promised):
            return await _put_off(credential, brought, taken, now)
        return await _kept(credential, brought, taken, now)


def configuration_of(issuer: CredentialIssuerMetadata, vct: str) -> str:
    """Return by which id an issuer makes certificates of a type, or raise ``WalletError``.

    renewal_denied: it makes none of this type any more.
    """
    for each in issuer.credential_configurations_supported:
        if each.vct == vct and each.format == DC_SD_JWT:
            return each.id
    raise WalletError(WalletFailure.RENEWAL_DENIED, "It is not made any more")


async def _brought(
    credential: HeldCredential, renewal: Renewal, ports: Ports, vault: Vault
) -> Received | Promised:
    issuer = await read_issuer_metadata(credential.provenance.issuer, ports)
    offered = offered_credential(issuer, configuration_of(issuer, credential.vct))
    offered.plan.check_provider(ports.provider())
    try:
        granted = await refreshed(renewal, issuer, ports)
        await _keep_turned(credential, granted, ports, vault)
        return await ask_for(offered, granted, holder_secret=vault.secret, ports=ports)
    except RefusedError as error:
        raise _refusal(error) from None


async def _keep_turned(
    credential: HeldCredential, granted: Granted, ports: Ports, vault: Vault
) -> None:
    """Keep a refresh token that came in place of the old one, which may be worth nothing now."""
    if granted.renewal != credential.renewal:
        turned = replace(credential, renewal=granted.renewal)
        await ports.shelf.replace(_box(turned, vault, credential.received_at))


async def _kept(
    credential: HeldCredential, received: Received, taken: OwnTurn, now: datetime
) -> Renewed:
    ports, vault = taken.ports, taken.vault
    try:
        held = await believed(
            received, expected_issuer=credential.provenance.issuer, ports=ports, now=now
        )
    except WalletError:
        ports.tell(received.notification, NotificationEvent.CREDENTIAL_FAILURE)
        raise
    new = successor(held, credential.id, keeps_fresh=credential.keeps_fresh)
    outcome = Renewed(credential.id)
    entry = renewal_entry(new, ports, vault, now)
    await taken.finish(outcome.as_dict(), _box(new, vault, now), entry)
    ports.tell(received.notification, NotificationEvent.CREDENTIAL_ACCEPTED)
    return outcome


async def _put_off(
    credential: HeldCredential, promised: Promised, taken: OwnTurn, now: datetime
) -> Renewed:
    """Let the new one come when its issuer has made it; it takes the old one's place then."""
    waiting = Waiting.of(promised, credential.provenance.issuer, now)
    waiting = replace(waiting, replaces=credential.id, keeps_fresh=credential.keeps_fresh)
    await taken.ports.outbox.begin(waiting_errand(waiting, taken.vault, now=now))
    outcome = Renewed(credential.id, is_preparing=True)
    await taken.finish(outcome.as_dict())
    return outcome


def successor(held: HeldCredential, credential_id: str, *, keeps_fresh: bool) -> HeldCredential:
    """Return a new certificate in the place of the one with this id, as its holder set it."""
    return replace(held, id=credential_id, keeps_fresh=keeps_fresh)


def renewal_entry(held: HeldCredential, ports: Ports, vault: Vault, now: datetime) -> SealedBox:
    """Return the line of the history that tells of a renewal."""
    entry = HistoryEntry(
        id=new_id(ports.entropy),
        at=now,
        event=Event.RENEWED,
        counterpart=issuer_of(held, verified=True),
        credential_types=(held.vct,),
    )
    return sealed_entry(entry, vault)


def _box(credential: HeldCredential, vault: Vault, at: datetime) -> SealedBox:
    return vault.seal(BoxKind.CREDENTIAL, credential.id, at, credential.as_dict())


def issuer_of(credential: HeldCredential, *, verified: bool = False) -> Counterpart:
    """Return a certificate's issuer, for the history; named where it was just proven."""
    name = credential.provenance.name if verified else ""
    return Counterpart(credential.provenance.issuer, name, verified=verified)


def _subject(credential: HeldCredential) -> str:
    """Return a name for the renewal of just what is kept now; the next one has another."""
    named = f"{credential.id}\n{credential.text}".encode()
    return base64url.encode(hashlib.sha256(_SUBJECT_CONTEXT + named).digest())


def _refusal(error: RefusedError) -> WalletError:
    """Tell who refused for good from who may answer later."""
    if error.code in _OVER or error.status in _TOKEN_OVER:
        return WalletError(WalletFailure.RENEWAL_OVER)
    is_busy = error.status == HTTPStatus.TOO_MANY_REQUESTS
    if is_busy or error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return WalletError(WalletFailure.ISSUER_UNREACHABLE, error.reason)
    return WalletError(WalletFailure.RENEWAL_DENIED, error.reason)
