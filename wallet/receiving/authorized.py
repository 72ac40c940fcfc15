"""The browser is back with a code: prove whose it is, and redeem it at the server that was asked.

A code counts once, for the holder who began, and only from that server; whatever else comes to our
address is told and forgotten (H60, RFC 9207).
"""

from datetime import datetime
from typing import Final

from standards.oauth.authorization import AuthorizationError
from standards.oauth.error_response import OAuthErrorCode
from standards.oauth.errors import OAuthError
from standards.oauth.returning import read_redirect, state_of
from standards.openid4vci.token import AuthorizationCodeRequest
from wallet.errors import WalletError, WalletFailure
from wallet.history.events import Counterpart
from wallet.history.remembering import remember_failure
from wallet.history.turns import Finished, OwnTurn, turn
from wallet.kept.vault import Vault
from wallet.outside.credential_asking import RefusedError
from wallet.ports import Ports
from wallet.receiving import pending
from wallet.receiving.accepting import AcceptedOffer, take
from wallet.receiving.authorizing import client_id, redirect_uri
from wallet.receiving.offers import Offered, read_issuer
from wallet.receiving.pending import PendingAuthorization

# A stranger's error code is told only this far.
_CODE_LIMIT: Final = 64


async def authorized(query: str, *, ports: Ports, vault: Vault, now: datetime) -> AcceptedOffer:
    """Return what the sign-in led to; a retry after success returns the same.

    ``query`` is that of the redirect. Raises ``WalletError``: authorization_unknown, _expired,
    _declined, _refused, _mismatch, and as `wallet.receiving.accepting.take`.
    """
    try:
        name = pending.id_of(state_of(query))
    except OAuthError:
        raise WalletError(WalletFailure.AUTHORIZATION_UNKNOWN) from None
    async with turn(
        name, ports=ports, vault=vault, now=now, busy=WalletFailure.OFFER_IN_PROGRESS
    ) as taken:
        if isinstance(taken, Finished):
            return AcceptedOffer.parse(taken.outcome)
        waiting = await pending.find(name, ports=ports, vault=vault)
        issuer = Counterpart(waiting.offer.credential_issuer, "", verified=False)
        async with remember_failure(issuer, ports=ports, vault=vault, now=now):
            return await _redeem(query, waiting, taken, now)


async def _redeem(
    query: str, waiting: PendingAuthorization, taken: OwnTurn, now: datetime
) -> AcceptedOffer:
    """Use the wait up with any answer; only an issuer out of reach leaves it for another try."""
    ports, vault = taken.ports, taken.vault
    try:
        waiting.check(now)
        code = _code(query, waiting)
        offered = await _offered(waiting, ports)
    except WalletError as error:
        if error.failure is not WalletFailure.ISSUER_UNREACHABLE:
            await pending.use_up(waiting.id, ports=ports, vault=vault)
        raise
    await pending.use_up(waiting.id, ports=ports, vault=vault)
    request = AuthorizationCodeRequest(
        code, redirect_uri(ports.base), waiting.verifier, client_id(ports.base)
    )
    try:
        return await take(offered, request, taken, now, keys=waiting.keys)
    except RefusedError as error:
        raise WalletError(WalletFailure.AUTHORIZATION_REFUSED, error.reason) from None


async def _offered(waiting: PendingAuthorization, ports: Ports) -> Offered:
    """Return the offer as it is now; a code goes to the server it is from and to no other."""
    offered = await read_issuer(waiting.offer, ports)
    if offered.server.issuer != waiting.server:
        raise WalletError(WalletFailure.AUTHORIZATION_MISMATCH, "another server is named now")
    return offered


def _code(query: str, waiting: PendingAuthorization) -> str:
    """Return the code, once the answer is surely the server's that was asked."""
    try:
        answer = read_redirect(query, expected_state=waiting.state, expected_iss=waiting.server)
    except OAuthError as error:
        raise WalletError(WalletFailure.AUTHORIZATION_MISMATCH, error.detail) from None
    if not isinstance(answer, AuthorizationError):
        return answer.code
    if answer.error == OAuthErrorCode.ACCESS_DENIED:
        raise WalletError(WalletFailure.AUTHORIZATION_DECLINED)
    reason = f"The issuer answered {answer.error[:_CODE_LIMIT]}"
    raise WalletError(WalletFailure.AUTHORIZATION_REFUSED, reason)
