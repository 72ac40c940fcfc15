"""A person sent to an issuer, until the browser comes back: sealed, for one holder and one use.

Whoever opens our address with a code proves nothing; what counts is that this holder began, a
short while ago, with this very ``state``, and which server was asked (RFC 9207, mix-up).
"""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Self

from keys import base64url
from keys.strict_json import JsonObject
from standards.openid4vci.offer import CredentialOffer
from wallet.errors import WalletError, WalletFailure
from wallet.kept.keeping import BoxKind
from wallet.kept.vault import Vault
from wallet.outside.tokens import ClientKeys
from wallet.ports import Ports

# Signing in with an issuer, reading what will be issued, a call in between.
SIGN_IN_TIME: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class PendingAuthorization:
    """What has to be known when the browser comes back.

    ``server`` is the issuer identifier of the authorization server, ``url`` where the person is
    sent. ``state`` and ``verifier`` are secrets until then; ``keys`` are those the request was
    pushed with, and the code is bound to.
    """

    offer: CredentialOffer
    server: str
    state: str = field(repr=False)
    verifier: str = field(repr=False)
    keys: ClientKeys
    url: str = field(repr=False)
    until: datetime

    @property
    def id(self) -> str:
        """The name it is kept under, which tells nothing of ``state``."""
        return id_of(self.state)

    def check(self, now: datetime) -> None:
        """Return while there is time, or raise ``WalletError`` (authorization_expired)."""
        if now >= self.until:
            raise WalletError(WalletFailure.AUTHORIZATION_EXPIRED)

    def as_dict(self) -> JsonObject:
        """Return the JSON form that is sealed."""
        return {
            "offer": self.offer.as_dict(),
            "server": self.server,
            "state": self.state,
            "verifier": self.verifier,
            "keys": self.keys.as_dict(),
            "url": self.url,
            "until": self.until.isoformat(),
        }

    @classmethod
    def parse(cls, value: JsonObject) -> Self:
        """Read what `as_dict` wrote; anything else is a bug (ValueError)."""
        match value:
            case {
                "offer": dict(offer),
                "server": str(server),
                "state": str(state),
                "verifier": str(verifier),
                "keys": keys,
                "url": str(url),
                "until": str(until),
            }:
                return cls(
                    CredentialOffer.parse(offer),
                    server,
                    state,
                    verifier,
                    ClientKeys.parse(keys),
                    url,
                    datetime.fromisoformat(until),
                )
            case _:
                raise ValueError("this is not a pending authorization")


def id_of(state: str) -> str:
    """Return what a pending authorization is found by."""
    return base64url.encode(hashlib.sha256(state.encode()).digest())


async def keep(
    pending: PendingAuthorization, *, ports: Ports, vault: Vault, now: datetime
) -> None:
    """Keep a new one, and forget those whose time is over."""
    for box in await ports.shelf.all(vault.holder, BoxKind.AUTHORIZATION):
        if PendingAuthorization.parse(vault.open(box)).until <= now:
            await ports.shelf.remove(vault.holder, BoxKind.AUTHORIZATION, box.id)
    sealed = vault.seal(BoxKind.AUTHORIZATION, pending.id, now, pending.as_dict())
    await ports.shelf.put(sealed)


async def find(name: str, *, ports: Ports, vault: Vault) -> PendingAuthorization:
    """Return one of this holder's, over or not, or raise ``WalletError``.

    authorization_unknown for one that was used, forgotten, or somebody else's.
    """
    box = await ports.shelf.find(vault.holder, BoxKind.AUTHORIZATION, name)
    if box is None:
        raise WalletError(WalletFailure.AUTHORIZATION_UNKNOWN)
    return PendingAuthorization.parse(vault.open(box))


async def use_up(name: str, *, ports: Ports, vault: Vault) -> None:
    """Forget one that is answered, or raise ``WalletError`` (authorization_unknown): once."""
    if not await ports.shelf.remove(vault.holder, BoxKind.AUTHORIZATION, name):
        raise WalletError(WalletFailure.AUTHORIZATION_UNKNOWN)
