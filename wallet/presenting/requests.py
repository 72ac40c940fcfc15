"""A request is considered only after all of this; until then nothing in it is believed.

1. the link is read, and the request object fetched from where it says (OpenID4VP section 5.10);
2. it is signed by the party it names, for a wallet, now, for this fetch (sections 5.8 to 5.10);
3. where it was fetched and where the answer goes belong together (section 15.8.2);
4. its nonce commits to the terms it shows, and the terms are the signer's own (DESIGN section 3).
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from consent.errors import ConsentError
from consent.forms.match_number import MatchNumber, match_number
from consent.forms.offer import TermsOffer, check_nonce, read_verifier_info
from consent.forms.statutory import StatutoryRule, rule_for
from consent.forms.terms import Party
from keys import base64url
from keys.entropy import Entropy
from keys.trust_list import TrustList
from keys.x509 import Role, ValidatedChain
from standards.dcql.errors import DcqlError
from standards.dcql.paths import ClaimsPathPointer
from standards.openid4vp.errors import RequestError, RequestFailure
from standards.openid4vp.request import AuthorizationRequest, RequestUri, RequestUriMethod
from standards.openid4vp.request_object import (
    MEDIA_TYPE,
    VerifiedRequest,
    verify_request_object,
)
from standards.openid4vp.wallet_post import WalletPost
from wallet.errors import WalletError, WalletFailure
from wallet.history.events import Counterpart
from wallet.outside.correspondence import FORM, Answer, Correspondent, UnansweredError

# A request with terms in three languages, 32 credential queries and a chain stays below.
REQUEST_LIMIT: Final = 256 * 1024
_NONCE_SIZE: Final = 32
_OK: Final = 200
# What a party says of a request that was answered, has ended or never was.
_OVER: Final = frozenset({400, 404, 410})


@dataclass(frozen=True, slots=True)
class FetchedRequest:
    """A request object as it came; nothing of it is believed yet."""

    link: RequestUri
    wallet_nonce: str | None
    token: str


@dataclass(frozen=True, slots=True)
class ValidRequest:
    """A request whose signer, purpose and terms hold; only `check_request` makes one.

    ``party`` is named by its certificate: id as registered, name as certified. ``offer`` is None
    for a party that shows no terms of ours. ``token`` is the request object as it was fetched.
    """

    verified: VerifiedRequest
    party: Party
    offer: TermsOffer | None
    token: str

    @property
    def request(self) -> AuthorizationRequest:
        """What is asked."""
        return self.verified.request

    @property
    def verifier(self) -> ValidatedChain:
        """Who asks, as the trusted root vouches for it."""
        return self.verified.verifier

    @property
    def rule(self) -> StatutoryRule | None:
        """The law the terms rely on, where it limits what this party may see."""
        return None if self.offer is None else rule_for(self.offer.terms.legal_basis)

    @property
    def sha256(self) -> bytes:
        """The hash receipts name this request by."""
        return hashlib.sha256(self.verified.signed_part).digest()

    @property
    def match(self) -> MatchNumber | None:
        """The number that stands on the desk's screen, None where holder and desk never meet."""
        return match_number(self.request.nonce, self.offer)

    @property
    def counterpart(self) -> Counterpart:
        """The party, for the history."""
        return Counterpart(self.party.id, self.party.name, verified=True)

    @property
    def subject(self) -> str:
        """A name for this question, the same however often it is fetched, that tells nothing."""
        asked = self.request
        parts = (asked.client_id, asked.response_uri, asked.nonce, asked.state or "")
        return base64url.encode(hashlib.sha256("\n".join(parts).encode()).digest())


def read_link(text: str) -> RequestUri:
    """Return what a request's link says, or raise ``WalletError``."""
    try:
        return RequestUri.parse(text)
    except RequestError as error:
        raise _refused(error) from None


def stranger(link: RequestUri) -> Counterpart:
    """Return who seems to ask, before anything is proven: the host the link points to."""
    return Counterpart(urlsplit(link.request_uri).netloc, "", verified=False)


async def fetch_request(
    link: RequestUri, correspondent: Correspondent, entropy: Entropy
) -> FetchedRequest:
    """Return the request object the link points to; the fetch carries nothing about the holder.

    Raises ``WalletError``: request_over when the party says so, request_unreachable.
    """
    is_posted = link.request_uri_method is RequestUriMethod.POST
    nonce = base64url.encode(entropy(_NONCE_SIZE)) if is_posted else None
    try:
        answer = await _ask(link, nonce, correspondent)
    except UnansweredError as error:
        raise WalletError(WalletFailure.REQUEST_UNREACHABLE, str(error)) from None
    if answer.status in _OVER:
        raise WalletError(WalletFailure.REQUEST_OVER)
    if answer.status != _OK or answer.media_type != MEDIA_TYPE or not answer.body.isascii():
        reason = f"No request object came (status {answer.status})"
        raise WalletError(WalletFailure.REQUEST_UNREACHABLE, reason)
    return FetchedRequest(link, nonce, answer.body.decode("ascii").strip())


def check_request(fetched: FetchedRequest, *, trust: TrustList, now: datetime) -> ValidRequest:
    """Return the request as proven, or raise ``WalletError``; pure."""
    try:
        verified = verify_request_object(
            fetched.token,
            expected_client_id=fetched.link.client_id,
            expected_wallet_nonce=fetched.wallet_nonce,
            anchors=trust.anchors(Role.VERIFIER, now),
            now=now,
        )
    except RequestError as error:
        raise _refused(error) from None
    _check_hosts(fetched.link, verified)
    party = _party(verified)
    offer = _terms(verified.request)
    if offer is not None and offer.terms.receiver.id != party.id:
        raise WalletError(WalletFailure.TERMS_MISMATCH, "The terms name another receiver")
    return ValidRequest(verified, party, offer, fetched.token)


async def _ask(link: RequestUri, nonce: str | None, correspondent: Correspondent) -> Answer:
    if nonce is None:
        return await correspondent.get(link.request_uri, accept=MEDIA_TYPE, limit=REQUEST_LIMIT)
    return await correspondent.post(
        link.request_uri,
        content=WalletPost(wallet_nonce=nonce).encode(),
        content_type=FORM,
        accept=MEDIA_TYPE,
        limit=REQUEST_LIMIT,
    )


def _check_hosts(link: RequestUri, verified: VerifiedRequest) -> None:
    """Answers go where the request came from, or to a name the certificate vouches for."""
    asked_at = urlsplit(link.request_uri).hostname or ""
    known = {urlsplit(verified.request.response_uri).hostname, *verified.verifier.dns_names}
    if asked_at not in known:
        raise WalletError(WalletFailure.REQUEST_MISMATCH, "It was found at another host")


def _party(verified: VerifiedRequest) -> Party:
    """Name the party by its registration; client_id is the last resort, it changes with the key.

    A name without a registration is unique only below its root, and cannot pass for a number.
    """
    verifier = verified.verifier
    dns_name = next(iter(verifier.dns_names), verified.request.client_id)
    name = verifier.subject_name or dns_name
    return Party(verifier.organization_id or f"name:{verifier.anchor.name}/{name}", name)


def _terms(request: AuthorizationRequest) -> TermsOffer | None:
    try:
        offer = read_verifier_info([entry.as_dict() for entry in request.verifier_info])
        if offer is not None:
            check_nonce(request.nonce, offer.terms, offer.random)
            # Read here once, so that the review can compare them with what is asked.
            terms = offer.terms
            list(map(ClaimsPathPointer.parse_dotted, (*terms.information, *terms.optional)))
    except (ConsentError, DcqlError) as error:
        raise WalletError(WalletFailure.TERMS_MISMATCH, error.detail) from None
    return offer


def _refused(error: RequestError) -> WalletError:
    return WalletError(_failure_of(error.failure), error.detail)


def _failure_of(failure: RequestFailure) -> WalletFailure:
    """Return the one failure of ours for each of the standard's."""
    match failure:
        case RequestFailure.NOT_AUTHENTIC:
            return WalletFailure.REQUEST_INVALID
        case RequestFailure.UNTRUSTED:
            return WalletFailure.REQUEST_UNTRUSTED
        case (
            RequestFailure.CLIENT_ID_MISMATCH
            | RequestFailure.WALLET_NONCE_MISMATCH
            | RequestFailure.WRONG_AUDIENCE
            | RequestFailure.ORIGIN
        ):
            return WalletFailure.REQUEST_MISMATCH
        case RequestFailure.OUTDATED:
            return WalletFailure.REQUEST_EXPIRED
        case (
            RequestFailure.CLIENT_ID_PREFIX
            | RequestFailure.RESPONSE_TYPE
            | RequestFailure.RESPONSE_MODE
            | RequestFailure.SCOPE
            | RequestFailure.TRANSACTION_DATA
            | RequestFailure.ENCRYPTION
            | RequestFailure.FORMATS
        ):
            return WalletFailure.REQUEST_UNSUPPORTED
        case (
            RequestFailure.MALFORMED
            | RequestFailure.UNSIGNED
            | RequestFailure.REQUEST_URI_METHOD
            | RequestFailure.REDIRECT_URI
            | RequestFailure.QUERY
        ):
            return WalletFailure.REQUEST_MALFORMED
