"""How a wallet knows who asks: a closed list, from what others vouch for to what nobody does.

A page, a record and a rule look at this and never at the text of a ``client_id``: whoever asks
chooses that text.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias, assert_never

from keys.x509 import ValidatedChain
from standards.openid4vp.registered_client import RegisteredClient


class Vouching(StrEnum):
    """Who vouches for an asking party; the value is the word in answers of the API."""

    CERTIFICATE = "certificate"
    ATTESTATION = "attestation"
    REGISTRATION = "registration"
    ADDRESS = "address"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class ByCertificate:
    """A certificate below a trusted root names it, and signed the request."""

    chain: ValidatedChain


@dataclass(frozen=True, slots=True)
class ByAttestation:
    """A trusted registrar attested it and its key, which signed the request (section 12).

    ``attester`` is the registrar, ``subject`` its name for the party. Answers go to
    ``redirect_uris`` where it lists any.
    """

    attester: ValidatedChain
    subject: str
    redirect_uris: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ByRegistration:
    """It was registered with this wallet; its key signed where one was registered."""

    client: RegisteredClient


@dataclass(frozen=True, slots=True)
class ByAddress:
    """Whoever runs ``host`` asks, and nothing else is known: a `did:web`, or an unsigned request.

    An unsigned request may be written by anybody; its answer goes to that host alone.
    """

    host: str


@dataclass(frozen=True, slots=True)
class ByNobody:
    """The owner of a key asks (`did:key`, `did:jwk`); ``identifier`` is that key."""

    identifier: str


KnownBy: TypeAlias = ByCertificate | ByAttestation | ByRegistration | ByAddress | ByNobody


def vouching(known: KnownBy) -> Vouching:
    """Return who vouches for the party."""
    match known:
        case ByCertificate():
            return Vouching.CERTIFICATE
        case ByAttestation():
            return Vouching.ATTESTATION
        case ByRegistration():
            return Vouching.REGISTRATION
        case ByAddress():
            return Vouching.ADDRESS
        case ByNobody():
            return Vouching.NOBODY
        case _:
            assert_never(known)


def is_vouched_for(known: KnownBy) -> bool:
    """Tell whether somebody this wallet trusts says who it is."""
    match vouching(known):
        case Vouching.CERTIFICATE | Vouching.ATTESTATION | Vouching.REGISTRATION:
            return True
        case Vouching.ADDRESS | Vouching.NOBODY:
            return False
        case each:
            assert_never(each)
