"""Who asks, and on what terms: only what a certificate or the signed request proves."""

from dataclasses import dataclass

from consent.forms.laws import law_label
from consent.forms.terms import Terms
from standards.openid4vp.known_by import Vouching, vouching
from wallet.presenting.asking_party import hosts_of, voucher_of
from wallet.presenting.requests import ValidRequest
from web.language import Language, pick


@dataclass(frozen=True, slots=True)
class Promise:
    """What the asking party promises, in the reader's language; ``until`` None: for this once."""

    purpose: str
    keeps: str
    law: str
    sender: str
    notice_uri: str
    withdrawal: str
    withdrawal_uri: str
    cycle: str | None
    until: str | None


@dataclass(frozen=True, slots=True)
class Asker:
    """The party as whoever vouches for it names it; ``called`` is its own name where that differs.

    ``known`` is the word for how it is known, ``host`` its verified addresses or, of a party
    nobody vouches for, where the answer would go. ``vouched_by`` is None where nobody or this
    wallet's operator does. ``statute`` is the law by which it may ask for resident numbers, None
    without one. ``promise`` is None for a party that says neither why nor for how long,
    ``notice`` its lines.
    """

    name: str
    called: str | None
    known: Vouching
    is_vouched_for: bool
    host: str
    vouched_by: str | None
    statute: str | None
    promise: Promise | None
    notice: tuple[str, ...] = ()


def asker_of(valid: ValidRequest, language: Language, *, notice: str | None = None) -> Asker:
    """Return who asks with this request; ``notice`` is the text its terms hash."""
    terms = None if valid.offer is None else valid.offer.terms
    called = None if terms is None or terms.receiver.name == valid.party.name else terms.receiver
    return Asker(
        name=valid.party.name,
        called=None if called is None else called.name,
        known=vouching(valid.known),
        is_vouched_for=valid.is_vouched_for,
        host=", ".join(hosts_of(valid.known)) or valid.request.client_id,
        vouched_by=voucher_of(valid.known),
        statute=valid.statute,
        promise=None if terms is None else promise_of(terms, language),
        notice=() if notice is None else tuple(filter(None, notice.splitlines())),
    )


def promise_of(terms: Terms, language: Language) -> Promise:
    """Return the terms of a sharing in the reader's language."""
    return Promise(
        purpose=pick(terms.purpose.text, language),
        keeps=pick(terms.retention.text, language),
        law=pick(law_label(terms.legal_basis), language),
        sender=terms.sender,
        notice_uri=terms.notice.uri,
        withdrawal=pick(terms.withdrawal.method, language),
        withdrawal_uri=terms.withdrawal.uri,
        cycle=None if terms.periodic is None else terms.periodic.cycle,
        until=None if terms.until is None else terms.until.isoformat(),
    )
