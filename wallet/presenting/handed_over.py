"""What a desk brings to a holder by a code the holder gave out: one request, to be looked at.

Whichever way the code went (`wallet.presenting.showing_link`, `wallet.presenting.spoken`), it
releases nothing. Only a hash of it is kept; wrong, late and used ones are told apart to nobody.
"""

from datetime import datetime, timedelta
from typing import Final

from keys import base64url
from wallet.errors import WalletError, WalletFailure
from wallet.kept.keeping import BoxKind, OpenLink, SealedBox
from wallet.kept.vault import Vault, open_vault
from wallet.ports import Ports

# Long enough to walk to a desk and hold out a phone; who needs longer opens another.
LINK_TIME: Final = timedelta(seconds=120)
# A page that was reloaded still finds the request while it can be answered (OpenID4VP requests
# of ours live five minutes); afterwards the link is forgotten.
FORGOTTEN_AFTER: Final = timedelta(minutes=10)


async def open_for_a_desk(
    code_hash: bytes, *, ports: Ports, vault: Vault, now: datetime
) -> datetime:
    """Let one desk hand over a request under this hash, until the time returned."""
    until = now.replace(microsecond=0) + LINK_TIME
    link = OpenLink(code_hash, vault.holder, int(until.timestamp()))
    forgotten = int((now - FORGOTTEN_AFTER).timestamp())
    await ports.shelf.open_link(link, forget_before=forgotten)
    return until


async def take_request(code_hash: bytes, request_uri: str, *, ports: Ports, now: datetime) -> bool:
    """Keep a desk's request for the holder whose code this is; whether this desk was the one.

    A code that never was, one that is over and one that was used cost the same look.
    """
    seconds = int(now.timestamp())
    link = await ports.shelf.link(code_hash)
    if link is None or link.request is not None or link.until <= seconds:
        return False
    vault = await open_vault(ports.shelf, ports.store_key, link.holder, ports.entropy)
    box = vault.seal(BoxKind.DESK_REQUEST, _name(code_hash), now, {"request_uri": request_uri})
    return await ports.shelf.hand_over(code_hash, box.sealed, now=seconds)


async def request_under(
    code_hash: bytes, *, ports: Ports, vault: Vault, now: datetime
) -> str | None:
    """Return the request a desk handed over, None while none has.

    Raises ``WalletError`` (desk_link_closed) for a code that is over or somebody else's.
    """
    link = await ports.shelf.link(code_hash)
    if link is None or link.holder != vault.holder:
        raise WalletError(WalletFailure.DESK_LINK_CLOSED)
    if link.request is not None:
        sealed = SealedBox(vault.holder, BoxKind.DESK_REQUEST, _name(code_hash), 0, link.request)
        return str(vault.open(sealed)["request_uri"])
    if link.until <= int(now.timestamp()):
        raise WalletError(WalletFailure.DESK_LINK_CLOSED)
    return None


def _name(code_hash: bytes) -> str:
    return base64url.encode(code_hash)
