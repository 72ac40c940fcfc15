"""A code becomes credentials: token, nonce, key proofs, credential requests (sections 6 to 8).

Each copy of each credential gets a key of its own, made for it and known to nobody else, so that
two of a holder's credentials have nothing in common (RFC 9901 section 10.1).
"""

from dataclasses import dataclass, replace
from typing import Final

from consent.errors import ConsentError
from consent.forms.household import MEMBERS, HouseholdLabels, inbox_of
from keys import base64url
from keys.signer import SoftwareSigner
from standards.oauth.dpop import TOKEN_TYPE
from standards.openid4vci.credential import (
    CredentialRequest,
    CredentialResponse,
    DeferredResponse,
)
from standards.openid4vci.offer import PreAuthorizedCodeGrant
from standards.openid4vci.proof import ProofClaims
from standards.openid4vci.token import (
    PreAuthorizedCodeRequest,
    TokenRequest,
    TokenResponse,
)
from wallet.errors import WalletError, WalletFailure
from wallet.outside.authenticating import ServerSession
from wallet.outside.correspondence import json_object
from wallet.outside.credential_asking import CredentialAsking, RefusedError, is_stale_nonce, parsed
from wallet.outside.notifying import NotificationPlace
from wallet.outside.tokens import ClientKeys, Renewal, TokenInUse
from wallet.ports import Ports
from wallet.receiving.offers import Offered, OfferedCredential
from wallet.receiving.own_proofs import prove

_OK: Final = 200
# What is asked for at the most, however many the issuer would hand out.
COPIES_LIMIT: Final = 10


@dataclass(frozen=True, slots=True)
class Requested:
    """What was asked for, and the keys it should be bound to: one for each copy.

    ``renewal`` is what a later token is asked for with, None when the issuer gave nothing for it.
    """

    offered: OfferedCredential
    signers: tuple[SoftwareSigner, ...]
    token: TokenInUse
    renewal: Renewal | None


@dataclass(frozen=True, slots=True)
class Received:
    """What an issuer handed out, not yet believed, in whatever order.

    ``notification`` is where the issuer wants to hear what became of it, None when it does not.
    """

    requested: Requested
    texts: tuple[str, ...]
    notification: NotificationPlace | None
    household: HouseholdLabels | None


@dataclass(frozen=True, slots=True)
class Promised:
    """What an issuer hands out later (section 9), asked for again after ``interval`` seconds."""

    requested: Requested
    transaction_id: str
    interval: int


@dataclass(frozen=True, slots=True)
class Granted:
    """What a token response allows: to ask an issuer, with a token, by the name it knows."""

    asking: CredentialAsking
    response: TokenResponse
    client_id: str | None
    renewal: Renewal | None


async def redeem(
    offered: Offered,
    token_request: TokenRequest,
    *,
    keys: ClientKeys,
    holder_secret: bytes,
    ports: Ports,
) -> tuple[Received | Promised, ...]:
    """Return what each configuration of the offer brought, in its order.

    ``token_request`` hands in the code of the offer, or the one the browser brought; ``keys`` are
    those the code was asked for with. Raises ``WalletError``: issuer_refused, issuer_unreachable,
    issuer_answer_invalid, offer_unsupported, device_unfit.
    """
    provider = ports.provider()
    for credential in offered.credentials:
        credential.plan.check_provider(provider)
    asker = ports.asker()
    session = ServerSession(offered.server, keys, provider, asker)
    session.check_welcome(anonymous=isinstance(token_request, PreAuthorizedCodeRequest))
    response = await _token(offered.token_endpoint, token_request, session)
    token, renewal = token_in_use(response, session), renewal_of(response, session)
    asking = CredentialAsking(offered.issuer, token, asker)
    granted = Granted(asking, response, session.client_id, renewal)
    brought = [
        await ask_for(credential, granted, holder_secret=holder_secret, ports=ports)
        for credential in offered.credentials
    ]
    return tuple(brought)


async def ask_for(
    credential: OfferedCredential, granted: Granted, *, holder_secret: bytes, ports: Ports
) -> Received | Promised:
    """Return what one credential request brought, a new key for each copy.

    Raises ``WalletError``: issuer_refused (`RefusedError`), issuer_unreachable,
    issuer_answer_invalid.
    """
    asking = granted.asking
    desk = _Desk(asking, granted.response, granted.client_id, holder_secret, ports)
    copies = min(ports.copies, asking.issuer.max_proofs(), COPIES_LIMIT)
    signers = tuple(SoftwareSigner.generate() for _ in range(copies))
    requested = Requested(credential, signers, asking.token, granted.renewal)
    return received(requested, await desk.ask(requested), asking)


def pre_authorized(grant: PreAuthorizedCodeGrant, tx_code: str | None) -> PreAuthorizedCodeRequest:
    """Return the request with an offer's own code, and the transaction code only if one is due.

    A code the person did not type is asked for before anything is sent (VCI-8): ``WalletError``
    (tx_code_required).
    """
    if grant.tx_code is not None and tx_code is None:
        raise WalletError(WalletFailure.TX_CODE_REQUIRED)
    sent = tx_code if grant.tx_code is not None else None
    return PreAuthorizedCodeRequest(grant.pre_authorized_code, tx_code=sent)


def received(
    requested: Requested,
    response: CredentialResponse | DeferredResponse,
    asking: CredentialAsking,
) -> Received | Promised:
    """Return what an answer of the credential endpoint, or of the deferred one, brought."""
    if isinstance(response, DeferredResponse):
        if asking.issuer.deferred_credential_endpoint is None:
            raise _invalid("it defers, and has no deferred_credential_endpoint")
        return Promised(requested, response.transaction_id, response.interval)
    endpoint, named = asking.issuer.notification_endpoint, response.notification_id
    place = (
        None
        if endpoint is None or named is None
        else NotificationPlace(endpoint, named, asking.token)
    )
    return Received(requested, response.credentials, place, _labels(response))


async def _token(endpoint: str, request: TokenRequest, session: ServerSession) -> TokenResponse:
    """Hand in the code; whoever is attested says its name with it."""
    if isinstance(request, PreAuthorizedCodeRequest):
        request = replace(request, client_id=session.client_id)
    answer = await session.post(endpoint, request.encode())
    if answer.status != _OK:
        raise RefusedError(answer)
    return parsed(json_object(answer, _invalid), TokenResponse.parse)


def token_in_use(response: TokenResponse, session: ServerSession) -> TokenInUse:
    """Return the token with the key it is bound to (RFC 9449 section 5).

    A token that is not bound although a proof was sent is not used: whoever steals it could.
    Raises ``WalletError`` (issuer_answer_invalid).
    """
    expected = TOKEN_TYPE if session.is_bound else "Bearer"
    if response.token_type.lower() != expected.lower():
        raise _invalid(f"a token of type {expected} was expected")
    return TokenInUse(response.access_token, session.keys.dpop if session.is_bound else None)


def renewal_of(response: TokenResponse, session: ServerSession) -> Renewal | None:
    """Return what a later token is asked for with, None when the issuer gave nothing for it."""
    if response.refresh_token is None:
        return None
    return Renewal(session.server.issuer, response.refresh_token, session.keys)


@dataclass(frozen=True, slots=True)
class _Desk:
    """The credential endpoint as one issuance meets it."""

    asking: CredentialAsking
    response: TokenResponse
    client_id: str | None
    holder_secret: bytes
    ports: Ports

    async def ask(self, requested: Requested) -> CredentialResponse | DeferredResponse:
        """Return the answer; keys are proven a second time when a nonce did not live so long."""
        try:
            return await self._once(requested)
        except RefusedError as error:
            if not is_stale_nonce(error):
                raise
        return await self._once(requested)

    async def _once(self, requested: Requested) -> CredentialResponse | DeferredResponse:
        # A nonce is good for one request: the next credential needs a new one (section 7).
        nonce = await self.asking.nonce()
        now = self.ports.clock()
        issuer = self.asking.issuer.credential_issuer
        proofs = prove(
            requested.offered.plan,
            requested.signers,
            ProofClaims(issuer, nonce, now, self.client_id),
            provider=self.ports.provider(),
            now=now,
        )
        request = self._request(requested.offered)
        return await self.asking.credential(replace(request, proofs=proofs))

    def _request(self, credential: OfferedCredential) -> CredentialRequest:
        """Return what is asked for; who issues copies of a household is given an inbox with it."""
        identifiers = self.response.credential_identifiers(credential.configuration_id)
        issuer = self.asking.issuer
        claims = issuer.configuration(credential.configuration_id).claims
        tells_of_members = any(claim.path.steps[:1] == (MEMBERS,) for claim in claims)
        inbox = inbox_of(self.holder_secret, issuer.credential_issuer)
        return CredentialRequest(
            credential_configuration_id=None if identifiers else credential.configuration_id,
            credential_identifier=identifiers[0] if identifiers else None,
            mydata_inbox=base64url.encode(inbox) if tells_of_members else None,
        )


def _labels(response: CredentialResponse) -> HouseholdLabels | None:
    """Return the labels that came along; a stranger's words that are none are ignored."""
    try:
        return HouseholdLabels.parse(response.mydata_household)
    except ConsentError:
        return None


def _invalid(reason: str) -> WalletError:
    return WalletError(WalletFailure.ISSUER_ANSWER_INVALID, reason)
