"""What a citizen's authorization gives a wallet: an access token, and one to come again with.

Three ways lead here (RFC 6749 section 4.1.3 and 6, OpenID4VCI section 6):
`issuers.authorization.redeeming`, `issuers.authorization.authorization_codes`,
`issuers.authorization.refreshing`. Each decides while the store holds the code or token still:
of a hundred wallets that bring the same code at once, exactly one is given a token.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

from issuers.certificate.tripwire import Identity, check_subject
from issuers.errors import IssuerError, IssuerFailure
from issuers.numbers.codes import IssuerSecret, at_rest, bound_at_rest, new_token
from issuers.offers.offer import Entitlement, Offer
from issuers.offers.waiting import wait_of
from keys.entropy import Entropy
from standards.oauth.authorization_details import CredentialDetail
from standards.oauth.dpop import TOKEN_TYPE
from standards.oauth.error_response import OAuthRequestError
from standards.openid4vci.token import TokenResponse

# Access tokens are short-lived (OpenID4VCI section 13.10): time for a few credential requests.
TOKEN_LIFE = timedelta(minutes=5)
# A batch, some retries after a lost answer, and no way to empty a status list.
REQUESTS_PER_TOKEN = 10
# The longest any certificate is renewed without the citizen saying so again.
REFRESH_LIFE = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Sender:
    """Who brings a code or token, as far as it was proven.

    ``client_id`` None is an anonymous wallet, ``dpop_jkt`` the thumbprint of the key whose DPoP
    proof came along, ``instance_jkt`` that of the attested wallet instance.
    """

    client_id: str | None = None
    dpop_jkt: str | None = None
    instance_jkt: str | None = None


# Who shows a pre-authorized code and nothing else.
ANONYMOUS = Sender()


@dataclass(frozen=True, slots=True)
class Grant:
    """A token as it is stored: what it is good for, until when, how often it was used.

    ``subject_mac`` is its offer's. ``identifiers`` are the ``credential_identifiers`` to be asked
    by, none where the client asked by scope. ``edition`` counts the certificates the offer has led
    to before the one it leads to now. ``is_waited_for`` says that a transaction it began has not
    been answered: the keys proven then stand for a bound token.
    """

    token_hash: bytes
    offer_id_hash: bytes
    entitlement: Entitlement
    expires_at: datetime
    uses: int = 0
    subject_mac: bytes | None = None
    client_id: str | None = None
    dpop_jkt: str | None = None
    identifiers: tuple[str, ...] = ()
    edition: int = 0
    is_waited_for: bool = False

    @property
    def can_renew(self) -> bool:
        """Whether who comes has proven a key, and so comes again without the citizen."""
        return self.dpop_jkt is not None or self.is_waited_for

    @property
    def order(self) -> bytes:
        """What the numbers of its certificate are drawn from: another for each edition."""
        if self.edition == 0:
            return self.offer_id_hash
        return sha256(self.offer_id_hash + self.edition.to_bytes(4, "big")).digest()

    def next_edition(self) -> "Grant":
        """Return the grant as it leads to a new certificate."""
        return replace(self, edition=self.edition + 1)

    def check(self, authority: str, now: datetime) -> None:
        """Return when this authority takes the token ``now``, else raise `IssuerError`.

        The token of another authority is no token here (H76): access_refused. One used too often
        is access_spent.
        """
        if self.entitlement.authority != authority or now >= self.expires_at:
            raise refused()
        if self.uses >= REQUESTS_PER_TOKEN:
            raise IssuerError(IssuerFailure.ACCESS_SPENT, "ask the authority for a new offer")

    def check_subject(self, named: Iterable[Identity], secret: IssuerSecret) -> None:
        """Return when the order was about one of the ``named``, or raise `IssuerError`.

        mis_issue; access_refused for an order that says nothing of it.
        """
        if self.subject_mac is None:
            raise refused()
        check_subject(named, self.subject_mac, self.offer_id_hash, secret)


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """A refresh token as it is stored: good for its ``sender`` alone.

    It is not replaced when it is used: whoever copies it has neither of the keys it is bound to
    (FAPI 2.0 section 5.3.2.1).
    """

    token_hash: bytes
    offer_id_hash: bytes
    sender: Sender
    expires_at: datetime
    identifiers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Redemption:
    """What is to be written before the answer leaves, and the answer.

    ``offer`` None leaves it as it is. ``revoke`` ends every token the offer has given: its code
    came a second time, so one of the two who have it stole it (RFC 6749 section 4.1.2).
    """

    answer: TokenResponse | IssuerError | OAuthRequestError
    offer: Offer | None = None
    grant: Grant | None = None
    refresh: RefreshToken | None = None
    revoke: bool = False

    def outcome(self) -> TokenResponse:
        """Return the token, or raise why there is none; to be called once all is written."""
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@dataclass(frozen=True, slots=True)
class Granting:
    """Makes the tokens of one offer for one sender, at one moment."""

    offer: Offer
    sender: Sender
    identifiers: tuple[str, ...]
    now: datetime
    entropy: Entropy

    def first(self) -> Redemption:
        """Return what a code gives; a refresh token only where a key binds it."""
        if self.sender.dpop_jkt is None:
            return self._redemption()
        refresh = new_token(self.entropy)
        kept = RefreshToken(
            at_rest(refresh),
            self.offer.id_hash,
            self.sender,
            self.now + REFRESH_LIFE,
            self.identifiers,
        )
        return self._redemption(refresh, kept)

    def again(self) -> Redemption:
        """Return what a refresh token gives: another access token, and no other refresh token."""
        return self._redemption()

    def _redemption(
        self, refresh_token: str | None = None, kept: RefreshToken | None = None
    ) -> Redemption:
        token, thumbprint = new_token(self.entropy), self.sender.dpop_jkt
        entitlement = self.offer.entitlement
        grant = Grant(
            at_rest(token) if thumbprint is None else bound_at_rest(token, thumbprint),
            self.offer.id_hash,
            entitlement,
            self.now + TOKEN_LIFE,
            subject_mac=self.offer.subject_mac,
            client_id=self.sender.client_id,
            dpop_jkt=thumbprint,
            identifiers=self.identifiers,
            edition=self.offer.edition,
        )
        detail = CredentialDetail(entitlement.kind, credential_identifiers=self.identifiers)
        answer = TokenResponse(
            token,
            token_type="Bearer" if thumbprint is None else TOKEN_TYPE,
            expires_in=int(self._told_life().total_seconds()),
            refresh_token=refresh_token,
            scope=entitlement.kind,
            authorization_details=(detail,) if self.identifiers else (),
        )
        return Redemption(answer, grant=grant, refresh=kept)

    def _told_life(self) -> timedelta:
        """Return for how long the token is good for something.

        Where the certificate comes later, a wallet without a refresh token has nothing else to ask
        for it with: its token stays good at the deferred endpoint for what it began (section 9),
        and a wallet that heeds ``expires_in`` must know. Everywhere else it ends after minutes.
        """
        waits = wait_of(self.offer.entitlement)
        if self.sender.dpop_jkt is not None or waits is None:
            return TOKEN_LIFE
        return waits


def refused() -> IssuerError:
    """Return the one error for every token that is not good here, so that none is told apart."""
    return IssuerError(IssuerFailure.ACCESS_REFUSED, "redeem a credential offer for a new token")


def code_invalid() -> IssuerError:
    """Return the one error for every code that is not good (any more)."""
    detail = "the code is unknown, used or expired: ask the authority for a new one"
    return IssuerError(IssuerFailure.CODE_INVALID, detail)
