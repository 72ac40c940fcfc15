"""Who calls an authority's server: the client that is proven, and the key it will go on with.

The key's proof is looked at before the client's: a wallet that is asked for a nonce sends the rest
of its request again as it was, and that must not count as a replay.
"""

from dataclasses import dataclass, replace

from issuers.authorization.client_authentication import ClientCheck, ClientPresented
from issuers.authorization.clients import Client
from issuers.authorization.grants import ANONYMOUS, Sender
from issuers.authorization.proofs_of_possession import DpopCheck, DpopPresented
from issuers.catalogue import Catalogue
from issuers.numbers.codes import IssuerSecret
from issuers.ports import Stores
from issuers.surroundings import Surroundings
from keys.role import Role
from standards.oauth.error_response import OAuthErrorCode, OAuthRequestError


@dataclass(frozen=True, slots=True)
class Presented:
    """Who sends a request and with which key, as far as it says so."""

    client: ClientPresented
    dpop: DpopPresented


class Callers:
    """Proves callers for every authority."""

    def __init__(self, catalogue: Catalogue, stores: Stores, around: Surroundings) -> None:
        self._catalogue = catalogue
        self._stores = stores
        self._around = around
        self._secret = IssuerSecret(around.secret)

    async def client(self, authority: str, presented: Presented) -> tuple[Client, Sender]:
        """Return a registered client, at an endpoint where a key may be proven already.

        Raises `OAuthRequestError`: what `ClientCheck.authenticated` and `DpopCheck` raise.
        """
        thumbprint = None
        if presented.dpop.headers:
            check = self._dpop(authority)
            thumbprint = await check.thumbprint(presented.dpop, needs_nonce=False)
        client, sender = await self._clients(authority).authenticated(presented.client)
        return client, replace(sender, dpop_jkt=thumbprint)

    async def bound(self, authority: str, presented: Presented) -> Sender:
        """Return who sends, with the key that was proven by it. Raises as `client` does."""
        thumbprint = await self._dpop(authority).thumbprint(presented.dpop)
        sender = await self._sender(authority, presented.client)
        return replace(sender, dpop_jkt=thumbprint)

    async def anybody(self, authority: str, presented: Presented) -> Sender:
        """Return who sends, where an anonymous wallet without a key is as good. Raises so too."""
        if presented.dpop.headers:
            return await self.bound(authority, presented)
        return await self._sender(authority, presented.client)

    async def _sender(self, authority: str, presented: ClientPresented) -> Sender:
        if not presented.is_anonymous:
            return (await self._clients(authority).authenticated(presented))[1]
        named = presented.client_id
        if named is not None and await self._stores.clients.find(named) is not None:
            detail = "a registered client proves who it is"
            raise OAuthRequestError(OAuthErrorCode.INVALID_CLIENT, detail)
        return ANONYMOUS

    def _clients(self, authority: str) -> ClientCheck:
        now = self._around.clock()
        return ClientCheck(
            authority,
            self._catalogue.authority(authority).identifier(self._around.base),
            self._secret,
            self._around.trust().anchors(Role.WALLET_PROVIDER, now),
            self._stores.clients,
            self._stores.replays,
            now,
        )

    def _dpop(self, authority: str) -> DpopCheck:
        return DpopCheck(authority, self._secret, self._stores.replays, self._around.clock())
