"""How an offer travels: a link with the offer in it, or with where to read it (section 4.1).

``openid-credential-offer://?credential_offer_uri=https%3A%2F%2F…``; the same parameters may stand
in any other link, for wallets that registered one.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

from keys.errors import KeysError
from keys.strict_json import dumps, loads
from standards.oauth.form import encode_form, parse_form
from standards.openid4vci.errors import malformed
from standards.openid4vci.offer import CredentialOffer
from standards.web_address import check_web_address

SCHEME = "openid-credential-offer://"
# A picture of it must stay readable by a telephone's camera; links may be a little longer.
URI_LIMIT = 16 * 1024


@dataclass(frozen=True, slots=True)
class OfferReference:
    """Where the offer can be read: GET, answered as ``application/json`` (VCI-10)."""

    credential_offer_uri: str


def parse_offer_uri(uri: str) -> CredentialOffer | OfferReference:
    """Return the offer, or where to read it; raises `VciError`.

    Exactly one of the two parameters is there (VCI-1); others are ignored (H75).
    """
    if len(uri) > URI_LIMIT:
        raise malformed(f"an offer link has at most {URI_LIMIT} characters")
    try:
        query = urlsplit(uri.strip()).query
    except ValueError:
        raise malformed("an offer link was expected") from None
    parameters = parse_form(query, malformed)
    match (parameters.get("credential_offer"), parameters.get("credential_offer_uri")):
        case (str(text), None):
            return parse_offer(text)
        case (None, str(reference)):
            check_web_address(reference, "credential_offer_uri", malformed)
            return OfferReference(reference)
        case _:
            raise malformed("exactly one of credential_offer and credential_offer_uri is needed")


def parse_offer(text: str | bytes) -> CredentialOffer:
    """Return the offer in a JSON text, or raise `VciError`."""
    try:
        value = loads(text, limit=URI_LIMIT)
    except KeysError as error:
        raise malformed(f"credential offer: {error.detail}") from None
    return CredentialOffer.parse(value)


def offer_uri(offer: CredentialOffer | OfferReference) -> str:
    """Return the link `parse_offer_uri` reads."""
    if isinstance(offer, OfferReference):
        parameters = {"credential_offer_uri": offer.credential_offer_uri}
    else:
        parameters = {"credential_offer": dumps(offer.as_dict()).decode()}
    return f"{SCHEME}?{encode_form(parameters).decode()}"
