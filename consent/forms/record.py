"""The record of one event of consent, with the field names of ISO/IEC TS 27560.

It says who asked whom for which *paths*, and what was answered; the values of claims stand
nowhere. The log holds only the record's commitment, SHA-256("mydata-record-v1" || salt ||
SHA-256(record)): without the 32 octets of salt nobody can tell what was committed to, and when the
salt is destroyed nobody ever will. Purpose, legal basis, retention, notice and withdrawal stand in
the terms, which the record names by hash.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, Self, assert_never

from consent.errors import ConsentError, ConsentFailure
from consent.forms.entry import Author, EntryType
from consent.forms.fields import Fields, instant_text, malformed
from consent.forms.reason import Reason
from consent.forms.record_evidence import (
    Confirmed,
    Evidence,
    HolderKey,
    TermsBinding,
    evidence_form,
    read_evidence,
)
from consent.forms.terms import Party
from keys import base64url
from keys.canonical_json import canonical
from keys.json_value import JsonObject, JsonValue

__all__ = [
    "BEYOND_SCHEMA",
    "CONFIRMING_SCHEMA",
    "LEDGER_ENTITY",
    "RECORD_SCHEMA",
    "SALT_SIZE",
    "STATES_VERSION",
    "Asked",
    "Confirmed",
    "ConsentRecord",
    "EventState",
    "Evidence",
    "HolderKey",
    "TermsBinding",
]

RECORD_SCHEMA: Final = "https://mydata.example/formats/consent-record/2"
# What was confirmed with a presentation came later: only a record that has it is of this form.
CONFIRMING_SCHEMA: Final = "https://mydata.example/formats/consent-record/3"
# What was asked beyond a registration came after that, under the same rule.
BEYOND_SCHEMA: Final = "https://mydata.example/formats/consent-record/4"
# Which rule makes a state of the events (`consent.forms.states`); another rule is another name.
STATES_VERSION: Final = "mydata-states-1"
SALT_SIZE: Final = 32
# Who acted (27560 ``entity_id``) where neither of the pair did.
LEDGER_ENTITY: Final = "ledger"

_RECORD_CONTEXT = b"mydata-record-v1"
_UUID4 = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


class EventState(StrEnum):
    """What the event made of the consent (27560 ``event_state``); uses and duties are ours."""

    GIVEN = "consent_given"
    REFUSED = "consent_refused"
    WITHDRAWN = "consent_withdrawn"
    DELETION_REQUESTED = "deletion_requested"
    SHARED_ABOUT = "shared_about_another"
    USED = "consent_used"
    USED_LATE = "consent_used_late"
    ACKNOWLEDGED = "withdrawal_acknowledged"
    ERASED = "erasure_completed"
    RETAINED = "retained_by_law"
    OVER_ASKED = "over_asked"
    EXPIRED = "consent_expired"
    OVERDUE = "duty_overdue"
    LOOKED_UP = "looked_up"
    REUSED = "code_reused"


@dataclass(frozen=True, slots=True)
class Asked:
    """Claim paths (dotted text) and credential types: requested, chosen beyond need, disclosed.

    ``beyond_registration`` are those of the requested that the registration certificate in the
    request does not allow its party to ask for.
    """

    requested: tuple[str, ...]
    optional_chosen: tuple[str, ...] = ()
    disclosed: tuple[str, ...] = ()
    credential_types: tuple[str, ...] = ()
    beyond_registration: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ConsentRecord:
    """One event between a holder, known here only by the pair's label, and one relying party.

    ``record_id`` is a random UUID (version 4) as text, ``event_time`` UTC to the second,
    ``language`` the language of the screen (BCP 47), ``jurisdiction`` an ISO 3166 code.
    ``consent_id`` is the ``record_id`` of the consent it belongs to: its own for a consent, None
    where there is none (a refusal, over-asking, another maker's wallet). ``kept_until`` is the end
    of a lawful retention.
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
    consent_id: str | None = None
    reason: Reason | None = None
    kept_until: datetime | None = None

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
            evidence=read_evidence(fields.value("evidence")),
            language=fields.text("language"),
            jurisdiction=fields.text("jurisdiction"),
            consent_id=fields.text("consent_id") if fields.has("consent_id") else None,
            reason=fields.choice("reason", Reason) if fields.has("reason") else None,
            kept_until=fields.instant("kept_until") if fields.has("kept_until") else None,
        )
        record._check()
        # What follows from other members is still written for other readers, so it must agree.
        if record.as_dict() != value:
            raise ConsentError(ConsentFailure.MALFORMED, "the record contradicts itself")
        return record

    def as_dict(self) -> JsonObject:
        """Return the JSON form; every member is always present, ``null`` where it has nothing.

        Two are left out where they would be empty, ``transactions`` of the evidence and
        ``beyond_registration``: the form without them is older, and stays what it was.
        """
        return {
            "schema_version": self._schema(),
            "record_id": self.record_id,
            "consent_id": self.consent_id,
            "pii_principal_id": base64url.encode(self.label),
            "pii_controller": self.controller.as_dict(),
            "event_type": "explicitly_expressed" if self.by_holder else None,
            "event_state": self.event_state.value,
            "event_time": instant_text(self.event_time),
            "entity_id": self._entity_id(),
            "reason": self.reason.value if self.reason else None,
            "kept_until": instant_text(self.kept_until) if self.kept_until else None,
            "pii_information": _asked_dict(self.asked),
            "language": self.language,
            "jurisdiction": self.jurisdiction,
            "states_version": STATES_VERSION,
            "evidence": evidence_form(self.evidence),
        }

    @property
    def by_holder(self) -> bool:
        """Whether the holder acted; otherwise the relying party or the ledger did."""
        return self.entry_type.author is Author.HOLDER

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

    def _schema(self) -> str:
        if self.asked.beyond_registration:
            return BEYOND_SCHEMA
        return CONFIRMING_SCHEMA if self.evidence.transactions else RECORD_SCHEMA

    def _entity_id(self) -> str:
        match self.entry_type.author:
            case Author.HOLDER:
                return base64url.encode(self.label)
            case Author.PARTY:
                return self.controller.id
            case Author.LEDGER:
                return LEDGER_ENTITY
            case _:
                assert_never(self.entry_type.author)

    def _check(self) -> None:
        """Raise unless the members that depend on the event are there, and no others."""
        if not _UUID4.fullmatch(self.record_id):
            raise malformed("record_id must be a random UUID")
        if self.event_state is EventState.GIVEN and self.consent_id != self.record_id:
            raise malformed("a consent belongs to itself")
        is_retained = self.event_state is EventState.RETAINED
        if is_retained != (self.kept_until is not None):
            raise malformed("kept_until is there for what is retained by law, and only there")
        if is_retained and self.reason is None:
            raise malformed("what is retained by law names the law")
        self._check_beyond()

    def _check_beyond(self) -> None:
        """Raise unless what is said to be beyond a registration was asked, and that is named."""
        beyond = self.asked.beyond_registration
        if not beyond:
            return
        if not set(self.asked.requested).issuperset(beyond):
            raise malformed("what goes beyond a registration was requested")
        if not self.by_holder or self.evidence.registration_sha256 is None:
            raise malformed("a holder says what goes beyond which registration")


_MEMBERS = (
    "schema_version",
    "record_id",
    "consent_id",
    "pii_principal_id",
    "pii_controller",
    "event_type",
    "event_state",
    "event_time",
    "entity_id",
    "reason",
    "kept_until",
    "pii_information",
    "language",
    "jurisdiction",
    "states_version",
    "evidence",
)
_ENTRY_TYPES = {
    EventState.GIVEN: EntryType.CONSENT,
    EventState.REFUSED: EntryType.REFUSED,
    EventState.WITHDRAWN: EntryType.WITHDRAWN,
    EventState.DELETION_REQUESTED: EntryType.DELETION_REQUESTED,
    EventState.SHARED_ABOUT: EntryType.ABOUT,
    EventState.USED: EntryType.USED,
    EventState.USED_LATE: EntryType.USED_LATE,
    EventState.ACKNOWLEDGED: EntryType.ACKNOWLEDGED,
    EventState.ERASED: EntryType.ERASED,
    EventState.RETAINED: EntryType.RETAINED,
    EventState.OVER_ASKED: EntryType.OVER_ASKED,
    EventState.EXPIRED: EntryType.EXPIRED,
    EventState.OVERDUE: EntryType.OVERDUE,
    EventState.LOOKED_UP: EntryType.AUDITED,
    EventState.REUSED: EntryType.REUSED,
}
_ASKED = ("requested", "optional_chosen", "disclosed", "credential_types")


_BEYOND = "beyond_registration"


def _asked(value: JsonValue) -> Asked:
    later = (_BEYOND,) if isinstance(value, dict) and _BEYOND in value else ()
    fields = Fields("pii_information", value, (*_ASKED, *later))
    return Asked(*(fields.texts(name) for name in (*_ASKED, *later)))


def _asked_dict(asked: Asked) -> JsonObject:
    lists = (asked.requested, asked.optional_chosen, asked.disclosed, asked.credential_types)
    written: JsonObject = {name: list(texts) for name, texts in zip(_ASKED, lists, strict=True)}
    if asked.beyond_registration:
        written[_BEYOND] = list(asked.beyond_registration)
    return written
