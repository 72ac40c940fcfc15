"""Terms as a request carries them, and the nonce that commits every wallet's signature to them.

A relying party says its terms in ``verifier_info`` of the signed request (OpenID4VP 1.0 section
5.1):

    {"format": "https://mydata.example/formats/consent-terms/2",
     "data": {"terms": {…}, "random": "<32 octets, base64url>", "flow": "counter",
              "registration_sha256": "<32 octets, base64url>"}}

and asks with ``nonce`` = base64url(SHA-256("mydata-terms-v1" || random || SHA-256(terms))). The
key binding of any conformant wallet signs that nonce, and so the terms, with no extension.
"""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from consent.errors import ConsentError, ConsentFailure
from consent.forms.fields import Fields, malformed
from consent.forms.terms import Terms
from keys import base64url
from keys.json_value import JsonObject, JsonValue

TERMS_FORMAT: Final = "https://mydata.example/formats/consent-terms/2"
NONCE_CONTEXT: Final = b"mydata-terms-v1"
RANDOM_SIZE: Final = 32

_MEMBERS: Final = ("terms", "random", "flow", "registration_sha256")


class SharingFlow(StrEnum):
    """How holder and relying party met; a standing use happens with nobody there."""

    COUNTER = "counter"
    SAME_DEVICE = "same_device"
    CROSS_DEVICE = "cross_device"
    SHOWN_CODE = "shown_code"
    STANDING = "standing"


@dataclass(frozen=True, slots=True)
class TermsOffer:
    """Terms as they came with a request, and what else both sides write down of it.

    ``random`` are the 32 octets that open the nonce. ``registration_sha256`` is the hash of what
    the party registered for this purpose: it fixes who was allowed to ask for what on that day.
    """

    terms: Terms
    random: bytes
    flow: SharingFlow
    registration_sha256: bytes


def commit_nonce(terms: Terms, random: bytes) -> str:
    """Return the 43 characters that commit to ``terms``; ``random`` is 32 fresh octets."""
    if len(random) != RANDOM_SIZE:
        raise ValueError(f"{RANDOM_SIZE} random octets are needed")
    return nonce_of(terms.sha256(), random)


def nonce_of(terms_sha256: bytes, random: bytes) -> str:
    """Return the nonce that commits to terms of this hash: what a record alone can recompute."""
    digest = hashlib.sha256(NONCE_CONTEXT + random + terms_sha256).digest()
    return base64url.encode(digest)


def check_nonce(nonce: str, terms: Terms, random: bytes) -> None:
    """Raise `ConsentError` (terms_mismatch) unless the nonce commits to these terms."""
    if not hmac.compare_digest(commit_nonce(terms, random).encode(), nonce.encode()):
        raise ConsentError(
            ConsentFailure.TERMS_MISMATCH, "the nonce does not commit to the terms sent with it"
        )


def verifier_info(offer: TermsOffer) -> list[JsonValue]:
    """Return the value of ``verifier_info`` for a request."""
    data: JsonObject = {
        "terms": offer.terms.as_dict(),
        "random": base64url.encode(offer.random),
        "flow": offer.flow.value,
        "registration_sha256": base64url.encode(offer.registration_sha256),
    }
    return [{"format": TERMS_FORMAT, "data": data}]


def read_verifier_info(entries: Sequence[JsonValue]) -> TermsOffer | None:
    """Return the terms in a request's ``verifier_info``, None when it holds none of our format.

    Raises `ConsentError`: malformed for terms that cannot be read and for more than one offer;
    terms_incomplete for terms that leave out what they must say.
    """
    ours = [entry for entry in entries if _format_of(entry) == TERMS_FORMAT]
    match ours:
        case []:
            return None
        case [dict(entry)]:
            return _offer(entry.get("data"))
        case _:
            raise malformed("a request carries at most one offer of terms")


def _offer(value: JsonValue) -> TermsOffer:
    fields = Fields("verifier_info data", value, _MEMBERS)
    offer = TermsOffer(
        Terms.parse(fields.value("terms")),
        fields.octets("random", size=RANDOM_SIZE),
        fields.choice("flow", SharingFlow),
        fields.octets("registration_sha256"),
    )
    offer.terms.check_complete()
    return offer


def _format_of(entry: JsonValue) -> JsonValue:
    return entry.get("format") if isinstance(entry, dict) else None
