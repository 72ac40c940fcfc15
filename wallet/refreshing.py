"""A later access token for the same grant, by the refresh token and the keys it is bound to."""

from standards.openid4vci.metadata import CredentialIssuerMetadata
from standards.openid4vci.offer import AUTHORIZATION_CODE_GRANT
from standards.openid4vci.token import RefreshRequest, TokenResponse
from wallet.authenticating import ServerSession
from wallet.correspondence import json_object
from wallet.credential_asking import RefusedError, parsed
from wallet.discovery import read_server
from wallet.errors import WalletError, WalletFailure
from wallet.ports import Ports
from wallet.redeeming import token_in_use
from wallet.tokens import Renewal, TokenInUse

_OK = 200


async def refresh(
    renewal: Renewal, issuer: CredentialIssuerMetadata, ports: Ports
) -> tuple[TokenInUse, Renewal]:
    """Return a new token, and what the next one is asked for with.

    Raises ``WalletError``: issuer_refused (`RefusedError`) when the grant is over,
    issuer_unreachable, issuer_answer_invalid.
    """
    named = renewal.server if issuer.authorization_servers else None
    server = await read_server(
        issuer,
        named=named,
        grant_type=AUTHORIZATION_CODE_GRANT,
        correspondent=ports.correspondent,
    )
    if server.issuer != renewal.server or server.token_endpoint is None:
        raise _invalid("it has moved to another authorization server")
    session = ServerSession(server, renewal.keys, ports.provider(), ports.asker())
    request = RefreshRequest(renewal.refresh_token, client_id=session.client_id)
    answer = await session.post(server.token_endpoint, request.encode())
    if answer.status != _OK:
        raise RefusedError(answer)
    response = parsed(json_object(answer, _invalid), TokenResponse.parse)
    kept = response.refresh_token or renewal.refresh_token
    return token_in_use(response, session), Renewal(server.issuer, kept, renewal.keys)


def _invalid(reason: str) -> WalletError:
    return WalletError(WalletFailure.ISSUER_ANSWER_INVALID, reason)
