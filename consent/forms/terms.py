"""The terms of a sharing, and the nonce that commits every wallet's signature to them.

A relying party says its terms in ``verifier_info`` of the signed request (OpenID4VP 1.0 section
5.1):

    {"format": "https://mydata.example/formats/consent-terms/1",
     "data": {"terms": {…}, "random": "<32 octets, base64url>"}}

and asks with ``nonce`` = base64url(SHA-256("mydata-terms-v1" || random || SHA-256(terms))). The
key binding of any conformant wallet signs that nonce, and so the terms, with no extension.
"""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from consent.errors import ConsentError, ConsentFailure
from consent.forms.fields import Fields, instant_text, malformed
from keys import base64url
from keys.canonical_json import canonical
from keys.json_value import JsonObject, JsonValue

TERMS_FORMAT = "https://mydata.example/formats/consent-terms/1"
NONCE_CONTEXT = b"mydata-terms-v1"
RANDOM_SIZE = 32


@dataclass(frozen=True, slots=True)
class LocalText:
    """One sentence in the three languages of our pages."""

    ko: str
    en: str
    ja: str

    @classmethod
    def parse(cls, value: JsonValue) -> "LocalText":
        """Read ``{"ko", "en", "ja"}``, or raise `ConsentError` (malformed)."""
        fields = Fields("text", value, ("ko", "en", "ja"))
        return cls(fields.text("ko"), fields.text("en"), fields.text("ja"))

    def as_dict(self) -> JsonObject:
        """Return the JSON form."""
        return {"ko": self.ko, "en": self.en, "ja": self.ja}


@dataclass(frozen=True, slots=True)
class Purpose:
    """What the information is for: a code for machines, a sentence for people."""

    code: str
    text: LocalText


@dataclass(frozen=True, slots=True)
class Party:
    """An organisation by its registration id (never by ``client_id``, which changes) and name."""

    id: str
    name: str

    @classmethod
    def parse(cls, value: JsonValue) -> "Party":
        """Read ``{"id", "name"}``, or raise `ConsentError` (malformed)."""
        fields = Fields("party", value, ("id", "name"))
        return cls(fields.text("id"), fields.text("name"))

    def as_dict(self) -> JsonObject:
        """Return the JSON form."""
        return {"id": self.id, "name": self.name}


@dataclass(frozen=True, slots=True)
class Periodic:
    """A sharing that repeats, every ``cycle`` (an ISO 8601 duration)."""

    cycle: str


@dataclass(frozen=True, slots=True)
class Retention:
    """How long the receiver keeps and uses it: an ISO 8601 duration and a sentence."""

    period: str
    text: LocalText


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """How consent is taken back: a sentence and an address."""

    method: LocalText
    uri: str


@dataclass(frozen=True, slots=True)
class Terms:
    """The seven items of a transmission request, with basis, notice and withdrawal method.

    ``sender`` is the party asked to send, ``information`` dotted claim paths, ``periodic`` None
    for a single sharing, ``until`` None when the sharing ends with this one use;
    ``notice_sha256`` is the hash of the notice's octets at ``notice_uri``.
    """

    purpose: Purpose
    sender: str
    receiver: Party
    information: tuple[str, ...]
    periodic: Periodic | None
    until: datetime | None
    retention: Retention
    legal_basis: str
    notice_uri: str
    notice_sha256: bytes
    withdrawal: Withdrawal

    @classmethod
    def parse(cls, value: JsonValue) -> "Terms":
        """Read the JSON form (`as_dict`), or raise `ConsentError` (malformed).

        A member we do not know is refused: it would be agreed to without being shown.
        """
        fields = Fields("terms", value, _NAMES)
        return cls(
            purpose=_purpose(fields.value("purpose")),
            sender=fields.text("sender"),
            receiver=Party.parse(fields.value("receiver")),
            information=fields.texts("information"),
            periodic=_periodic(fields.value("periodic")),
            until=fields.instant("until") if fields.has("until") else None,
            retention=_retention(fields.value("retention")),
            legal_basis=fields.text("legal_basis"),
            notice_uri=fields.uri("notice_uri"),
            notice_sha256=fields.octets("notice_sha256"),
            withdrawal=_withdrawal(fields.value("withdrawal")),
        )

    def as_dict(self) -> JsonObject:
        """Return the JSON form; every member is always present, ``null`` where it has nothing."""
        return {
            "purpose": {"code": self.purpose.code, "text": self.purpose.text.as_dict()},
            "sender": self.sender,
            "receiver": self.receiver.as_dict(),
            "information": list(self.information),
            "periodic": {"cycle": self.periodic.cycle} if self.periodic is not None else None,
            "until": instant_text(self.until) if self.until is not None else None,
            "retention": {"period": self.retention.period, "text": self.retention.text.as_dict()},
            "legal_basis": self.legal_basis,
            "notice_uri": self.notice_uri,
            "notice_sha256": base64url.encode(self.notice_sha256),
            "withdrawal": {
                "method": self.withdrawal.method.as_dict(),
                "uri": self.withdrawal.uri,
            },
        }

    def sha256(self) -> bytes:
        """Return SHA-256 over the canonical JSON (RFC 8785): one hash, however it was spelled."""
        return hashlib.sha256(canonical(self.as_dict())).digest()


@dataclass(frozen=True, slots=True)
class TermsOffer:
    """Terms as they came with a request, and the random octets that open the nonce."""

    terms: Terms
    random: bytes


def commit_nonce(terms: Terms, random: bytes) -> str:
    """Return the 43 characters that commit to ``terms``; ``random`` is 32 fresh octets."""
    if len(random) != RANDOM_SIZE:
        raise ValueError(f"{RANDOM_SIZE} random octets are needed")
    digest = hashlib.sha256(NONCE_CONTEXT + random + terms.sha256()).digest()
    return base64url.encode(digest)


def check_nonce(nonce: str, terms: Terms, random: bytes) -> None:
    """Raise `ConsentError` (terms_mismatch) unless the nonce commits to these terms."""
    if not hmac.compare_digest(commit_nonce(terms, random).encode(), nonce.encode()):
        raise ConsentError(
            ConsentFailure.TERMS_MISMATCH, "the nonce does not commit to the terms sent with it"
        )


def verifier_info(terms: Terms, random: bytes) -> list[JsonValue]:
    """Return the value of ``verifier_info`` for a request."""
    data: JsonObject = {"terms": terms.as_dict(), "random": base64url.encode(random)}
    return [{"format": TERMS_FORMAT, "data": data}]


def read_verifier_info(entries: Sequence[JsonValue]) -> TermsOffer | None:
    """Return the terms in a request's ``verifier_info``, None when it holds none of our format.

    Raises `ConsentError` (malformed) for terms that cannot be read and for more than one offer.
    """
    ours = [entry for entry in entries if _format_of(entry) == TERMS_FORMAT]
    match ours:
        case []:
            return None
        case [dict(entry)]:
            fields = Fields("verifier_info data", entry.get("data"), ("terms", "random"))
            random = fields.octets("random", size=RANDOM_SIZE)
            return TermsOffer(Terms.parse(fields.value("terms")), random)
        case _:
            raise malformed("a request carries at most one offer of terms")


_NAMES = (
    "purpose",
    "sender",
    "receiver",
    "information",
    "periodic",
    "until",
    "retention",
    "legal_basis",
    "notice_uri",
    "notice_sha256",
    "withdrawal",
)


def _format_of(entry: JsonValue) -> JsonValue:
    return entry.get("format") if isinstance(entry, dict) else None


def _purpose(value: JsonValue) -> Purpose:
    fields = Fields("purpose", value, ("code", "text"))
    return Purpose(fields.text("code"), LocalText.parse(fields.value("text")))


def _periodic(value: JsonValue) -> Periodic | None:
    if value is None:
        return None
    return Periodic(Fields("periodic", value, ("cycle",)).duration("cycle"))


def _retention(value: JsonValue) -> Retention:
    fields = Fields("retention", value, ("period", "text"))
    return Retention(fields.duration("period"), LocalText.parse(fields.value("text")))


def _withdrawal(value: JsonValue) -> Withdrawal:
    fields = Fields("withdrawal", value, ("method", "uri"))
    return Withdrawal(LocalText.parse(fields.value("method")), fields.uri("uri"))
