"""An offer on a page: its short https link, and the addresses wallets open."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from issuers.catalogue import AnyKind
from issuers.errors import IssuerError, IssuerFailure
from issuers.issuer import Issuers
from issuers.offers.offer import HandedOffer
from standards.openid4vci.offer_uri import OfferReference, offer_uri, parse_offer_uri

OPEN: Final = "/issuers/open"


@dataclass(frozen=True, slots=True)
class Offered:
    """One open offer.

    ``link`` is what the picture holds, ``uri`` what another maker's wallet opens, ``receive`` the
    page of this service's own wallet.
    """

    kind: AnyKind
    link: str
    uri: str
    receive: str
    asks_tx_code: bool


def id_of(handed: HandedOffer) -> str:
    """Return the id of an offer that was handed out by reference."""
    match parse_offer_uri(handed.credential_offer_uri):
        case OfferReference(credential_offer_uri=address):
            return address.rpartition("/")[2]
        case _:
            raise ValueError("offers of the pages travel by reference")


async def offered(issuers: Issuers, offer_id: str, *authorities: str) -> Offered:
    """Return an open offer of one of the authorities, of any when none is named.

    Raises `IssuerError` (unknown_offer), the same for one that never was, was used or has ended.
    """
    for authority in authorities or tuple(issuers.catalogue.authorities):
        try:
            offer = await issuers.credential_offer(authority, offer_id)
        except IssuerError as error:
            if error.failure is not IssuerFailure.UNKNOWN_OFFER:
                raise
            continue
        (kind,) = offer.credential_configuration_ids
        address = (
            f"{issuers.catalogue.authority(authority).identifier(issuers.base)}/offers/{offer_id}"
        )
        grant = offer.pre_authorized_code
        return Offered(
            kind=issuers.catalogue.kind(kind),
            link=f"{issuers.base}{OPEN}/{offer_id}",
            uri=offer_uri(OfferReference(address)),
            receive="/wallet/receive?" + urlencode({"credential_offer_uri": address}),
            asks_tx_code=grant is not None and grant.tx_code is not None,
        )
    raise IssuerError(IssuerFailure.UNKNOWN_OFFER, "the offer is unknown, used or expired")
