"""The wallets that may send citizens here: registered by an operator, or nobody (RFC 6749 §2).

An anonymous wallet can take an offer with a pre-authorized code; whoever sends a browser to us
must be known beforehand, because the browser is sent back to an address of theirs.
"""

import re
from dataclasses import dataclass
from typing import Final, Protocol
from urllib.parse import urlsplit

from issuers.errors import IssuerError, IssuerFailure
from keys.jwk import PublicJwk

# Appendix A.1 of RFC 6749, without the blank.
_CLIENT_ID: Final = re.compile(r"[\x21-\x7e]{1,512}")
# What a Location header holds and every reader of addresses reads alike (H59).
_REDIRECT: Final = re.compile(r"[A-Za-z0-9\-._~:/?\[\]@!$&'()*+,;=%]{1,1000}")
# http only where it does not leave the machine (RFC 8252 section 7.3).
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
# A scheme of a wallet's own may be anything but what a browser would run or read.
_REFUSED_SCHEMES: Final = frozenset(
    {"javascript", "data", "file", "blob", "about", "vbscript", "view-source", "ws", "wss"}
)
REDIRECTS_LIMIT: Final = 20


@dataclass(frozen=True, slots=True)
class Client:
    """A registered wallet; ``redirect_uris`` are compared letter for letter.

    With ``keys`` it proves who it is by them (private_key_jwt), without any by the attestation of
    a wallet provider in the trust list.
    """

    client_id: str
    redirect_uris: tuple[str, ...]
    keys: tuple[PublicJwk, ...] = ()


class ClientStore(Protocol):
    """The registered clients."""

    async def add(self, client: Client) -> None:
        """Register a client; who is registered already is registered anew."""
        ...

    async def find(self, client_id: str) -> Client | None:
        """Return a client, None for nobody."""
        ...

    async def all(self) -> tuple[Client, ...]:
        """Return every client, by its id."""
        ...

    async def remove(self, client_id: str) -> None:
        """Forget a client and all it was given, or raise `IssuerError` (unknown_client)."""
        ...


def new_client(
    client_id: str, redirect_uris: tuple[str, ...], keys: tuple[PublicJwk, ...]
) -> Client:
    """Return a client well formed in every part, or raise `IssuerError` (malformed)."""
    if not is_client_id(client_id):
        raise _malformed("a client_id is 1 to 512 visible characters of ASCII")
    if not 0 < len(redirect_uris) <= REDIRECTS_LIMIT:
        raise _malformed(f"a client has 1 to {REDIRECTS_LIMIT} redirect_uris")
    for uri in redirect_uris:
        _check_address(uri)
    return Client(client_id, tuple(dict.fromkeys(redirect_uris)), keys)


def is_client_id(text: str) -> bool:
    """Tell whether a text could be registered: nothing else is looked up in a database."""
    return _CLIENT_ID.fullmatch(text) is not None


def unknown_client() -> IssuerError:
    """Return the one error for a client that is not registered."""
    return IssuerError(IssuerFailure.UNKNOWN_CLIENT, "no such client is registered here")


def _check_address(uri: str) -> None:
    """Refuse an address that a browser could be led astray by."""
    try:
        parts = urlsplit(uri)
        host = parts.hostname
    except ValueError:
        raise _malformed("a redirect_uri is an absolute address") from None
    if _REDIRECT.fullmatch(uri) is None or not parts.scheme or "@" in parts.netloc:
        raise _malformed("a redirect_uri is an absolute address, without fragment or user")
    match parts.scheme:
        case "https" if host:
            return
        case "http" if host in _LOOPBACK:
            return
        case "https" | "http":
            raise _malformed("a redirect_uri is https, or http on this very machine")
        case scheme if scheme in _REFUSED_SCHEMES:
            raise _malformed("a redirect_uri is an address of a wallet")
        case _:
            return


def _malformed(detail: str) -> IssuerError:
    return IssuerError(IssuerFailure.MALFORMED, detail)
