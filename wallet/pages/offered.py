"""An offer before it is taken: who offers what, as the issuer itself answers.

Only the address is certain at this point: the issuer's own metadata came from it and names it.
The name beside it is what the issuer calls itself; the certificate proves it when it comes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from standards.formats.known import FORMATS
from standards.openid4vci.display import Display
from standards.openid4vci.errors import VciError
from standards.openid4vci.offer import (
    AuthorizationCodeGrant,
    InputMode,
    PreAuthorizedCodeGrant,
    TxCode,
)
from standards.openid4vci.offer_uri import offer_uri
from wallet.pages.codes import receive_page
from wallet.ports import Ports
from wallet.receiving.discovery import read_issuer_metadata
from wallet.receiving.offers import Offered, read_issuer, read_offer, wanted_of
from web.language import Language, pick


@dataclass(frozen=True, slots=True)
class CodeAsked:
    """A code the issuer gave the person beside the offer: how long, digits only or not."""

    length: int | None
    is_numeric: bool
    description: str | None


@dataclass(frozen=True, slots=True)
class OfferShown:
    """Who offers which certificates; ``code`` is None when none is asked for.

    ``sign_in_host`` is where the person signs in before anything is issued, None when the offer
    came with a code.
    """

    issuer_name: str
    host: str
    kinds: tuple[str, ...]
    code: CodeAsked | None
    sign_in_host: str | None


async def read_shown(offer_uri: str, ports: Ports, language: Language) -> OfferShown:
    """Return what an offer's page shows; nothing is redeemed by looking.

    Raises ``WalletError`` as accepting would.
    """
    offer = await read_offer(offer_uri, ports.correspondent)
    offered = await read_issuer(offer, ports)
    issuer = offered.issuer.credential_issuer
    return OfferShown(
        issuer_name=_name(offered.issuer.display, language, otherwise=urlsplit(issuer).netloc),
        host=urlsplit(issuer).netloc,
        kinds=tuple(
            _kind(offered, each.configuration_id, language) for each in offered.credentials
        ),
        code=_code(offered),
        sign_in_host=_sign_in_host(offered),
    )


@dataclass(frozen=True, slots=True)
class KindShown:
    """A certificate that can be asked for, and the page that shows who issues it."""

    name: str
    page: str


@dataclass(frozen=True, slots=True)
class IssuerShown:
    """An issuer somebody has named, by its own words, and what it issues."""

    name: str
    host: str
    kinds: tuple[KindShown, ...]


async def read_issuer_shown(identifier: str, ports: Ports, language: Language) -> IssuerShown:
    """Return what the issuer at an address issues that this wallet can hold; nothing is begun.

    ``https://`` may be left out. Raises ``WalletError`` as accepting would.
    """
    address = identifier if "://" in identifier else f"https://{identifier}"
    issuer = await read_issuer_metadata(wanted_of(address, "any").credential_issuer, ports)
    host = urlsplit(address).netloc
    return IssuerShown(
        _name(issuer.display, language, otherwise=host),
        host,
        tuple(
            KindShown(
                _name(each.display, language, otherwise=each.id),
                receive_page(offer_uri(wanted_of(address, each.id))),
            )
            for each in issuer.credential_configurations_supported
            if each.format in FORMATS
        ),
    )


def _sign_in_host(offered: Offered) -> str | None:
    match offered.grant:
        case AuthorizationCodeGrant():
            page = offered.server.authorization_endpoint or offered.server.issuer
            return urlsplit(page).netloc
        case PreAuthorizedCodeGrant():
            return None


def _code(offered: Offered) -> CodeAsked | None:
    match offered.grant:
        case PreAuthorizedCodeGrant(tx_code=TxCode() as asked):
            pass
        case _:
            return None
    return CodeAsked(asked.length, asked.input_mode is InputMode.NUMERIC, asked.description)


def _kind(offered: Offered, configuration_id: str, language: Language) -> str:
    try:
        configuration = offered.issuer.configuration(configuration_id)
    except VciError:
        return configuration_id
    return _name(configuration.display, language, otherwise=configuration_id)


def _name(displays: Sequence[Display], language: Language, *, otherwise: str) -> str:
    names = {
        (each.locale or language.value).partition("-")[0].lower(): each.name
        for each in reversed(displays)
        if each.name
    }
    return pick(names, language) if names else otherwise
