"""OFFER: what an issuer hands a wallet to begin with (OpenID4VCI section 4.1)."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.conformance.bundles import words
from tests.conformance.bundles.schemas import Schemas
from tests.conformance.exchanges import Exchange

PRE_AUTHORIZED = "urn:ietf:params:oauth:grant-type:pre-authorized_code"


def check_link(link: str) -> dict[str, list[str]]:
    """VCIValidateCredentialOfferRequestParams; returns the link's query."""
    query = parse_qs(urlsplit(link).query, strict_parsing=True)
    assert 1 == len({"credential_offer", "credential_offer_uri"} & set(query))
    assert all(
        [value] == [each for each in values if each]
        for values in query.values()
        for value in values
    )
    for address in query.get("credential_offer_uri", ()):
        words.check_https(address)
    return query


def by_value(link: str) -> dict[str, Any]:
    """The offer inside a link."""
    value = json.loads(check_link(link)["credential_offer"][0])
    assert isinstance(value, dict)
    return value


def check_fetched(answer: Exchange) -> dict[str, Any]:
    """VCIFetchCredentialOfferFromCredentialOfferUri."""
    assert 200 == answer.status
    assert "application/json" == answer.media_type
    return answer.json()


def check(offer: dict[str, Any], schemas: Schemas) -> None:
    """VCIValidateCredentialOffer, CheckForUnexpectedParametersInCredentialOffer."""
    schemas.check(offer, "credential_offer")
    words.check_identifier(offer["credential_issuer"])
    assert offer["credential_configuration_ids"]


def check_pre_authorized(offer: dict[str, Any]) -> None:
    """VCIExtractPreAuthorizedCodeAndTxCodeFromCredentialOffer."""
    words.check_entropy(offer["grants"][PRE_AUTHORIZED]["pre-authorized_code"])


def check_issuer_state(offer: dict[str, Any]) -> None:
    """VCITryToExtractIssuerStateFromCredentialOffer."""
    words.check_entropy(offer["grants"]["authorization_code"]["issuer_state"])
