"""The record of one event of consent, with the field names of ISO/IEC TS 27560.

It says who asked whom for which *paths*, and what was answered; the values of claims stand
nowhere. The log holds only the record's commitment, SHA-256("mydata-record-v1" || salt ||
SHA-256(record)): without the 32 octets of salt nobody can tell what was committed to, and when the
salt is destroyed nobody ever will. Purpose, legal basis, retention, notice and withdrawal stand in
the terms, which the record names by hash.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Self

from consent.errors import ConsentError, ConsentFailure
from consent.forms.entry import EntryType
from consent.forms.fields import HASH_SIZE, Fields, instant_text
from consent.forms.terms import Party
from keys import base64url
from keys.canonical_json import canonical
from keys.errors import KeysError
from keys.json_value import JsonObject, JsonValue

RECORD_SCHEMA = "https://mydata.example/formats/consent-record/1"
SALT_SIZE = 32

_RECORD_CONTEXT = b"mydata-record-v1"
_DISCLOSURE_CONTEXT = b"mydata-disclosure-v1"
_UUID4 = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


class EventState(StrEnum):
    """What the event made of the consent (27560 ``event_state``); uses and duties are ours."""

    GIVEN = "consent_given"
    REFUSED = "consent_refused"
    WITHDRAWN = "consent_withdrawn"
    USED = "consent_used"
    ACKNOWLEDGED = "withdrawal_acknowledged"
    ERASED = "erasure_completed"


class HolderKey(StrEnum):
    """Where the key that signed for the holder is."""

    KEPT = "kept"
    DEVICE = "device"


class TermsBinding(StrEnum):
    """How the holder's signature is bound to the terms.

    committed: the signed nonce commits to them, so they were fixed before; shown: the holder's own
    wallet says that it showed them as well.
    """

    SHOWN = "shown"
    COMMITTED = "committed"


@dataclass(frozen=True, slots=True)
class Asked:
    """Claim paths (dotted text) and credential types: requested, chosen beyond need, disclosed."""

    requested: tuple[str, ...]
    optional_chosen: tuple[str, ...] = ()
    disclosed: tuple[str, ...] = ()
    credential_types: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """Hashes of what was signed outside the ledger; each is 32 octets, None where there is none.

    ``request_sha256`` is over ``header.payload`` of the request object, ``terms_sha256`` is
    `Terms.sha256`, ``disclosure_commitment`` is `disclosure_commitment`.
    """

    request_sha256: bytes
    terms_sha256: bytes | None = None
    terms_binding: TermsBinding | None = None
    disclosure_commitment: bytes | None = None
    key: HolderKey | None = None


@dataclass(frozen=True, slots=True)
class ConsentRecord:
    """One event between a holder, known here only by the pair's label, and one relying party.

    ``record_id`` is a random UUID (version 4) as text, ``event_time`` UTC to the second,
    ``language`` the language of the screen (BCP 47), ``jurisdiction`` an ISO 3166 code.
    """

    record_id: str
    event_state: EventState
    event_time: datetime
    label: bytes
    controller: Party
    asked: Asked
    evidence: Evidence
    language: str
    jurisdiction: str

    @classmethod
    def parse(cls, value: JsonValue) -> Self:
        """Read the JSON form (`as_dict`), or raise `ConsentError` (malformed)."""
        fields = Fields("record", value, _MEMBERS)
        record = cls(
            record_id=fields.text("record_id"),
            event_state=fields.choice("event_state", EventState),
            event_time=fields.instant("event_time"),
            label=fields.octets("pii_principal_id"),
            controller=Party.parse(fields.value("pii_controller")),
            asked=_asked(fields.value("pii_information")),
            evidence=_evidence(fields.value("evidence")),
            language=fields.text("language"),
            jurisdiction=fields.text("jurisdiction"),
        )
        if not _UUID4.fullmatch(record.record_id):
            raise ConsentError(ConsentFailure.MALFORMED, "record_id must be a random UUID")
        # What follows from other members is still written for other readers, so it must agree.
        if record.as_dict() != value:
            raise ConsentError(ConsentFailure.MALFORMED, "the record contradicts itself")
        return record

    def as_dict(self) -> JsonObject:
        """Return the JSON form; every member is always present, ``null`` where it has nothing."""
        return {
            "schema_version": RECORD_SCHEMA,
            "record_id": self.record_id,
            "pii_principal_id": base64url.encode(self.label),
            "pii_controller": self.controller.as_dict(),
            "event_type": "explicitly_expressed" if self.by_holder else None,
            "event_state": self.event_state.value,
            "event_time": instant_text(self.event_time),
            "entity_id": base64url.encode(self.label) if self.by_holder else self.controller.id,
            "pii_information": _asked_dict(self.asked),
            "language": self.language,
            "jurisdiction": self.jurisdiction,
            "evidence": _evidence_dict(self.evidence),
        }

    @property
    def by_holder(self) -> bool:
        """Whether the holder acted; otherwise the relying party did."""
        return self.entry_type in _BY_HOLDER

    @property
    def entry_type(self) -> EntryType:
        """The type of the log entry that commits to this record."""
        return _ENTRY_TYPES[self.event_state]

    def commitment(self, salt: bytes) -> bytes:
        """Return what the log holds of this record; ``salt`` is 32 fresh random octets."""
        if len(salt) != SALT_SIZE:
            raise ValueError(f"{SALT_SIZE} octets of salt are needed")
        digest = hashlib.sha256(canonical(self.as_dict())).digest()
        return hashlib.sha256(_RECORD_CONTEXT + salt + digest).digest()


def disclosure_commitment(salt: bytes, sd_hash: str, digests: Iterable[str]) -> bytes:
    """Return SHA-256("mydata-disclosure-v1" || salt || sd_hash || sorted digests), 32 octets.

    ``sd_hash`` (of the key binding) and ``digests`` (of the disclosures) come as they stand in the
    SD-JWT. Who has the presentation and the salt can recompute it; the issuer, who knows every
    digest but not the salt, cannot find its certificates' uses in the ledger.
    """
    if len(salt) != SALT_SIZE:
        raise ValueError(f"{SALT_SIZE} octets of salt are needed")
    head = _digest(sd_hash)
    parts = sorted(_digest(digest) for digest in digests)
    if any(len(part) != len(head) for part in parts):
        raise ConsentError(ConsentFailure.MALFORMED, "digests of one presentation have one length")
    return hashlib.sha256(_DISCLOSURE_CONTEXT + salt + head + b"".join(parts)).digest()


_MEMBERS = (
    "schema_version",
    "record_id",
    "pii_principal_id",
    "pii_controller",
    "event_type",
    "event_state",
    "event_time",
    "entity_id",
    "pii_information",
    "language",
    "jurisdiction",
    "evidence",
)
_ENTRY_TYPES = {
    EventState.GIVEN: EntryType.CONSENT,
    EventState.REFUSED: EntryType.REFUSED,
    EventState.WITHDRAWN: EntryType.WITHDRAWN,
    EventState.USED: EntryType.USED,
    EventState.ACKNOWLEDGED: EntryType.ACKNOWLEDGED,
    EventState.ERASED: EntryType.ERASED,
}
_BY_HOLDER = frozenset({EntryType.CONSENT, EntryType.REFUSED, EntryType.WITHDRAWN})
_ASKED = ("requested", "optional_chosen", "disclosed", "credential_types")
_EVIDENCE = ("request_sha256", "terms_sha256", "terms_binding", "disclosure_commitment", "key")


def _digest(text: str) -> bytes:
    try:
        digest = base64url.decode(text)
    except KeysError:
        raise ConsentError(ConsentFailure.MALFORMED, "a digest is base64url") from None
    if len(digest) < HASH_SIZE:
        raise ConsentError(ConsentFailure.MALFORMED, f"a digest has {HASH_SIZE} octets or more")
    return digest


def _asked(value: JsonValue) -> Asked:
    fields = Fields("pii_information", value, _ASKED)
    return Asked(*(fields.texts(name) for name in _ASKED))


def _asked_dict(asked: Asked) -> JsonObject:
    return {
        "requested": list(asked.requested),
        "optional_chosen": list(asked.optional_chosen),
        "disclosed": list(asked.disclosed),
        "credential_types": list(asked.credential_types),
    }


def _evidence(value: JsonValue) -> Evidence:
    fields = Fields("evidence", value, _EVIDENCE)

    def octets(name: str) -> bytes | None:
        return fields.octets(name) if fields.has(name) else None

    binding = fields.choice("terms_binding", TermsBinding) if fields.has("terms_binding") else None
    return Evidence(
        request_sha256=fields.octets("request_sha256"),
        terms_sha256=octets("terms_sha256"),
        terms_binding=binding,
        disclosure_commitment=octets("disclosure_commitment"),
        key=fields.choice("key", HolderKey) if fields.has("key") else None,
    )


def _evidence_dict(evidence: Evidence) -> JsonObject:
    def text(octets: bytes | None) -> str | None:
        return base64url.encode(octets) if octets is not None else None

    return {
        "request_sha256": text(evidence.request_sha256),
        "terms_sha256": text(evidence.terms_sha256),
        "terms_binding": evidence.terms_binding.value if evidence.terms_binding else None,
        "disclosure_commitment": text(evidence.disclosure_commitment),
        "key": evidence.key.value if evidence.key else None,
    }
