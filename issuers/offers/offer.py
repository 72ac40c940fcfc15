"""Offers: an operator hands a citizen the right to one kind of certificate (OpenID4VCI section 4).

The pre-authorized code is computed from the offer's id and a secret, so an offer can be handed
out by reference although neither id nor code is stored: the database holds their hashes only.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, assert_never

from consent.forms.statutory import StatutoryView
from issuers.certificate.approval import needs_approval
from issuers.certificate.kind import Kind, Purpose
from issuers.certificate.options import Chosen
from issuers.certificate.statutory import check_view
from issuers.certificate.tripwire import Identity
from issuers.numbers.codes import IssuerSecret, at_rest, new_digits, new_name
from keys import base64url
from keys.entropy import Entropy
from standards.openid4vci.offer import (
    AUTHORIZATION_CODE_GRANT,
    PRE_AUTHORIZED_GRANT,
    AuthorizationCodeGrant,
    CredentialOffer,
    InputMode,
    PreAuthorizedCodeGrant,
    TxCode,
)
from standards.openid4vci.offer_uri import OfferReference, offer_uri

# Time to take out a telephone and type a code, not more (OpenID4VCI section 13.6).
OFFER_LIFE = timedelta(minutes=10)
TX_CODE_DIGITS = 6
# A guesser's chance is 5 in a million, then the offer is burned.
TX_CODE_TRIES = 5

_TX_CODE_HINT = "Type the six digits you received from the authority by another way."
_CODE, _TX_CODE = "pre-authorized code", "tx_code"


class GrantType(StrEnum):
    """How a wallet takes an offer: with a code in it, or after the citizen signed in here."""

    PRE_AUTHORIZED_CODE = PRE_AUTHORIZED_GRANT
    AUTHORIZATION_CODE = AUTHORIZATION_CODE_GRANT


class By(StrEnum):
    """How an offer travels: whole inside its link, or as the address to read it at."""

    VALUE = "value"
    REFERENCE = "reference"


@dataclass(frozen=True, slots=True)
class Order:
    """What is ordered at a desk: a kind for a citizen, and how the offer is to travel.

    ``citizen`` applies and will hold the certificate. ``about`` is whom it tells of, empty for
    oneself; ``view`` is the law under which somebody outside the household is given a part of it.
    ``mandate`` is the id of the one a proxy applies under. ``options`` left out take the
    kind's defaults. With ``grant`` authorization_code the applicant alone can take it, and signs
    in to do so; then there is no transaction code.
    ``needs_decision`` lets it wait for an officer (`issuers.issuance.deferring`), ``year`` for the
    job that makes the certificates of that year (`issuers.offers.years`).
    """

    kind: str
    citizen: str
    purpose: Purpose | None = None
    with_tx_code: bool = False
    by: By = By.VALUE
    about: str = ""
    options: Chosen = ()
    view: StatutoryView | None = None
    grant: GrantType = GrantType.PRE_AUTHORIZED_CODE
    needs_decision: bool = False
    mandate: str = ""
    year: int | None = None


class OfferState(StrEnum):
    """An offer ends once: redeemed by a wallet, or burned by wrong transaction codes."""

    OPEN = "open"
    REDEEMED = "redeemed"
    BURNED = "burned"


@dataclass(frozen=True, slots=True)
class Entitlement:
    """Who may be issued what by whom, about whom, and for which purpose.

    ``citizen`` is the applicant; ``about`` is empty when the certificate is about the applicant.
    ``officer`` is the name of the clerk who took the application; ``needs_decision`` tells that an
    officer looks at it again before anything is issued. ``mandate`` is the id of the one under
    which a proxy applies. ``year`` is that whose job makes it, None for at once.
    """

    authority: str
    kind: str
    citizen: str
    purpose: Purpose
    about: str = ""
    options: Chosen = ()
    view: StatutoryView | None = None
    officer: str = ""
    needs_decision: bool = False
    mandate: str = ""
    year: int | None = None

    @property
    def subject(self) -> str:
        """The citizen whose record the certificate shows."""
        return self.about or self.citizen


@dataclass(frozen=True, slots=True)
class Offer:
    """An offer as it is stored; ``tx_code_mac`` is None when no transaction code is asked for.

    ``code_hash`` is that of the code or ``issuer_state`` in it. ``subject_mac`` commits to whom
    it is about (`issuers.certificate.tripwire`); None only where an earlier release made the
    offer. ``edition`` counts the certificates it has led to that were renewed since.
    """

    id_hash: bytes
    code_hash: bytes
    entitlement: Entitlement
    tx_code_mac: bytes | None
    expires_at: datetime
    state: OfferState = OfferState.OPEN
    wrong_tries: int = 0
    subject_mac: bytes | None = None
    grant: GrantType = GrantType.PRE_AUTHORIZED_CODE
    edition: int = 0

    def is_open(self, now: datetime) -> bool:
        """Tell whether the offer can still be redeemed."""
        return self.state is OfferState.OPEN and now < self.expires_at

    def redeemed(self) -> "Offer":
        """Return the offer after its one redemption."""
        return replace(self, state=OfferState.REDEEMED)

    def tried_wrongly(self) -> "Offer":
        """Return the offer after a wrong transaction code; the last one allowed burns it."""
        tries = self.wrong_tries + 1
        state = OfferState.BURNED if tries >= TX_CODE_TRIES else self.state
        return replace(self, wrong_tries=tries, state=state)


@dataclass(frozen=True, slots=True)
class NewOffer:
    """An offer just made, with the secrets that leave by two different ways."""

    offer: Offer
    offer_id: str
    tx_code: str | None


@dataclass(frozen=True, slots=True)
class HandedOffer:
    """What the operator hands over: the link, and by another way the transaction code."""

    credential_offer_uri: str
    tx_code: str | None


def new_offer(
    entitlement: Entitlement,
    subject: Identity,
    *,
    with_tx_code: bool,
    grant: GrantType = GrantType.PRE_AUTHORIZED_CODE,
    secret: IssuerSecret,
    now: datetime,
    entropy: Entropy,
) -> NewOffer:
    """Return a fresh offer, good for ten minutes and one redemption, about ``subject`` alone."""
    offer_id = new_name(entropy)
    id_hash = at_rest(offer_id)
    is_coded = with_tx_code and grant is GrantType.PRE_AUTHORIZED_CODE
    tx_code = new_digits(entropy, TX_CODE_DIGITS) if is_coded else None
    code_hash = at_rest(code_of(offer_id, secret))
    offer = Offer(
        id_hash=id_hash,
        code_hash=code_hash,
        entitlement=entitlement,
        tx_code_mac=None if tx_code is None else tx_code_mac(tx_code, code_hash, secret),
        expires_at=now + OFFER_LIFE,
        subject_mac=subject.mac(id_hash, secret),
        grant=grant,
    )
    return NewOffer(offer, offer_id, tx_code)


def code_of(offer_id: str, secret: IssuerSecret) -> str:
    """Return the code or ``issuer_state`` in an offer: 256 bits, computable with the secret."""
    return base64url.encode(secret.mac(_CODE, offer_id))


def tx_code_mac(tx_code: str, code_hash: bytes, secret: IssuerSecret) -> bytes:
    """Return what is stored of a transaction code, different for every offer."""
    return secret.mac(_TX_CODE, base64url.encode(code_hash), tx_code)


def credential_offer(
    offer: Offer, offer_id: str, *, issuer: str, secret: IssuerSecret
) -> CredentialOffer:
    """Return the offer as the wallet reads it; ``issuer`` is the Credential Issuer identifier."""
    kinds, code = (offer.entitlement.kind,), code_of(offer_id, secret)
    match offer.grant:
        case GrantType.AUTHORIZATION_CODE:
            return CredentialOffer(issuer, kinds, authorization_code=AuthorizationCodeGrant(code))
        case GrantType.PRE_AUTHORIZED_CODE:
            hint = TxCode(InputMode.NUMERIC, TX_CODE_DIGITS, _TX_CODE_HINT)
            grant = PreAuthorizedCodeGrant(code, None if offer.tx_code_mac is None else hint)
            return CredentialOffer(issuer, kinds, pre_authorized_code=grant)
        case _:
            assert_never(offer.grant)


def handed(new: NewOffer, by: By, *, issuer: str, secret: IssuerSecret) -> HandedOffer:
    """Return the link and the transaction code of a new offer."""
    if by is By.REFERENCE:
        reference = OfferReference(f"{issuer}/offers/{new.offer_id}")
        return HandedOffer(offer_uri(reference), new.tx_code)
    offer = credential_offer(new.offer, new.offer_id, issuer=issuer, secret=secret)
    return HandedOffer(offer_uri(offer), new.tx_code)


def entitlement_for(kind: Kind[Any], order: Order, *, officer: str) -> Entitlement:
    """Return the right to a certificate; no purpose means the kind's usual one.

    Raises `IssuerError`: unknown_purpose, unknown_option, unknown_view. Whether the applicant may
    have a certificate about somebody else is for `issuers.register.citizens.check_relation`.
    """
    purpose = kind.purpose if order.purpose is None else order.purpose
    kind.check_purpose(purpose)
    check_view(kind, order.view)
    return Entitlement(
        authority=kind.authority.name,
        kind=kind.name,
        citizen=order.citizen,
        purpose=purpose,
        about="" if order.about == order.citizen else order.about,
        options=kind.check_options(order.options),
        view=order.view,
        officer=officer,
        mandate=order.mandate,
        needs_decision=needs_approval(kind.approval, order.view, ordered=order.needs_decision),
        year=order.year,
    )
