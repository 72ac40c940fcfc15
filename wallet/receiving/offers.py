"""From an offer's link to what is needed to accept it (OpenID4VCI sections 4.1 and 12.2).

Every value of an offer is untrusted (section 13.5): the issuer it names is asked itself, and its
answer counts only when it names the same issuer, letter for letter.
"""

import hashlib
from dataclasses import dataclass
from typing import Final

from keys import base64url
from standards.formats.known import FORMATS
from standards.oauth.metadata import AuthorizationServerMetadata
from standards.openid4vci.errors import VciError
from standards.openid4vci.metadata import CredentialIssuerMetadata
from standards.openid4vci.offer import (
    AUTHORIZATION_CODE_GRANT,
    PRE_AUTHORIZED_GRANT,
    AuthorizationCodeGrant,
    CredentialOffer,
    PreAuthorizedCodeGrant,
)
from standards.openid4vci.offer_uri import OfferReference, parse_offer, parse_offer_uri
from wallet.errors import WalletError, WalletFailure
from wallet.labels import Description
from wallet.outside.correspondence import JSON, SMALL_ANSWER, Correspondent, UnansweredError
from wallet.outside.describing import names_in
from wallet.ports import Ports
from wallet.receiving.discovery import read_issuer_metadata, read_server
from wallet.receiving.own_proofs import ProofPlan, plan_of

_OK: Final = 200
# Each is fetched and held in memory until all are checked; nobody takes more at one counter.
CREDENTIALS_LIMIT: Final = 16


@dataclass(frozen=True, slots=True)
class OfferedCredential:
    """One credential of an offer: its configuration id, the format and type its metadata names.

    ``plan`` is how the keys it is to be bound to are proven, ``names`` what the metadata call it.
    """

    configuration_id: str
    format: str
    vct: str
    plan: ProofPlan
    names: Description


@dataclass(frozen=True, slots=True)
class Offered:
    """An offer with the metadata of its issuer and server: all that is needed to redeem it.

    ``grant`` is how: by the code that came with the offer, or by sending the person to ``server``.
    """

    offer: CredentialOffer
    grant: PreAuthorizedCodeGrant | AuthorizationCodeGrant
    issuer: CredentialIssuerMetadata
    server: AuthorizationServerMetadata
    token_endpoint: str
    credentials: tuple[OfferedCredential, ...]


def subject_of(issuer: str, code: str) -> str:
    """Return a name for a code that tells nothing: of two who redeem it one goes on."""
    return base64url.encode(hashlib.sha256(f"{issuer}\n{code}".encode()).digest())


def wanted_of(issuer: str, configuration_id: str) -> CredentialOffer:
    """Return the offer that nobody made: the holder names an issuer, and what it should issue.

    It has no grants, so the server's metadata decide (VCI-3). Raises ``WalletError``
    (offer_malformed).
    """
    try:
        return CredentialOffer.parse(
            {"credential_issuer": issuer, "credential_configuration_ids": [configuration_id]}
        )
    except VciError as error:
        raise WalletError(WalletFailure.OFFER_MALFORMED, error.detail) from None


async def read_offer(uri: str, correspondent: Correspondent) -> CredentialOffer:
    """Return the offer in a link, fetched when the link only says where it is.

    Raises ``WalletError``: offer_malformed, issuer_unreachable.
    """
    try:
        offer = parse_offer_uri(uri)
        if isinstance(offer, OfferReference):
            return parse_offer(await _fetch_offer(offer, correspondent))
    except VciError as error:
        raise WalletError(WalletFailure.OFFER_MALFORMED, error.detail) from None
    return offer


async def read_issuer(offer: CredentialOffer, ports: Ports) -> Offered:
    """Return the offer joined with its issuer's metadata.

    Raises ``WalletError``: offer_unsupported, issuer_unreachable, issuer_mismatch,
    issuer_answer_invalid.
    """
    wanted = tuple(dict.fromkeys(offer.credential_configuration_ids))
    if len(wanted) > CREDENTIALS_LIMIT:
        raise WalletError(
            WalletFailure.OFFER_UNSUPPORTED, f"At most {CREDENTIALS_LIMIT} are taken at once"
        )
    issuer = await read_issuer_metadata(offer.credential_issuer, ports)
    grant, grant_type = _grant(offer)
    server = await read_server(
        issuer,
        named=grant.authorization_server,
        grant_type=grant_type,
        correspondent=ports.correspondent,
    )
    if server.token_endpoint is None:
        raise _invalid("the authorization server has no token endpoint")
    credentials = tuple(offered_credential(issuer, each) for each in wanted)
    return Offered(offer, grant, issuer, server, server.token_endpoint, credentials)


def _grant(offer: CredentialOffer) -> tuple[PreAuthorizedCodeGrant | AuthorizationCodeGrant, str]:
    """Return how the offer is redeemed: a code at hand spares the person a way.

    Without grants the person is sent, if the server's metadata allow that (VCI-3).
    """
    if offer.pre_authorized_code is not None:
        return offer.pre_authorized_code, PRE_AUTHORIZED_GRANT
    return offer.authorization_code or AuthorizationCodeGrant(), AUTHORIZATION_CODE_GRANT


async def _fetch_offer(reference: OfferReference, correspondent: Correspondent) -> bytes:
    try:
        answer = await correspondent.get(
            reference.credential_offer_uri, accept=JSON, limit=SMALL_ANSWER
        )
    except UnansweredError as error:
        raise WalletError(WalletFailure.ISSUER_UNREACHABLE, str(error)) from None
    if answer.status != _OK or answer.media_type != JSON:
        raise WalletError(WalletFailure.ISSUER_REFUSED, f"the offer answered {answer.status}")
    return answer.body


def offered_credential(
    issuer: CredentialIssuerMetadata, configuration_id: str
) -> OfferedCredential:
    """Return what an issuer's metadata say of one credential, or raise ``WalletError``.

    offer_unsupported, issuer_answer_invalid.
    """
    try:
        configuration = issuer.configuration(configuration_id)
    except VciError as error:
        raise _invalid(error.detail) from None
    if configuration.format not in FORMATS or configuration.type is None:
        accepted = " or ".join(FORMATS)
        raise WalletError(WalletFailure.OFFER_UNSUPPORTED, f"Only {accepted} is accepted")
    return OfferedCredential(
        configuration_id,
        configuration.format,
        configuration.type,
        plan_of(configuration),
        names_in(configuration, configuration.type),
    )


def _invalid(reason: str) -> WalletError:
    return WalletError(WalletFailure.ISSUER_ANSWER_INVALID, reason)
