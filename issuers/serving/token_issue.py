"""The token endpoint of every authority (OpenID4VCI section 6): three ways to an access token."""

from typing import assert_never

from issuers.authorization.authorization_codes import CodeRedeemer
from issuers.authorization.floods import Floods
from issuers.authorization.grants import Redemption, Sender
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
        self,
        catalogue: Catalogue,
        stores: Stores,
        callers: Callers,
        floods: Floods,
        around: Surroundings,
    ) -> None:
        self._catalogue = catalogue
        self._stores = stores
        self._callers = callers
        self._floods = floods
        self._around = around
        self._secret = IssuerSecret(around.secret)

    async def token(
        self, authority: str, request: TokenRequest, presented: Presented
    ) -> TokenResponse:
        """Return an access token; bound to a key for all but a pre-authorized code without one.

        Raises `IssuerError` (unknown_authority, code_invalid, tx_code_wrong, too_many_requests)
        and `OAuthRequestError`.
        """
        self._catalogue.authority(authority)
        is_bound = not isinstance(request, PreAuthorizedCodeRequest)
        prove = self._callers.bound if is_bound else self._callers.anybody
        sender = await prove(authority, presented)
        with self._floods.by(authority, sender, self._around.clock()).counted():
            return (await self._redeemed(authority, request, sender)).outcome()

    async def _redeemed(self, authority: str, request: TokenRequest, sender: Sender) -> Redemption:
        now, entropy = self._around.clock(), self._around.entropy
        match request:
            case PreAuthorizedCodeRequest():
                redeemer = Redeemer(request, authority, self._secret, now, entropy, sender)
                return await self._stores.offers.redeem(redeemer)
            case AuthorizationCodeRequest():
                coded = CodeRedeemer(request, authority, sender, now, entropy)
                return await self._stores.authorizations.redeem_code(coded)
            case RefreshRequest():
                again = Refresher(request, authority, sender, now, entropy)
                return await self._stores.authorizations.refresh(again)
            case _:
                assert_never(request)
