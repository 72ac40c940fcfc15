"""A one-time link a desk scans: it brings the desk's request to the holder's screen.

The link releases nothing. Whoever posts a request to it has only asked; the holder sees who asks
what, as always, and answers or does not. Wrong, late and used links are told apart to nobody.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from keys import base64url
from wallet.errors import WalletError, WalletFailure
from wallet.kept.vault import Vault
from wallet.ports import Ports
from wallet.presenting.fetching import read_link
from wallet.presenting.handed_over import open_for_a_desk, request_under, take_request

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
    expires_at = await open_for_a_desk(_sha256(code), ports=ports, vault=vault, now=now)
    return DeskLink(f"{ports.base}/wallet/desk/{code}", code, expires_at)


async def hand_over(code: str, request_uri: str, *, ports: Ports, now: datetime) -> None:
    """Keep a desk's request for the holder whose link this is; of many posts one wins.

    Raises ``WalletError``: desk_link_closed; for what is no request's link what `read_link` says.
    """
    read_link(request_uri)
    if not await take_request(_sha256(code), request_uri, ports=ports, now=now):
        raise WalletError(WalletFailure.DESK_LINK_CLOSED)


async def handed_request(code: str, *, ports: Ports, vault: Vault, now: datetime) -> str | None:
    """Return the request a desk handed over, None while none has.

    Raises ``WalletError`` (desk_link_closed) for a link that is over or somebody else's.
    """
    return await request_under(_sha256(code), ports=ports, vault=vault, now=now)


def _sha256(code: str) -> bytes:
    return hashlib.sha256(code.encode()).digest()
