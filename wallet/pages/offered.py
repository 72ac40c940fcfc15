"""An offer before it is taken: who offers what, as the issuer itself answers.

Only the address is certain at this point: the issuer's own metadata came from it and names it.
The name beside it is what the issuer calls itself; the certificate proves it when it comes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from standards.openid4vci.display import Display
from standards.openid4vci.errors import VciError
from standards.openid4vci.offer import InputMode, PreAuthorizedCodeGrant, TxCode
from wallet.correspondence import Correspondent
from wallet.offers import Offered, read_issuer, read_offer
from web.language import Language, pick


@dataclass(frozen=True, slots=True)
class CodeAsked:
    """A code the issuer gave the person beside the offer: how long, digits only or not."""

    length: int | None
    is_numeric: bool
    description: str | None


@dataclass(frozen=True, slots=True)
class OfferShown:
    """Who offers which certificates; ``code`` is None when none is asked for."""

    issuer_name: str
    host: str
    kinds: tuple[str, ...]
    code: CodeAsked | None


async def read_shown(
    offer_uri: str, correspondent: Correspondent, language: Language
) -> OfferShown:
    """Return what an offer's page shows; nothing is redeemed by looking.

    Raises ``WalletError`` as accepting would.
    """
    offer = await read_offer(offer_uri, correspondent)
    offered = await read_issuer(offer, correspondent)
    issuer = offered.issuer.credential_issuer
    return OfferShown(
        issuer_name=_name(offered.issuer.display, language, otherwise=urlsplit(issuer).netloc),
        host=urlsplit(issuer).netloc,
        kinds=tuple(
            _kind(offered, each.configuration_id, language) for each in offered.credentials
        ),
        code=_code(offered),
    )


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
