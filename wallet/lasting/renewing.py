"""Renew a certificate in one tap: its issuer is asked for another one, which takes its place.

Nothing is given up before the new one is kept: it replaces the old one in one transaction, and
whoever dies in between asks again and gets copies of the certificate that was made already. What
its holder deletes meanwhile stays deleted.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus
from typing import Final, Self

from keys.strict_json import JsonObject
from standards.formats.known import FORMATS
from standards.oauth.error_response import OAuthErrorCode
from standards.openid4vci.metadata import CredentialIssuerMetadata
from standards.openid4vci.notification import NotificationEvent
from wallet.errors import WalletError, WalletFailure
from wallet.history.remembering import remember_failure
from wallet.history.turns import Finished, OwnTurn, turn
from wallet.kept.changing import change
from wallet.kept.holdings import HeldCredential
from wallet.kept.vault import Vault
from wallet.lasting.letting_go import let_go
from wallet.lasting.succeeding import (
    NoPlace,
    Succession,
    generation_of,
    issuer_of,
    succession_of,
)
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
    renewal_in_progress, unknown_credential for one that was deleted meanwhile, and what asking and
    believing an issuer raises; the old one stays what it is then.
    """
    async with remember_failure(issuer_of(credential), ports=ports, vault=vault, now=now):
        return await renewed(credential, ports=ports, vault=vault, now=now)


async def renewed(
    credential: HeldCredential, *, ports: Ports, vault: Vault, now: datetime
) -> Renewed:
    """Renew a certificate, of many calls at once one; raises as `renew`, and notes nothing."""
    async with turn(
        generation_of(credential),
        ports=ports,
        vault=vault,
        now=now,
        busy=WalletFailure.RENEWAL_IN_PROGRESS,
    ) as taken:
        if isinstance(taken, Finished):
            return Renewed.parse(taken.outcome)
        if credential.renewal is None:
            raise WalletError(WalletFailure.RENEWAL_NEEDS_SIGN_IN)
        brought = await _brought(credential, credential.renewal, taken, now)
        if isinstance(brought, Promised):
            return await _put_off(credential, brought, taken, now)
        return await _kept(credential, brought, taken, now)


def configuration_of(issuer: CredentialIssuerMetadata, vct: str) -> str:
    """Return by which id an issuer makes certificates of a type, or raise ``WalletError``.

    renewal_denied: it makes none of this type any more.
    """
    for each in issuer.credential_configurations_supported:
        if each.type == vct and each.format in FORMATS:
            return each.id
    raise WalletError(WalletFailure.RENEWAL_DENIED, "It is not made any more")


async def _brought(
    credential: HeldCredential, renewal: Renewal, taken: OwnTurn, now: datetime
) -> Received | Promised:
    ports, vault = taken.ports, taken.vault
    issuer = await read_issuer_metadata(credential.provenance.issuer, ports)
    offered = offered_credential(issuer, configuration_of(issuer, credential.vct))
    offered.plan.check_provider(ports.provider())
    try:
        granted = await refreshed(renewal, issuer, ports)
        await _keep_turned(credential, granted, ports, vault, now)
        return await ask_for(offered, granted, holder_secret=vault.secret, ports=ports)
    except RefusedError as error:
        raise _refusal(error) from None


async def _keep_turned(
    credential: HeldCredential, granted: Granted, ports: Ports, vault: Vault, now: datetime
) -> None:
    """Keep a refresh token that came in place of the old one, which may be worth nothing now."""
    if granted.renewal is None or granted.renewal == credential.renewal:
        return
    turned = granted.renewal
    kept = await change(
        credential.id,
        lambda each: replace(each, renewal=turned),
        shelf=ports.shelf,
        vault=vault,
    )
    if kept is None:
        await let_go(credential, turned, ports=ports, vault=vault, now=now)
        raise WalletError(WalletFailure.UNKNOWN_CREDENTIAL)


async def _kept(
    credential: HeldCredential, received: Received, taken: OwnTurn, now: datetime
) -> Renewed:
    """Put what came in the place of the old one, or give it up if that is gone by now."""
    ports, vault, place = taken.ports, taken.vault, received.notification
    try:
        held = await believed(
            received, expected_issuer=credential.provenance.issuer, ports=ports, now=now
        )
    except WalletError:
        ports.tell(place, NotificationEvent.CREDENTIAL_FAILURE)
        raise
    outcome = Renewed(credential.id)
    while True:
        succession = await succession_of(
            held, credential.id, generation_of(credential), ports=ports, vault=vault, now=now
        )
        match succession:
            case Succession(swap, entry):
                if await taken.finish_in_place(outcome.as_dict(), swap, entry):
                    ports.tell(place, NotificationEvent.CREDENTIAL_ACCEPTED)
                    return outcome
            case NoPlace.TAKEN:
                ports.tell(place, NotificationEvent.CREDENTIAL_FAILURE)
                return outcome
            case NoPlace.GONE:
                ports.tell(place, NotificationEvent.CREDENTIAL_DELETED)
                if held.renewal is not None:
                    await let_go(credential, held.renewal, ports=ports, vault=vault, now=now)
                raise WalletError(WalletFailure.UNKNOWN_CREDENTIAL)


async def _put_off(
    credential: HeldCredential, promised: Promised, taken: OwnTurn, now: datetime
) -> Renewed:
    """Let the new one come when its issuer has made it; it takes the old one's place then."""
    waiting = Waiting.of(promised, credential.provenance.issuer, now)
    waiting = replace(waiting, replaces=credential.id, generation=generation_of(credential))
    await taken.ports.outbox.begin(waiting_errand(waiting, taken.vault, now=now))
    outcome = Renewed(credential.id, is_preparing=True)
    await taken.finish(outcome.as_dict())
    return outcome


def _refusal(error: RefusedError) -> WalletError:
    """Tell who refused for good from who may answer later."""
    if error.code in _OVER or error.status in _TOKEN_OVER:
        return WalletError(WalletFailure.RENEWAL_OVER)
    is_busy = error.status == HTTPStatus.TOO_MANY_REQUESTS
    if is_busy or error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return WalletError(WalletFailure.ISSUER_UNREACHABLE, error.reason)
    return WalletError(WalletFailure.RENEWAL_DENIED, error.reason)
