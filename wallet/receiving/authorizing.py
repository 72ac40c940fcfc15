"""Send the person to the issuer: the request goes ahead, the browser only names it (RFC 9126).

Nothing is asked for before the holder has seen who issues what and wants it. What is asked for is
a scope where each kind has one (HAIP section 4.3), else `authorization_details`.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from keys import base64url
from keys.strict_json import JsonObject
from standards.oauth import pkce
from standards.oauth.authorization import AuthorizationRequest
from standards.oauth.authorization_details import CredentialDetail
from standards.oauth.error_response import ErrorResponse
from standards.oauth.errors import OAuthError
from standards.oauth.metadata import AuthorizationServerMetadata
from standards.oauth.par import PushedResponse, front_channel
from standards.openid4vci.offer import AuthorizationCodeGrant, CredentialOffer
from wallet.errors import WalletError, WalletFailure
from wallet.history.events import Counterpart
from wallet.history.remembering import remember_failure
from wallet.kept.vault import Vault
from wallet.outside.authenticating import ServerSession
from wallet.outside.correspondence import Answer, json_object
from wallet.outside.tokens import ClientKeys
from wallet.ports import Ports
from wallet.receiving import pending
from wallet.receiving.offers import Offered, read_issuer
from wallet.receiving.pending import SIGN_IN_TIME, PendingAuthorization

# RFC 9126 section 2.2 says 201; a 200 with the same body means the same.
_PUSHED: Final = frozenset({200, 201})
# 256 bits, so that nobody finds somebody's pending request.
_STATE_OCTETS: Final = 32
# A stranger's error code is told only this far.
_CODE_LIMIT: Final = 64


@dataclass(frozen=True, slots=True)
class AuthorizationNeeded:
    """Where the holder signs in with the issuer, until when; ``id`` names the wait for it."""

    id: str
    issuer: str
    url: str = field(repr=False)
    expires_at: datetime

    def answer(self) -> JsonObject:
        """Return what the caller is told."""
        return {
            "state": "authorization_needed",
            "authorization_url": self.url,
            "issuer": self.issuer,
            "expires_at": self.expires_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }


def client_id(base: str) -> str:
    """Return what this wallet is called by issuers; all its holders are one client to them."""
    return f"{base}/wallet"


def redirect_uri(base: str) -> str:
    """Return the one address a browser is sent back to."""
    return f"{base}/wallet/authorized"


async def begin(
    offer: CredentialOffer, *, ports: Ports, vault: Vault, now: datetime
) -> AuthorizationNeeded:
    """Push the request for what is offered, and return where the holder has to go.

    Raises ``WalletError``: as `wallet.receiving.offers.read_issuer`, authorization_refused.
    """
    issuer = Counterpart(offer.credential_issuer, "", verified=False)
    async with remember_failure(issuer, ports=ports, vault=vault, now=now):
        offered = await read_issuer(offer, ports)
        authorization_endpoint, par_endpoint = _endpoints(offered.server)
        verifier = pkce.new_verifier(ports.entropy)
        state = base64url.encode(ports.entropy(_STATE_OCTETS))
        session = session_of(offered, ClientKeys.generate(), ports)
        session.check_welcome(anonymous=False)
        request = _request(offered, state, verifier, ports.base, session)
        pushed = await _push(par_endpoint, request, session)
        url = front_channel(authorization_endpoint, request.client_id, pushed.request_uri)
        waiting = PendingAuthorization(
            offer, offered.server.issuer, state, verifier, session.keys, url, now + SIGN_IN_TIME
        )
        await pending.keep(waiting, ports=ports, vault=vault, now=now)
    life = min(timedelta(seconds=pushed.expires_in), SIGN_IN_TIME)
    return AuthorizationNeeded(waiting.id, offer.credential_issuer, url, now + life)


def _endpoints(server: AuthorizationServerMetadata) -> tuple[str, str]:
    """Return authorization and PAR endpoint of a server that keeps to FAPI 2.0 (section 5.3.2)."""
    page, par = server.authorization_endpoint, server.pushed_authorization_request_endpoint
    if page is None or par is None:
        raise _unsupported("The issuer's server takes no pushed requests")
    if not page.startswith("https:") and server.issuer.startswith("https:"):  # VCI-62
        raise _unsupported("The issuer's sign-in page is not protected by TLS")
    methods = server.code_challenge_methods_supported
    if methods and pkce.METHOD not in methods:
        raise _unsupported("The issuer's server takes no S256")
    return page, par


def session_of(offered: Offered, keys: ClientKeys, ports: Ports) -> ServerSession:
    """Return the conversation with the server of an offer, by the keys of this issuance."""
    return ServerSession(offered.server, keys, ports.provider(), ports.asker())


def _request(
    offered: Offered, state: str, verifier: str, base: str, session: ServerSession
) -> AuthorizationRequest:
    scope, details = _asked_for(offered)
    match offered.grant:
        case AuthorizationCodeGrant(issuer_state=issuer_state):
            pass
        case _:
            raise _unsupported("The offer brings its own code")
    return AuthorizationRequest(
        client_id(base),
        redirect_uri(base),
        pkce.challenge_of(verifier),
        state=state,
        scope=scope,
        details=details,
        issuer_state=issuer_state,
        dpop_jkt=session.keys.dpop.public.thumbprint() if session.is_bound else None,
    )


def _asked_for(offered: Offered) -> tuple[tuple[str, ...], tuple[CredentialDetail, ...]]:
    """Return the scope, or the details for kinds of which one has no scope (VCI-14, VCI-15)."""
    issuer = offered.issuer
    ids = tuple(each.configuration_id for each in offered.credentials)
    scopes = tuple(issuer.configuration(each).scope for each in ids)
    named = tuple(scope for scope in scopes if scope is not None)
    if len(named) == len(scopes):
        return tuple(dict.fromkeys(named)), ()
    locations = (issuer.credential_issuer,) if issuer.authorization_servers else ()
    return (), tuple(CredentialDetail(each, locations=locations) for each in ids)


async def _push(
    endpoint: str, request: AuthorizationRequest, session: ServerSession
) -> PushedResponse:
    answer = await session.post(endpoint, request.encode())
    if answer.status not in _PUSHED:
        raise WalletError(WalletFailure.AUTHORIZATION_REFUSED, _refusal(answer))
    try:
        return PushedResponse.parse(json_object(answer, _invalid))
    except OAuthError as error:
        raise _invalid(error.detail) from None


def _refusal(answer: Answer) -> str:
    try:
        code = ErrorResponse.parse(json_object(answer, _invalid)).error[:_CODE_LIMIT]
    except (OAuthError, WalletError):
        code = str(answer.status)
    return f"The issuer answered {code}"


def _unsupported(reason: str) -> WalletError:
    return WalletError(WalletFailure.OFFER_UNSUPPORTED, reason)


def _invalid(reason: str) -> WalletError:
    return WalletError(WalletFailure.ISSUER_ANSWER_INVALID, reason)
