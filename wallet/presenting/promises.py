"""What an asking party shows of itself in ``verifier_info``, as far as it may be believed (VP-11).

Only when the signature of the request holds, and of a party somebody vouches for: what nobody
signed, or somebody signed whom nobody knows, is no promise.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from consent.errors import ConsentError
from consent.forms.offer import TermsOffer, check_nonce, read_verifier_info
from consent.forms.registration_certificate import RegistrationCertificate, read_registration
from consent.forms.terms import Party
from keys.json_value import JsonValue
from keys.x509 import Anchor
from standards.dcql.errors import DcqlError
from standards.dcql.paths import ClaimsPathPointer
from standards.openid4vp.known_by import is_vouched_for
from standards.openid4vp.request_object import VerifiedRequest
from wallet.errors import WalletError, WalletFailure


@dataclass(frozen=True, slots=True)
class Shown:
    """Terms, and what a registrar signed that the party may ask; None where it shows none."""

    offer: TermsOffer | None = None
    registration: RegistrationCertificate | None = None


def shown_by(
    verified: VerifiedRequest, party: Party, *, registrars: Sequence[Anchor], now: datetime
) -> Shown:
    """Return what the party shows, each about itself and both about one registration.

    Raises ``WalletError`` (terms_mismatch) when something is another's, incomplete or old.
    """
    if not verified.header or not is_vouched_for(verified.known):
        return Shown()
    entries = [entry.as_dict() for entry in verified.request.verifier_info]
    try:
        offer = _offer(entries, verified.request.nonce)
        registration = read_registration(
            entries, expected_party=party.id, anchors=registrars, now=now
        )
    except (ConsentError, DcqlError) as error:
        raise _mismatch(error.detail) from None
    if offer is not None and offer.terms.receiver.id != party.id:
        raise _mismatch("The terms name another receiver")
    if offer is not None and registration is not None:
        _check_one_registration(offer, registration)
    return Shown(offer, registration)


def _offer(entries: Sequence[JsonValue], nonce: str) -> TermsOffer | None:
    offer = read_verifier_info(entries)
    if offer is not None:
        check_nonce(nonce, offer.terms, offer.random)
        # Read here once, so that the review can compare them with what is asked.
        terms = offer.terms
        list(map(ClaimsPathPointer.parse_dotted, (*terms.information, *terms.optional)))
    return offer


def _check_one_registration(offer: TermsOffer, registration: RegistrationCertificate) -> None:
    """Terms rest on one registration, by its hash: no other may be shown beside them."""
    is_same_purpose = offer.terms.purpose.code == registration.purpose
    if not is_same_purpose or offer.registration_sha256 != registration.sha256:
        raise _mismatch("The terms rest on another registration")


def _mismatch(detail: str) -> WalletError:
    return WalletError(WalletFailure.TERMS_MISMATCH, detail)
