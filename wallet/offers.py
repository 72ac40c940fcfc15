"""From an offer's link to what is needed to accept it (OpenID4VCI sections 4.1 and 12.2).

Every value of an offer is untrusted (section 13.5): the issuer it names is asked itself, and its
answer counts only when it names the same issuer, letter for letter.
"""

import hashlib
from dataclasses import dataclass
from typing import Final

from keys import base64url
from keys.jwk import Algorithm
from keys.strict_json import JsonObject
from standards.oauth import metadata as oauth
from standards.oauth.errors import OAuthError, OAuthFailure
from standards.openid4vci.credential import ProofType
from standards.openid4vci.errors import VciError, VciFailure
from standards.openid4vci.metadata import WELL_KNOWN, CredentialIssuerMetadata
from standards.openid4vci.offer import CredentialOffer, PreAuthorizedCodeGrant
from standards.openid4vci.offer_uri import OfferReference, parse_offer, parse_offer_uri
from standards.profiles import DC_SD_JWT
from wallet.correspondence import (
    JSON,
    LARGE_ANSWER,
    SMALL_ANSWER,
    Correspondent,
    UnansweredError,
    json_object,
)
from wallet.errors import WalletError, WalletFailure

_OK: Final = 200
# Each is fetched and held in memory until all are checked; nobody takes more at one counter.
CREDENTIALS_LIMIT: Final = 16


@dataclass(frozen=True, slots=True)
class OfferedCredential:
    """One credential of an offer: its configuration id, and the type its metadata names."""

    configuration_id: str
    vct: str


@dataclass(frozen=True, slots=True)
class Offered:
    """An offer with the metadata of its issuer: all that is needed to redeem it."""

    grant: PreAuthorizedCodeGrant
    issuer: CredentialIssuerMetadata
    token_endpoint: str
    credentials: tuple[OfferedCredential, ...]

    @property
    def subject(self) -> str:
        """A name for this offer that tells nothing: of two acceptances one goes on."""
        named = f"{self.issuer.credential_issuer}\n{self.grant.pre_authorized_code}"
        return base64url.encode(hashlib.sha256(named.encode()).digest())


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


async def read_issuer(offer: CredentialOffer, correspondent: Correspondent) -> Offered:
    """Return the offer joined with its issuer's metadata.

    Raises ``WalletError``: offer_unsupported, issuer_unreachable, issuer_mismatch,
    issuer_answer_invalid.
    """
    grant = offer.pre_authorized_code
    if grant is None:
        raise WalletError(WalletFailure.OFFER_UNSUPPORTED)
    wanted = tuple(dict.fromkeys(offer.credential_configuration_ids))
    if len(wanted) > CREDENTIALS_LIMIT:
        raise WalletError(
            WalletFailure.OFFER_UNSUPPORTED, f"At most {CREDENTIALS_LIMIT} are taken at once"
        )
    url = oauth.well_known_url(offer.credential_issuer, WELL_KNOWN)
    document = await _fetch_metadata(url, correspondent)
    try:
        issuer = CredentialIssuerMetadata.parse(document, expected_issuer=offer.credential_issuer)
        server = issuer.authorization_server(grant.authorization_server)
    except VciError as error:
        raise _metadata_error(error) from None
    return Offered(
        grant=grant,
        issuer=issuer,
        token_endpoint=await _token_endpoint(server, correspondent),
        credentials=tuple(_offered(issuer, each) for each in wanted),
    )


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


async def _fetch_metadata(url: str, correspondent: Correspondent) -> JsonObject:
    try:
        answer = await correspondent.get(url, accept=JSON, limit=LARGE_ANSWER)
    except UnansweredError as error:
        raise WalletError(WalletFailure.ISSUER_UNREACHABLE, str(error)) from None
    if answer.status != _OK:
        raise _invalid(f"metadata answered {answer.status}")
    return json_object(answer, _invalid)


async def _token_endpoint(server: str, correspondent: Correspondent) -> str:
    document = await _fetch_metadata(oauth.well_known_url(server, oauth.WELL_KNOWN), correspondent)
    try:
        metadata = oauth.AuthorizationServerMetadata.parse(document, expected_issuer=server)
    except OAuthError as error:
        if error.failure is OAuthFailure.ISSUER_MISMATCH:
            raise WalletError(WalletFailure.ISSUER_MISMATCH) from None
        raise _invalid(error.detail) from None
    if metadata.token_endpoint is None:
        raise _invalid("the authorization server has no token endpoint")
    return metadata.token_endpoint


def _offered(issuer: CredentialIssuerMetadata, configuration_id: str) -> OfferedCredential:
    try:
        configuration = issuer.configuration(configuration_id)
    except VciError as error:
        raise _invalid(error.detail) from None
    if configuration.format != DC_SD_JWT or configuration.vct is None:
        raise WalletError(WalletFailure.OFFER_UNSUPPORTED, "Only dc+sd-jwt is accepted")
    proof = configuration.proof_type(ProofType.JWT)
    if proof is None or Algorithm.ES256 not in proof.proof_signing_alg_values_supported:
        raise WalletError(WalletFailure.OFFER_UNSUPPORTED, "The credential binds no key of ours")
    if proof.key_attestations_required is not None:
        raise WalletError(WalletFailure.OFFER_UNSUPPORTED, "A key attestation is asked for")
    return OfferedCredential(configuration_id, configuration.vct)


def _metadata_error(error: VciError) -> WalletError:
    if error.failure is VciFailure.ISSUER_MISMATCH:
        return WalletError(WalletFailure.ISSUER_MISMATCH)
    return _invalid(error.detail)


def _invalid(reason: str) -> WalletError:
    return WalletError(WalletFailure.ISSUER_ANSWER_INVALID, reason)
