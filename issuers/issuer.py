"""The authorities as one façade: what wallets and verifiers can ask of them, and their desk."""

from datetime import date, datetime

from issuers import issuing, offers, status
from issuers.applications import Applications
from issuers.authorization import Grant, Redeemer, refused
from issuers.catalogue import Catalogue
from issuers.clerks import OPERATOR
from issuers.codes import IssuerSecret, at_rest
from issuers.deliveries import Deliveries
from issuers.desk import Desk
from issuers.errors import IssuerError, IssuerFailure
from issuers.inboxes import Inboxes, inbox_in
from issuers.issuing import Statement
from issuers.metadata import issuer_metadata
from issuers.nonces import new_nonce
from issuers.notices import concerned
from issuers.numbering import notification_id, numbers_of
from issuers.ports import Change, Place, Stores
from issuers.proving import Proved, Prover
from issuers.signing_keys import AuthorityKeys, CertifiedSigner
from issuers.source.port import SourceOfRecord
from issuers.status import Action
from issuers.status_tokens import StatusTokens
from issuers.surroundings import Surroundings
from issuers.tripwire import check_copy, check_names_its_subject
from standards.openid4vci.credential import CredentialRequest, CredentialResponse
from standards.openid4vci.nonce import NonceResponse
from standards.openid4vci.notification import NotificationRequest
from standards.openid4vci.offer import CredentialOffer
from standards.openid4vci.publishing import check_publishable
from standards.openid4vci.token import TokenRequest, TokenResponse
from standards.status_list.reference import StatusReference


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
        self._offers = stores.offers
        self._certificates = stores.certificates
        self._applications = Applications(stores.register, source)
        self._keys = keys
        self._secret = IssuerSecret(around.secret)
        self._clock = around.clock
        self._entropy = around.entropy
        self._kept_lists = stores.kept_lists
        self._thinned_on: date | None = None
        self._status_tokens = StatusTokens(stores.certificates, stores.kept_lists, keys)
        self._deliveries = Deliveries(stores, self._secret)
        self._inboxes = Inboxes(stores.inboxes, stores.register, self._secret)
        self.desk = Desk(catalogue, stores, self._applications, around)

    async def prepare(self) -> None:
        """Make what every authority needs before its first certificate; call once at the start.

        Raises `VciError` for metadata that an issuer must not publish (section 12.2.4): a kind
        declared wrongly stops the start instead of confusing every wallet. ``ValueError`` for a
        kind that the tripwire could not guard.
        """
        for kind in self.catalogue.kinds.values():
            check_names_its_subject(kind.name, kind.described)
        for authority in self.catalogue.authorities.values():
            check_publishable(issuer_metadata(authority, self.catalogue.of(authority), self.base))
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

    async def token(self, authority: str, request: TokenRequest) -> TokenResponse:
        """Return an access token for a pre-authorized code (OpenID4VCI section 6).

        Raises `IssuerError` (unknown_authority, code_invalid, tx_code_wrong) and
        `OAuthRequestError` for a transaction code that is missing or was not asked for.
        """
        self.catalogue.authority(authority)
        redeemer = Redeemer(request, authority, self._secret, self._clock(), self._entropy)
        decided = await self._offers.redeem(redeemer)
        return decided.outcome()

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

    async def credential(
        self, authority: str, access_token: str, request: CredentialRequest
    ) -> CredentialResponse:
        """Return one copy of the certificate for each key proved (see `issuers.issuing`).

        Raises `IssuerError` and `CredentialRequestError`.
        """
        now = self._clock()
        grant = await self._grant(authority, access_token, now)
        entitlement = grant.entitlement
        issuing.check_request(request, entitlement)  # 1
        inbox = inbox_in(request)
        prover = Prover(authority, self._identifier(authority), self._secret, now)
        proved = prover.prove(request.proofs)  # 2
        kind = self.catalogue.kind(entitlement.kind)
        numbers = numbers_of(grant.offer_id_hash, self._secret)
        moves = await self._applications.moves(kind, entitlement)
        record = await self._applications.record(kind, entitlement, numbers, now=now)  # 3
        statement = issuing.state(kind, record, entitlement.view, base=self.base, now=now)
        grant.check_subject(statement.named, self._secret)
        issuance = issuing.Issuance(
            issuing.Certificate(numbers.issue, entitlement, now, statement.expires_at),
            len(proved.holders),
            grant.token_hash,
            proved.nonces,
            concerned(record, entitlement),
            moves,
        )
        places = await self._certificates.issue(issuance, self._draw, now=now)  # 4
        copies = self._signed(authority, statement, proved, places)  # 5
        await self._check_copies(copies, statement, proved, numbers.issue)
        household = await self._inboxes.exchange(inbox, record, entitlement, now=now)
        return CredentialResponse(copies, notification_id(numbers.issue, self._secret), household)

    async def notify(
        self, authority: str, access_token: str, request: NotificationRequest
    ) -> None:
        """Write down what a wallet tells of a certificate (OpenID4VCI section 11); see there."""
        self.catalogue.authority(authority)
        await self._deliveries.take(authority, access_token, request, now=self._clock())

    async def status_token(
        self, authority: str, number: int, *, at: datetime | None = None
    ) -> str:
        """Return the signed status list of now, or the one that held ``at`` a time in the past.

        Raises `IssuerError`: unknown_authority, unknown_status_list, status_not_kept.
        """
        uri = _status_uri(self._identifier(authority), number)
        if at is not None:
            return await self._status_tokens.token_then(authority, number, at)
        return await self._status_tokens.token(authority, number, uri=uri, now=self._clock())

    async def keep_status_lists(self) -> None:
        """Keep every list as it is served now, and thin out what is old; call each minute.

        Thinned is once a day.
        """
        now = self._clock()
        for authority, number in await self._kept_lists.lists():
            uri = _status_uri(self._identifier(authority), number)
            await self._status_tokens.keep(authority, number, uri=uri, now=now)
        if self._thinned_on != now.date():
            self._thinned_on = now.date()
            await self._kept_lists.thin(now=now)

    async def _grant(self, authority: str, access_token: str, now: datetime) -> Grant:
        self.catalogue.authority(authority)
        grant = await self._offers.grant(at_rest(access_token))
        if grant is None:
            raise refused()
        grant.check(authority, now)
        return grant

    async def _check_copies(
        self, copies: tuple[str, ...], statement: Statement, proved: Proved, number: str
    ) -> None:
        """Hold every copy against what was stated; one that differs revokes all of them."""
        try:
            for copy, holder in zip(copies, proved.holders, strict=True):
                check_copy(
                    copy,
                    expected_claims=statement.claims,
                    expected_vct=statement.vct,
                    expected_holder=holder,
                )
        except IssuerError as error:
            change = Change(number, Action.REVOKE, error.failure.value, by=OPERATOR)
            await self._certificates.change(change, now=self._clock())
            raise

    def _signed(
        self, authority: str, statement: Statement, proved: Proved, places: tuple[Place, ...]
    ) -> tuple[str, ...]:
        keys = self._keys.issuing(authority)
        return tuple(
            issuing.sign_copy(
                statement,
                holder,
                StatusReference(_status_uri(statement.issuer, place.list_number), place.index),
                keys=keys,
                entropy=self._entropy,
            )
            for holder, place in zip(proved.holders, places, strict=True)
        )

    def _draw(self, count: int) -> tuple[int, ...]:
        return status.draw_places(self._entropy, count)

    def _identifier(self, authority: str) -> str:
        return self.catalogue.authority(authority).identifier(self.base)


def _status_uri(issuer: str, number: int) -> str:
    return f"{issuer}/status/{number}"
