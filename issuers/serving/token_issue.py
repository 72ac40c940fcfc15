"""The token endpoint of every authority (OpenID4VCI section 6): three ways to an access token."""

from typing import assert_never

from issuers.authorization.authorization_codes import CodeRedeemer
from issuers.authorization.grants import Redemption
from issuers.authorization.redeeming import Redeemer
from issuers.authorization.refreshing import Refresher
from issuers.catalogue import Catalogue
from issuers.numbers.codes import IssuerSecret
from issuers.ports import Stores
from issuers.serving.callers import Callers, Presented
from issuers.surroundings import Surroundings
from standards.openid4vci.token import (
    AuthorizationCodeRequest,
    PreAuthorizedCodeRequest,
    RefreshRequest,
    TokenRequest,
    TokenResponse,
)


class TokenIssue:
    """Turns codes and refresh tokens into access tokens."""

    def __init__(
        self, catalogue: Catalogue, stores: Stores, callers: Callers, around: Surroundings
    ) -> None:
        self._catalogue = catalogue
        self._stores = stores
        self._callers = callers
        self._around = around
        self._secret = IssuerSecret(around.secret)

    async def token(
        self, authority: str, request: TokenRequest, presented: Presented
    ) -> TokenResponse:
        """Return an access token; bound to a key for all but a pre-authorized code without one.

        Raises `IssuerError` (unknown_authority, code_invalid, tx_code_wrong) and
        `OAuthRequestError`.
        """
        self._catalogue.authority(authority)
        return (await self._redeemed(authority, request, presented)).outcome()

    async def _redeemed(
        self, authority: str, request: TokenRequest, presented: Presented
    ) -> Redemption:
        callers, entropy = self._callers, self._around.entropy
        match request:
            case PreAuthorizedCodeRequest():
                sender = await callers.anybody(authority, presented)
                now = self._around.clock()
                redeemer = Redeemer(request, authority, self._secret, now, entropy, sender)
                return await self._stores.offers.redeem(redeemer)
            case AuthorizationCodeRequest():
                sender = await callers.bound(authority, presented)
                coded = CodeRedeemer(request, authority, sender, self._around.clock(), entropy)
                return await self._stores.authorizations.redeem_code(coded)
            case RefreshRequest():
                sender = await callers.bound(authority, presented)
                again = Refresher(request, authority, sender, self._around.clock(), entropy)
                return await self._stores.authorizations.refresh(again)
            case _:
                assert_never(request)
