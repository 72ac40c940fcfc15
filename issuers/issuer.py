"""The authorities as one façade: what wallets, verifiers and operators can ask of them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from issuers import issuing, offers, status
from issuers.authorization import Grant, Redeemer, refused
from issuers.catalogue import Catalogue
from issuers.codes import IssuerSecret, at_rest
from issuers.errors import IssuerError, IssuerFailure
from issuers.issuing import Statement
from issuers.kind import Application
from issuers.metadata import issuer_metadata
from issuers.nonces import new_nonce
from issuers.offers import Entitlement, HandedOffer, Order
from issuers.ports import Change, KeptCertificate, Place, Stores
from issuers.proving import Proved, Prover
from issuers.signing_keys import AuthorityKeys
from issuers.source.port import SourceOfRecord
from issuers.status_tokens import StatusTokens
from keys.entropy import SYSTEM_ENTROPY, Entropy
from standards.openid4vci.credential import CredentialRequest, CredentialResponse
from standards.openid4vci.nonce import NonceResponse
from standards.openid4vci.offer import CredentialOffer
from standards.openid4vci.publishing import check_publishable
from standards.openid4vci.token import TokenRequest, TokenResponse
from standards.status_list.reference import StatusReference

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where an installation stands and what it draws on.

    ``base`` is the public address without path, ``secret`` 32 octets that only this room's
    processes share, ``clock`` the time in UTC.
    """

    base: str
    secret: bytes
    clock: Clock
    entropy: Entropy = SYSTEM_ENTROPY

    def __post_init__(self) -> None:
        parts = urlsplit(self.base)
        if parts.path or parts.query or not parts.netloc:
            raise ValueError("the public address is scheme and host without a path")


class Issuers:
    """All authorities of an installation, each under its own Credential Issuer identifier."""

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
        self._offers = stores.offers
        self._certificates = stores.certificates
        self._source = source
        self._keys = keys
        self._secret = IssuerSecret(around.secret)
        self._clock = around.clock
        self._entropy = around.entropy
        self._status_tokens = StatusTokens(stores.certificates, keys)

    async def prepare(self) -> None:
        """Make what every authority needs before its first certificate; call once at the start.

        Raises `VciError` for metadata that an issuer must not publish (section 12.2.4): a kind
        declared wrongly stops the start instead of confusing every wallet.
        """
        for authority in self.catalogue.authorities.values():
            check_publishable(issuer_metadata(authority, self.catalogue.of(authority), self.base))
        await self._certificates.prepare(tuple(self.catalogue.authorities))

    async def offer(self, order: Order) -> HandedOffer:
        """Return a new offer.

        Raises `IssuerError`: unknown_kind, unknown_purpose, unknown_citizen, not_entitled. Whether
        the citizen is entitled is asked again when the certificate is issued.
        """
        now = self._clock()
        kind = self.catalogue.kind(order.kind)
        entitlement = offers.entitlement_for(kind, order.citizen, order.purpose)
        await kind.read(self._source, self._application(entitlement, now))
        new = offers.new_offer(
            entitlement,
            with_tx_code=order.with_tx_code,
            secret=self._secret,
            now=now,
            entropy=self._entropy,
        )
        await self._offers.add(new.offer, now=now)
        issuer = kind.authority.identifier(self.base)
        return offers.handed(new, order.by, issuer=issuer, secret=self._secret)

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

    async def token(self, authority: str, request: TokenRequest) -> TokenResponse:
        """Return an access token for a pre-authorized code (OpenID4VCI section 6).

        Raises `IssuerError` (unknown_authority, code_invalid, tx_code_wrong) and
        `TokenRequestError` for a transaction code that is missing or was not asked for.
        """
        self.catalogue.authority(authority)
        redeemer = Redeemer(request, authority, self._secret, self._clock(), self._entropy)
        decided = await self._offers.redeem(redeemer)
        return decided.outcome()

    def nonce(self, authority: str) -> NonceResponse:
        """Return a fresh ``c_nonce`` of an authority (OpenID4VCI section 7)."""
        self.catalogue.authority(authority)
        now = self._clock()
        nonce = new_nonce(authority, secret=self._secret, now=now, entropy=self._entropy)
        return NonceResponse(nonce)

    async def credential(
        self, authority: str, access_token: str, request: CredentialRequest
    ) -> CredentialResponse:
        """Return one copy of the certificate for each key proved (see `issuers.issuing`).

        Raises `IssuerError` and `CredentialRequestError`.
        """
        now = self._clock()
        grant = await self._grant(authority, access_token, now)
        issuing.check_request(request, grant.entitlement)  # 1
        prover = Prover(authority, self._identifier(authority), self._secret, now)
        proved = prover.prove(request.proofs)  # 2
        kind = self.catalogue.kind(grant.entitlement.kind)
        application = self._application(grant.entitlement, now)
        record = await kind.read(self._source, application)  # 3
        statement = issuing.state(kind, record, base=self.base, now=now)
        certificate = issuing.Certificate(
            application.issue_number, grant.entitlement, now, statement.expires_at
        )
        issuance = issuing.Issuance(
            certificate, len(proved.holders), grant.token_hash, proved.nonces
        )
        places = await self._certificates.issue(issuance, self._draw, now=now)  # 4
        return self._signed(authority, statement, proved, places)  # 5

    async def status_token(self, authority: str, number: int) -> str:
        """Return the signed status list, or raise `IssuerError`."""
        uri = _status_uri(self._identifier(authority), number)
        return await self._status_tokens.token(authority, number, uri=uri, now=self._clock())

    async def certificates_of(self, citizen: str) -> tuple[KeptCertificate, ...]:
        """Return the certificates issued to a citizen, the latest first."""
        return await self._certificates.of(citizen)

    async def change(self, change: Change) -> KeptCertificate:
        """Revoke, suspend or reinstate a certificate, or raise `IssuerError`."""
        return await self._certificates.change(change, now=self._clock())

    async def _grant(self, authority: str, access_token: str, now: datetime) -> Grant:
        self.catalogue.authority(authority)
        grant = await self._offers.grant(at_rest(access_token))
        if grant is None:
            raise refused()
        grant.check(authority, now)
        return grant

    def _signed(
        self, authority: str, statement: Statement, proved: Proved, places: tuple[Place, ...]
    ) -> CredentialResponse:
        keys = self._keys.issuing(authority)
        copies = (
            issuing.sign_copy(
                statement,
                holder,
                StatusReference(_status_uri(statement.issuer, place.list_number), place.index),
                keys=keys,
                entropy=self._entropy,
            )
            for holder, place in zip(proved.holders, places, strict=True)
        )
        return CredentialResponse(tuple(copies))

    def _application(self, entitlement: Entitlement, now: datetime) -> Application:
        return issuing.application_for(entitlement, now=now, entropy=self._entropy)

    def _draw(self, count: int) -> tuple[int, ...]:
        return status.draw_places(self._entropy, count)

    def _identifier(self, authority: str) -> str:
        return self.catalogue.authority(authority).identifier(self.base)


def _status_uri(issuer: str, number: int) -> str:
    return f"{issuer}/status/{number}"
