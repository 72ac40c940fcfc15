"""A request is considered only after all of this; until then nothing in it is believed.

1. the link is read, and the request fetched from where it says (`wallet.presenting.fetching`);
2. whoever it names signed it, for a wallet, now, for this fetch; or it is unsigned, and its answer
   goes to the one address it may go to (OpenID4VP sections 5.8 to 5.10);
3. where it was fetched and where the answer goes belong together (section 15.8.2);
4. of a party somebody vouches for: what it shows of terms, and of a registration, is its own.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from consent.forms.match_number import MatchNumber, match_number
from consent.forms.offer import TermsOffer
from consent.forms.registration_certificate import RegistrationCertificate
from consent.forms.statutory import StatutoryRule, rule_for
from consent.forms.terms import Party
from consent.transactions.types import NO_TYPES, TransactionTypes
from keys import base64url
from keys.strict_json import JsonObject
from keys.trust_list import TrustList
from keys.x509 import Role
from standards.openid4vp.dc_api import DcApiRequest
from standards.openid4vp.dc_api_reading import verify_dc_api_request
from standards.openid4vp.errors import RequestError
from standards.openid4vp.known_by import KnownBy, is_vouched_for
from standards.openid4vp.origin import Origin
from standards.openid4vp.request import AuthorizationRequest
from standards.openid4vp.request_link import RequestParameters
from standards.openid4vp.request_object import (
    VerifiedRequest,
    verify_parameters,
    verify_request_object,
)
from standards.openid4vp.signer import Grounds
from wallet.history.events import Counterpart
from wallet.outside.known_clients import KnownClients
from wallet.presenting.asking_party import check_hosts, party_of
from wallet.presenting.confirming import Confirming, read_transactions
from wallet.presenting.fetching import FetchedRequest
from wallet.presenting.lawful import ByStatute, Limit, limit_of
from wallet.presenting.promises import shown_by
from wallet.presenting.request_failures import refused


@dataclass(frozen=True, slots=True)
class ValidRequest:
    """A request whose asking party, purpose and terms hold; only this module makes one.

    ``party`` is named by what proves it: of a party nobody vouches for that is the host its answer
    goes to. ``offer`` is None for a party that shows no terms of ours. ``token`` is the request
    object as it was fetched, None where nobody signed it; ``transactions`` are to be confirmed.
    ``registration`` is what a registrar signed that this very party may ask, None where it shows
    none.
    """

    verified: VerifiedRequest
    party: Party
    offer: TermsOffer | None
    token: str | None
    transactions: tuple[Confirming, ...] = ()
    registration: RegistrationCertificate | None = None

    @property
    def request(self) -> AuthorizationRequest:
        """What is asked."""
        return self.verified.request

    @property
    def known(self) -> KnownBy:
        """How the asking party is known."""
        return self.verified.known

    @property
    def is_vouched_for(self) -> bool:
        """Whether somebody this wallet trusts says who asks."""
        return is_vouched_for(self.known)

    @property
    def rule(self) -> StatutoryRule | None:
        """The law the terms rely on, where it limits what this party may see."""
        return None if self.offer is None else rule_for(self.offer.terms.legal_basis)

    @property
    def limit(self) -> Limit:
        """What of the holder's certificates this party may not see, whatever is chosen.

        A party nobody vouches for shows neither terms nor a registration.
        """
        return limit_of(None if self.offer is None else self.offer.terms, self.registration)

    @property
    def statute(self) -> str | None:
        """The law by which this party may ask for unique identifiers, as a registrar signed it."""
        limit = self.limit
        return limit.statute if isinstance(limit, ByStatute) else None

    @property
    def sha256(self) -> bytes:
        """The hash receipts name this request by."""
        return hashlib.sha256(self.verified.hashed_part).digest()

    @property
    def match(self) -> MatchNumber | None:
        """The number that stands on the desk's screen, None where holder and desk never meet."""
        return match_number(self.request.nonce, self.offer)

    @property
    def counterpart(self) -> Counterpart:
        """The party, for the history."""
        return Counterpart(self.party.id, self.party.name, verified=self.is_vouched_for)

    @property
    def subject(self) -> str:
        """A name for this question, the same however often it is fetched, that tells nothing."""
        asked = self.request
        named = self.verified.audience
        parts = (named, asked.response_uri, asked.nonce, asked.state or "")
        return base64url.encode(hashlib.sha256("\n".join(parts).encode()).digest())


def check_request(
    fetched: FetchedRequest,
    *,
    trust: TrustList,
    clients: KnownClients,
    now: datetime,
    types: TransactionTypes = NO_TYPES,
) -> ValidRequest:
    """Return the request as proven, or raise ``WalletError``; pure.

    ``types`` are the transactions the holder can be asked to confirm: none where nobody looks on.
    """
    grounds = Grounds(
        verifiers=trust.anchors(Role.VERIFIER, now),
        registrars=trust.anchors(Role.REGISTRAR, now),
        clients=clients,
        did_document=fetched.did_document,
    )
    try:
        verified = _verified(fetched, grounds, now)
    except RequestError as error:
        raise refused(error) from None
    check_hosts(fetched.link, verified)
    return _considered(verified, fetched.token, grounds, types, now)


def check_handed(
    handed: DcApiRequest,
    origin: Origin,
    *,
    trust: TrustList,
    clients: KnownClients,
    now: datetime,
    types: TransactionTypes = NO_TYPES,
    did_document: JsonObject | None = None,
) -> ValidRequest:
    """Return the request a platform handed over as proven, or raise ``WalletError``; pure.

    ``did_document`` is what the host of a `did:web` published when it was handed over.
    """
    grounds = Grounds(
        verifiers=trust.anchors(Role.VERIFIER, now),
        registrars=trust.anchors(Role.REGISTRAR, now),
        clients=clients,
        did_document=did_document,
    )
    try:
        verified = verify_dc_api_request(handed, origin=origin, grounds=grounds, now=now)
    except RequestError as error:
        raise refused(error) from error
    start = f"{verified.hashed_part.decode()}."
    token = next((each for each in handed.tokens() if each.startswith(start)), None)
    return _considered(verified, token, grounds, types, now)


def _considered(
    verified: VerifiedRequest,
    token: str | None,
    grounds: Grounds,
    types: TransactionTypes,
    now: datetime,
) -> ValidRequest:
    try:
        transactions = read_transactions(verified.request, types)
    except RequestError as error:
        raise refused(error) from error
    party = party_of(verified)
    shown = shown_by(verified, party, registrars=grounds.registrars, now=now)
    signed = token if verified.header else None
    return ValidRequest(verified, party, shown.offer, signed, transactions, shown.registration)


def _verified(fetched: FetchedRequest, grounds: Grounds, now: datetime) -> VerifiedRequest:
    if isinstance(fetched.link, RequestParameters):
        return verify_parameters(fetched.link, grounds=grounds, now=now)
    return verify_request_object(
        fetched.token or "",
        expected_client_id=fetched.link.client_id,
        expected_wallet_nonce=fetched.wallet_nonce,
        grounds=grounds,
        now=now,
    )
