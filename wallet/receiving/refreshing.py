"""What was granted goes on: a later token by the refresh token, and the end of all of them.

Both are asked of the server the grant is from, with the keys it is bound to.
"""

from contextlib import suppress
from http import HTTPStatus
from typing import Final

from standards.oauth.metadata import AuthorizationServerMetadata
from standards.oauth.revocation import REFRESH_TOKEN_HINT, RevocationRequest
from standards.openid4vci.metadata import CredentialIssuerMetadata
from standards.openid4vci.offer import AUTHORIZATION_CODE_GRANT
from standards.openid4vci.token import RefreshRequest, TokenResponse
from wallet.errors import WalletError, WalletFailure
from wallet.outside.authenticating import ServerSession
from wallet.outside.correspondence import json_object
from wallet.outside.credential_asking import CredentialAsking, RefusedError, parsed
from wallet.outside.tokens import Renewal
from wallet.ports import Ports
from wallet.receiving.discovery import read_issuer_metadata, read_server
from wallet.receiving.redeeming import Granted, token_in_use

_OK: Final = 200
# What a server answers that has no such address, or does not do this (RFC 7009 section 2.2.1).
_NOT_OFFERED: Final = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED})


async def refreshed(renewal: Renewal, issuer: CredentialIssuerMetadata, ports: Ports) -> Granted:
    """Return what a new token allows, with what the next one is asked for.

    Raises ``WalletError``: issuer_refused (`RefusedError`) when the grant is over,
    issuer_unreachable, issuer_answer_invalid.
    """
    server = await _server(renewal, issuer, ports)
    if server.token_endpoint is None:
        raise _moved()
    session = ServerSession(server, renewal.keys, ports.provider(), ports.asker())
    request = RefreshRequest(renewal.refresh_token, client_id=session.client_id)
    answer = await session.post(server.token_endpoint, request.encode())
    if answer.status != _OK:
        raise RefusedError(answer)
    response = parsed(json_object(answer, _invalid), TokenResponse.parse)
    token = token_in_use(response, session)
    kept = response.refresh_token or renewal.refresh_token
    asking = CredentialAsking(issuer, token, session.asker)
    return Granted(asking, response, session.client_id, Renewal(server.issuer, kept, renewal.keys))


async def end_grant(renewal: Renewal, issuer: CredentialIssuerMetadata, ports: Ports) -> None:
    """Have a refresh token revoked, and all it has led to (RFC 7009).

    A token that is unknown by now is revoked too. Raises ``WalletError``: issuer_refused
    (`RefusedError`), issuer_unreachable, issuer_answer_invalid; revocation_not_offered.
    """
    server = await _server(renewal, issuer, ports)
    if server.revocation_endpoint is None:
        raise WalletError(WalletFailure.REVOCATION_NOT_OFFERED)
    session = ServerSession(server, renewal.keys, ports.provider(), ports.asker())
    request = RevocationRequest(renewal.refresh_token, REFRESH_TOKEN_HINT, session.client_id)
    answer = await session.post(server.revocation_endpoint, request.encode())
    if answer.status in _NOT_OFFERED:
        raise WalletError(WalletFailure.REVOCATION_NOT_OFFERED)
    if answer.status != _OK:
        raise RefusedError(answer)


async def end_quietly(renewal: Renewal | None, issuer: str, ports: Ports) -> None:
    """Have a grant ended once, where nothing can be kept to ask a second time; raises nothing."""
    if renewal is None:
        return
    with suppress(WalletError):
        await end_grant(renewal, await read_issuer_metadata(issuer, ports), ports)


async def _server(
    renewal: Renewal, issuer: CredentialIssuerMetadata, ports: Ports
) -> AuthorizationServerMetadata:
    server = await read_server(
        issuer,
        named=renewal.server if issuer.authorization_servers else None,
        grant_type=AUTHORIZATION_CODE_GRANT,
        correspondent=ports.correspondent,
    )
    if server.issuer != renewal.server:
        raise _moved()
    return server


def _moved() -> WalletError:
    return _invalid("it has moved to another authorization server")


def _invalid(reason: str) -> WalletError:
    return WalletError(WalletFailure.ISSUER_ANSWER_INVALID, reason)
