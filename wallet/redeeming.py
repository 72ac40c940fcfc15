"""An offer becomes credentials: token, nonce, key proofs, credential requests (sections 6 to 8).

Each credential gets a key of its own, made for it and known to nobody else, so that two of a
holder's credentials have nothing in common (RFC 9901 section 10.1).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar

from consent.errors import ConsentError
from consent.forms.household import MEMBERS, HouseholdLabels, inbox_of
from keys import base64url
from keys.signer import SoftwareSigner
from keys.strict_json import JsonObject, dumps
from standards.oauth.error_response import ErrorResponse
from standards.oauth.errors import OAuthError
from standards.openid4vci.credential import (
    CredentialRequest,
    CredentialResponse,
    DeferredResponse,
    Proofs,
    ProofType,
    parse_credential_response,
)
from standards.openid4vci.errors import VciError
from standards.openid4vci.nonce import NonceResponse
from standards.openid4vci.offer import PreAuthorizedCodeGrant
from standards.openid4vci.proof import ProofClaims, make_proof
from standards.openid4vci.token import PreAuthorizedCodeRequest, TokenRequest, TokenResponse
from wallet.correspondence import (
    FORM,
    JSON,
    LARGE_ANSWER,
    Answer,
    Correspondent,
    UnansweredError,
    json_object,
)
from wallet.errors import WalletError, WalletFailure
from wallet.notifying import NotificationPlace
from wallet.offers import Offered, OfferedCredential

_OK: Final = frozenset({200, 202})
# A stranger's error code is told only this far.
_CODE_LIMIT: Final = 64

_Message = TypeVar("_Message")


@dataclass(frozen=True, slots=True)
class Received:
    """What an issuer handed out, not yet believed, and the key it should be bound to.

    ``notification`` is where the issuer wants to hear what became of it, None when it does not.
    """

    offered: OfferedCredential
    text: str
    signer: SoftwareSigner
    notification: NotificationPlace | None
    household: HouseholdLabels | None


async def redeem(
    offered: Offered,
    token_request: TokenRequest,
    *,
    holder_secret: bytes,
    correspondent: Correspondent,
    now: datetime,
) -> tuple[Received, ...]:
    """Return one credential for each configuration of the offer, in its order.

    ``token_request`` hands in the code of the offer, or the one the browser brought. Raises
    ``WalletError``: issuer_refused, issuer_unreachable, issuer_answer_invalid, issuance_deferred.
    """
    token = await _token(offered, token_request, correspondent)
    received = []
    for credential in offered.credentials:
        # A nonce is good for one request: the next credential needs a new one (section 7).
        nonce = await _nonce(offered.issuer.nonce_endpoint, correspondent)
        signer = SoftwareSigner.generate()
        proof = make_proof(ProofClaims(offered.issuer.credential_issuer, nonce, now), signer)
        request = _request(offered, credential, token, proof, holder_secret)
        response = await _credential(offered, request, token, correspondent)
        place, labels = _place(offered, response, token), _labels(response)
        received.append(Received(credential, response.credentials[0], signer, place, labels))
    return tuple(received)


def pre_authorized(grant: PreAuthorizedCodeGrant, tx_code: str | None) -> PreAuthorizedCodeRequest:
    """Return the request with an offer's own code, and the transaction code only if one is due.

    A code the person did not type is asked for before anything is sent (VCI-8): ``WalletError``
    (tx_code_required).
    """
    if grant.tx_code is not None and tx_code is None:
        raise WalletError(WalletFailure.TX_CODE_REQUIRED)
    sent = tx_code if grant.tx_code is not None else None
    return PreAuthorizedCodeRequest(grant.pre_authorized_code, tx_code=sent)


async def _token(
    offered: Offered, request: TokenRequest, correspondent: Correspondent
) -> TokenResponse:
    body = await _post(offered.token_endpoint, request.encode(), FORM, correspondent)
    token = _parsed(body, TokenResponse.parse)
    if token.token_type.lower() != "bearer":
        raise _invalid("only bearer tokens are used")
    return token


async def _nonce(endpoint: str | None, correspondent: Correspondent) -> str | None:
    if endpoint is None:
        return None
    return _parsed(await _post(endpoint, b"", FORM, correspondent), NonceResponse.parse).c_nonce


def _request(
    offered: Offered,
    credential: OfferedCredential,
    token: TokenResponse,
    proof: str,
    holder_secret: bytes,
) -> CredentialRequest:
    """Return what is asked for; who issues copies of a household is given an inbox with it."""
    identifiers = token.credential_identifiers(credential.configuration_id)
    claims = offered.issuer.configuration(credential.configuration_id).claims
    tells_of_members = any(claim.path.steps[:1] == (MEMBERS,) for claim in claims)
    inbox = inbox_of(holder_secret, offered.issuer.credential_issuer)
    return CredentialRequest(
        credential_configuration_id=None if identifiers else credential.configuration_id,
        credential_identifier=identifiers[0] if identifiers else None,
        proofs=Proofs(ProofType.JWT, (proof,)),
        mydata_inbox=base64url.encode(inbox) if tells_of_members else None,
    )


async def _credential(
    offered: Offered,
    request: CredentialRequest,
    token: TokenResponse,
    correspondent: Correspondent,
) -> CredentialResponse:
    body = await _post(
        offered.issuer.credential_endpoint,
        dumps(request.as_dict()),
        JSON,
        correspondent,
        authorization=f"Bearer {token.access_token}",
    )
    response = _parsed(body, parse_credential_response)
    if isinstance(response, DeferredResponse):
        raise WalletError(WalletFailure.ISSUANCE_DEFERRED)
    if len(response.credentials) != 1:
        raise _invalid("one proof was sent, and another number of credentials came")
    return response


def _labels(response: CredentialResponse) -> HouseholdLabels | None:
    """Return the labels that came along; a stranger's words that are none are ignored."""
    try:
        return HouseholdLabels.parse(response.mydata_household)
    except ConsentError:
        return None


def _place(
    offered: Offered, response: CredentialResponse, token: TokenResponse
) -> NotificationPlace | None:
    endpoint, named = offered.issuer.notification_endpoint, response.notification_id
    if endpoint is None or named is None:
        return None
    return NotificationPlace(endpoint, named, token.access_token)


async def _post(
    url: str,
    content: bytes,
    content_type: str,
    correspondent: Correspondent,
    *,
    authorization: str | None = None,
) -> JsonObject:
    try:
        answer = await correspondent.post(
            url,
            content=content,
            content_type=content_type,
            accept=JSON,
            limit=LARGE_ANSWER,
            authorization=authorization,
        )
    except UnansweredError as error:
        raise WalletError(WalletFailure.ISSUER_UNREACHABLE, str(error)) from None
    if answer.status not in _OK:
        raise WalletError(WalletFailure.ISSUER_REFUSED, _refusal(answer))
    return json_object(answer, _invalid)


def _refusal(answer: Answer) -> str:
    """Name the error code, whatever shape the body has; never more of a stranger's text."""
    try:
        code = ErrorResponse.parse(json_object(answer, _invalid)).error[:_CODE_LIMIT]
    except (OAuthError, WalletError):
        code = str(answer.status)
    return f"The issuer answered {code}"


def _parsed(body: JsonObject, parse: Callable[[JsonObject], _Message]) -> _Message:
    try:
        return parse(body)
    except VciError as error:
        raise _invalid(error.detail) from None


def _invalid(reason: str) -> WalletError:
    return WalletError(WalletFailure.ISSUER_ANSWER_INVALID, reason)
