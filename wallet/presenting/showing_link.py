"""A one-time link a desk scans: it brings the desk's request to the holder's screen.

The link releases nothing. Whoever posts a request to it has only asked; the holder sees who asks
what, as always, and answers or does not. Wrong, late and used links are told apart to nobody.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from keys import base64url
from wallet.errors import WalletError, WalletFailure
from wallet.kept.keeping import BoxKind, OpenLink, SealedBox
from wallet.kept.vault import Vault, open_vault
from wallet.ports import Ports
from wallet.presenting.fetching import read_link

# Long enough to walk to a desk and hold out a phone; who needs longer opens another.
LINK_TIME: Final = timedelta(seconds=120)
# A page that was reloaded still finds the request while it can be answered (OpenID4VP requests
# of ours live five minutes); afterwards the link is forgotten.
FORGOTTEN_AFTER: Final = timedelta(minutes=10)
# 144 bits: more than can be guessed, and 24 characters without a rest.
_CODE_SIZE: Final = 18


@dataclass(frozen=True, slots=True)
class DeskLink:
    """A link to hold out to a desk; ``code`` is its secret part, good until ``expires_at``."""

    url: str = field(repr=False)
    code: str = field(repr=False)
    expires_at: datetime


async def open_link(*, ports: Ports, vault: Vault, now: datetime) -> DeskLink:
    """Return a new link for one request; only the hash of its code is kept."""
    code = base64url.encode(ports.entropy(_CODE_SIZE))
    expires_at = now.replace(microsecond=0) + LINK_TIME
    link = OpenLink(_sha256(code), vault.holder, int(expires_at.timestamp()))
    forgotten = int((now - FORGOTTEN_AFTER).timestamp())
    await ports.shelf.open_link(link, forget_before=forgotten)
    return DeskLink(f"{ports.base}/wallet/desk/{code}", code, expires_at)


async def hand_over(code: str, request_uri: str, *, ports: Ports, now: datetime) -> None:
    """Keep a desk's request for the holder whose link this is; of many posts one wins.

    Raises ``WalletError``: desk_link_closed; for what is no request's link what `read_link` says.
    """
    read_link(request_uri)
    code_sha256, seconds = _sha256(code), int(now.timestamp())
    link = await ports.shelf.link(code_sha256)
    if link is None or link.request is not None or link.until <= seconds:
        raise WalletError(WalletFailure.DESK_LINK_CLOSED)
    vault = await open_vault(ports.shelf, ports.store_key, link.holder, ports.entropy)
    box = vault.seal(BoxKind.DESK_REQUEST, _name(code_sha256), now, {"request_uri": request_uri})
    if not await ports.shelf.hand_over(code_sha256, box.sealed, now=seconds):
        raise WalletError(WalletFailure.DESK_LINK_CLOSED)


async def handed_request(code: str, *, ports: Ports, vault: Vault, now: datetime) -> str | None:
    """Return the request a desk handed over, None while none has.

    Raises ``WalletError`` (desk_link_closed) for a link that is over or somebody else's.
    """
    code_sha256 = _sha256(code)
    link = await ports.shelf.link(code_sha256)
    if link is None or link.holder != vault.holder:
        raise WalletError(WalletFailure.DESK_LINK_CLOSED)
    if link.request is not None:
        sealed = SealedBox(vault.holder, BoxKind.DESK_REQUEST, _name(code_sha256), 0, link.request)
        return str(vault.open(sealed)["request_uri"])
    if link.until <= int(now.timestamp()):
        raise WalletError(WalletFailure.DESK_LINK_CLOSED)
    return None


def _sha256(code: str) -> bytes:
    return hashlib.sha256(code.encode()).digest()


def _name(code_sha256: bytes) -> str:
    return base64url.encode(code_sha256)
