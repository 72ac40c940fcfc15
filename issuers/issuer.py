"""The authorities as one façade: what wallets and verifiers can ask of them, and their desk."""

from datetime import datetime

from issuers.authorization.floods import Floods
from issuers.catalogue import Catalogue
from issuers.certificate.tripwire import check_names_its_subject
from issuers.desk.applications import Applications
from issuers.desk.desk import Desk
from issuers.errors import IssuerError, IssuerFailure
from issuers.numbers.codes import IssuerSecret, at_rest
from issuers.numbers.nonces import new_nonce
from issuers.offers import offer as offers
from issuers.ports import Stores
from issuers.published.guarding import SignerGuard
from issuers.published.self_description import SelfDescription
from issuers.published.status_tokens import StatusTokens
from issuers.serving.access import Access, TokenPresented
from issuers.serving.authorization_server import AuthorizationServer
from issuers.serving.bulk_issuing import BulkIssuing
from issuers.serving.callers import Callers
from issuers.serving.credentials import Credentials
from issuers.serving.deliveries import Deliveries
from issuers.serving.inboxes import Inboxes
from issuers.serving.releasing import Releasing
from issuers.serving.revocations import Revocations
from issuers.serving.token_issue import TokenIssue
from issuers.source.port import SourceOfRecord
from issuers.status.signing_keys import AuthorityKeys, CertifiedSigner
from issuers.surroundings import Surroundings
from keys.encryption_key import DecryptionKey
from standards.openid4vci.credential import (
    CredentialRequest,
    CredentialResponse,
    DeferredResponse,
)
from standards.openid4vci.deferred import DeferredCredentialRequest
from standards.openid4vci.nonce import NonceResponse
from standards.openid4vci.notification import NotificationRequest
from standards.openid4vci.offer import CredentialOffer
from standards.openid4vci.publishing import check_publishable


class Issuers:
    """All authorities of an installation, each under its own Credential Issuer identifier.

    Here is what wallets and verifiers ask of them; what their clerks do is at `desk`.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        stores: Stores,
        source: SourceOfRecord,
        keys: AuthorityKeys,
        around: Surroundings,
    ) -> None:
        self.catalogue = catalogue
        self.base = around.base
        self.encrypted_only = around.encrypted_only
        self._offers = stores.offers
        self._certificates = stores.certificates
        self._years = stores.years
        self._applications = Applications(stores.register, stores.mandates, source)
        self._keys = keys
        self.described = SelfDescription(catalogue, keys, around)
        self._secret = IssuerSecret(around.secret)
        self._clock = around.clock
        self._entropy = around.entropy
        self.status_lists = StatusTokens(
            stores.certificates, stores.kept_lists, keys, self._identifier
        )
        self.guard = SignerGuard(catalogue, keys, self.status_lists, around)
        self._deliveries = Deliveries(stores, self._secret)
        self._access = Access(catalogue, stores, around)
        inboxes = Inboxes(stores.inboxes, stores.register, self._secret)
        releasing = Releasing(
            catalogue,
            stores,
            self._applications,
            keys,
            self.guard,
            self.status_lists,
            around,
        )
        self._credentials = Credentials(
            catalogue, stores, self._access, releasing, inboxes, around
        )
        self.desk = Desk(catalogue, stores, self._applications, self.guard, around)
        self.bulk = BulkIssuing(catalogue, keys, self.guard, self.status_lists, around)
        callers = Callers(catalogue, stores, around)
        self.server = AuthorizationServer(catalogue, stores, callers, self.desk, source, around)
        self.floods = Floods()
        self.tokens = TokenIssue(catalogue, stores, callers, self.floods, around)
        self.revocations = Revocations(catalogue, stores, callers, around)
        self.clients = stores.clients

    @property
    def now(self) -> datetime:
        """The time, as this room has it."""
        return self._clock()

    async def prepare(self) -> None:
        """Make what every authority needs before its first certificate; call once at the start.

        Raises `VciError` for metadata that an issuer must not publish (section 12.2.4): a kind
        declared wrongly stops the start instead of confusing every wallet. ``ValueError`` for a
        kind that the tripwire could not guard.
        """
        for kind in self.catalogue.kinds.values():
            check_names_its_subject(kind.name, kind.described)
        for authority in self.catalogue.authorities.values():
            check_publishable(self.described.metadata(authority.name))
        await self._certificates.prepare(tuple(self.catalogue.authorities))

    async def credential_offer(self, authority: str, offer_id: str) -> CredentialOffer:
        """Return the offer handed out by reference, or raise `IssuerError` (unknown_offer).

        It can be read until it is redeemed; unknown, foreign and ended ones answer alike.
        """
        found = await self._offers.find(at_rest(offer_id))
        known = found is not None and found.entitlement.authority == authority
        if found is None or not known or not found.is_open(self._clock()):
            detail = "the offer is unknown, used or expired: ask the authority for a new one"
            raise IssuerError(IssuerFailure.UNKNOWN_OFFER, detail)
        issuer = self._identifier(authority)
        return offers.credential_offer(found, offer_id, issuer=issuer, secret=self._secret)

    def issuing_key(self, authority: str) -> tuple[str, CertifiedSigner]:
        """Return an authority's identifier, and the key it signs certificates with today."""
        self.catalogue.authority(authority)
        return self._identifier(authority), self._keys.issuing(authority)

    def nonce(self, authority: str) -> NonceResponse:
        """Return a fresh ``c_nonce`` of an authority (OpenID4VCI section 7)."""
        self.catalogue.authority(authority)
        now = self._clock()
        nonce = new_nonce(authority, secret=self._secret, now=now, entropy=self._entropy)
        return NonceResponse(nonce)

    def decryption_keys(self, authority: str) -> tuple[DecryptionKey, ...]:
        """Return the keys that requests to an authority may be encrypted to."""
        self.catalogue.authority(authority)
        return self._keys.encryption(authority)

    async def credential(
        self, authority: str, presented: TokenPresented, request: CredentialRequest
    ) -> CredentialResponse | DeferredResponse:
        """Return a copy of the certificate per key proved; see `issuers.serving.credentials`."""
        return await self._credentials.ask(authority, presented, request)

    async def deferred(
        self, authority: str, presented: TokenPresented, request: DeferredCredentialRequest
    ) -> CredentialResponse | DeferredResponse:
        """Return what an officer has decided to issue, or when to ask again."""
        return await self._credentials.fetch(authority, presented, request)

    async def notify(
        self, authority: str, presented: TokenPresented, request: NotificationRequest
    ) -> None:
        """Write down what a wallet tells of a certificate (OpenID4VCI section 11); see there."""
        token_hash = await self._access.token_hash(authority, presented)
        await self._deliveries.take(authority, token_hash, request, now=self._clock())

    async def status_token(
        self, authority: str, number: int, *, at: datetime | None = None
    ) -> str:
        """Return the signed status list of now, or the one that held ``at`` a time in the past.

        Raises `IssuerError`: unknown_authority, unknown_status_list, status_not_kept.
        """
        self.catalogue.authority(authority)
        if at is not None:
            return await self.status_lists.token_then(authority, number, at)
        return await self.status_lists.token(authority, number, now=self._clock())

    async def status_cwt(self, authority: str, number: int) -> bytes:
        """Return the signed status list of now as a CWT.

        Raises `IssuerError`: unknown_authority, unknown_status_list.
        """
        self.catalogue.authority(authority)
        return await self.status_lists.token_cwt(authority, number, now=self._clock())

    async def keep_status_lists(self) -> None:
        """Keep every list as it is served now; call each minute."""
        await self.status_lists.keep_all(now=self._clock())

    async def erase_copies(self) -> None:
        """Erase what a year's job has signed and nobody fetched in a month; call each hour."""
        await self._years.forget(now=self._clock())

    def _identifier(self, authority: str) -> str:
        return self.catalogue.authority(authority).identifier(self.base)
