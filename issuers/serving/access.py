"""Who may use a resource: an access token, and for most of them the key it is bound to.

A bound token is stored under its hash with its key's thumbprint, so it is found only by who proved
that key; sent as a bearer token it is as unknown as any other text (RFC 9449 section 7.2).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from issuers.authorization.grants import Grant, refused
from issuers.authorization.proofs_of_possession import DpopCheck, DpopPresented
from issuers.catalogue import Catalogue
from issuers.numbers.codes import IssuerSecret, at_rest, bound_at_rest
from issuers.ports import Stores
from issuers.surroundings import Surroundings

_BEARER, _DPOP = "bearer", "dpop"


@dataclass(frozen=True, slots=True)
class TokenPresented:
    """An access token as it came: the scheme in any case, the ``DPoP`` headers beside it.

    ``url`` is the address called, as the public knows it, without the query.
    """

    scheme: str
    token: str
    dpop_headers: Sequence[str]
    method: str
    url: str


class Access:
    """Decides for the credential, deferred and notification endpoints of every authority."""

    def __init__(self, catalogue: Catalogue, stores: Stores, around: Surroundings) -> None:
        self._catalogue = catalogue
        self._stores = stores
        self._secret = IssuerSecret(around.secret)
        self._clock = around.clock

    async def grant(self, authority: str, presented: TokenPresented) -> Grant:
        """Return what a token is good for at this authority, once it is proven.

        Raises `IssuerError` (unknown_authority, access_refused, access_spent) and
        `OAuthRequestError` (invalid_dpop_proof, use_dpop_nonce).
        """
        found = await self._stores.offers.grant(await self.token_hash(authority, presented))
        if found is None:
            raise refused()
        found.check(authority, self._clock())
        return found

    async def token_hash(self, authority: str, presented: TokenPresented) -> bytes:
        """Return what a proven token is kept as, whether it is good for anything (any more).

        A certificate remembers the token it was issued with under this. Raises as `grant` does.
        """
        self._catalogue.authority(authority)
        match presented.scheme.lower():
            case scheme if scheme == _DPOP:
                check = DpopCheck(authority, self._secret, self._stores.replays, self._clock())
                proof = DpopPresented(presented.dpop_headers, presented.method, presented.url)
                thumbprint = await check.thumbprint(proof, access_token=presented.token)
                return bound_at_rest(presented.token, thumbprint)
            case scheme if scheme == _BEARER:
                return at_rest(presented.token)
            case _:
                raise refused()
