"""Who asks, as a record and a history may name it: never by a word the party chose for itself.

A party nobody vouches for is the host that its answer goes to, and is called unverified: its name
cannot be one that a registration, a certificate or this wallet's operator gave to somebody.
"""

from typing import assert_never
from urllib.parse import urlsplit

from consent.forms.terms import UNVERIFIED, Party
from keys.x509 import ValidatedChain
from standards.openid4vp.known_by import (
    ByAddress,
    ByAttestation,
    ByCertificate,
    ByNobody,
    ByRegistration,
    KnownBy,
)
from standards.openid4vp.registered_client import RegisteredClient
from standards.openid4vp.request_link import RequestLink
from standards.openid4vp.request_object import VerifiedRequest
from standards.openid4vp.request_uri import RequestUri
from wallet.errors import WalletError, WalletFailure


def party_of(verified: VerifiedRequest) -> Party:
    """Name the party by its registration; a key or a certificate changes, and is the last resort.

    A name without a registration is unique only below whoever gave it, and says so.
    """
    known, request = verified.known, verified.request
    match known:
        case ByCertificate(chain=chain):
            return _certified(chain, request.client_id)
        case ByAttestation(attester=attester, subject=subject):
            return Party(f"attested:{attester.anchor.name}/{subject}", subject)
        case ByRegistration(client=client):
            return _registered(client)
        case ByAddress() | ByNobody():
            host = urlsplit(verified.answered_at).netloc
            return Party(f"{UNVERIFIED}{host}", host)
        case _:
            assert_never(known)


def hosts_of(known: KnownBy) -> tuple[str, ...]:
    """Return the hosts that whoever vouches for a party gives it, its own included."""
    match known:
        case ByCertificate(chain=chain):
            return chain.dns_names
        case ByAttestation(redirect_uris=addresses):
            return _hosts(addresses)
        case ByRegistration(client=client):
            return _hosts(client.response_uris)
        case ByAddress(host=host):
            return (host.partition(":")[0],)
        case ByNobody():
            return ()
        case _:
            assert_never(known)


def voucher_of(known: KnownBy) -> str | None:
    """Return the name of who vouches for a party; None for this wallet's operator, and nobody."""
    match known:
        case ByCertificate(chain=chain) | ByAttestation(attester=chain):
            return chain.anchor.name
        case ByRegistration() | ByAddress() | ByNobody():
            return None
        case _:
            assert_never(known)


def check_hosts(link: RequestLink, verified: VerifiedRequest) -> None:
    """Answers go where the request came from, or to a host of the party (VP-64)."""
    if not isinstance(link, RequestUri):
        return
    asked_at = urlsplit(link.request_uri).hostname or ""
    known = {urlsplit(verified.request.response_uri).hostname, *hosts_of(verified.known)}
    if asked_at not in known:
        raise WalletError(WalletFailure.REQUEST_MISMATCH, "It was found at another host")


def _certified(chain: ValidatedChain, client_id: str) -> Party:
    name = chain.subject_name or next(iter(chain.dns_names), client_id)
    return Party(chain.organization_id or f"name:{chain.anchor.name}/{name}", name)


def _registered(client: RegisteredClient) -> Party:
    return Party(client.organization_id or f"client:{client.client_id}", client.name)


def _hosts(addresses: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(urlsplit(each).hostname or "" for each in addresses))
