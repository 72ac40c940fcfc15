"""What issuer, wallet and relying party each saw of one sharing, as they wrote it down.

A wallet and a relying party keep receipts (or have their records opened for a case); an issuer
has its issue book, and by design knows nothing of where a certificate was shown: what it can say
is that it issued it, when, until when, and whether it held.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from consent.forms.fields import instant_text, malformed
from consent.forms.reading import ReadRecord
from consent.forms.receipt import Receipt
from consent.forms.record import ConsentRecord, EventState
from keys import base64url
from keys.json_value import JsonObject

_SHARING: Final = frozenset({EventState.GIVEN, EventState.USED, EventState.USED_LATE})


class Source(StrEnum):
    """Who saw it."""

    ISSUER = "issuer"
    WALLET = "wallet"
    PARTY = "relying party"


class Fact(StrEnum):
    """What can be said of one sharing."""

    LABEL = "label"
    CONSENT_ID = "consent_id"
    PARTY = "party"
    REQUEST = "request_sha256"
    TERMS = "terms_sha256"
    REGISTRATION = "registration_sha256"
    KEY_BINDING = "kb_sha256"
    DISCLOSURE = "disclosure_commitment"
    FLOW = "flow"
    REQUESTED = "requested"
    DISCLOSED = "disclosed"
    KINDS = "kinds"
    ISSUED_AT = "issued_at"
    CONSENTED_AT = "consented_at"
    USED_AT = "used_at"
    EXPIRES_AT = "expires_at"
    STATUS = "status"


@dataclass(frozen=True, slots=True)
class View:
    """What one of them said: at most one value a fact; lists are sorted and joined by commas."""

    source: Source
    said: tuple[tuple[Fact, str], ...]

    def value(self, fact: Fact) -> str | None:
        """Return what it says of a fact, None when it says nothing."""
        return next((text for name, text in self.said if name is fact), None)


def parse_view(value: JsonObject) -> View:
    """Read a receipt, an opened record or an entry of an issue book, or raise `ConsentError`."""
    if "record_salt" in value:
        return view_of_record(Receipt.parse(value).record)
    if "unopenable" in value:
        record = ReadRecord.parse(value).record
        if record is None:
            raise malformed("the record cannot be opened any more, so it says nothing")
        return view_of_record(record)
    return _of_issue(value)


def view_of_record(record: ConsentRecord) -> View:
    """Return what a record of a sharing says; its author is whose view it is.

    Raises `ConsentError` (malformed) for a record of anything else.
    """
    if record.event_state not in _SHARING:
        raise malformed("a record of a consent or of a use was expected")
    source = Source.WALLET if record.by_holder else Source.PARTY
    at = Fact.CONSENTED_AT if record.by_holder else Fact.USED_AT
    evidence = record.evidence
    said: dict[Fact, str | None] = {
        Fact.LABEL: base64url.encode(record.label),
        Fact.CONSENT_ID: record.consent_id,
        Fact.PARTY: record.controller.id,
        Fact.REQUEST: _octets(evidence.request_sha256),
        Fact.TERMS: _octets(evidence.terms_sha256),
        Fact.REGISTRATION: _octets(evidence.registration_sha256),
        Fact.KEY_BINDING: _octets(evidence.kb_sha256),
        Fact.DISCLOSURE: _octets(evidence.disclosure_commitment),
        Fact.FLOW: None if evidence.flow is None else evidence.flow.value,
        Fact.REQUESTED: ",".join(sorted(record.asked.requested)),
        Fact.DISCLOSED: ",".join(sorted(record.asked.disclosed)),
        Fact.KINDS: ",".join(sorted(map(_kind, record.asked.credential_types))),
        at: instant_text(record.event_time),
    }
    return View(source, tuple((fact, text) for fact, text in said.items() if text is not None))


def _of_issue(value: JsonObject) -> View:
    """Read what ``mydata issuers show ID --json`` prints; its status is the one of today."""
    said: dict[Fact, str] = {
        Fact.KINDS: _text(value, "kind"),
        Fact.ISSUED_AT: _instant(value, "issued_at"),
        Fact.EXPIRES_AT: _instant(value, "expires_at"),
        Fact.STATUS: _status(value),
    }
    return View(Source.ISSUER, tuple(said.items()))


def _status(value: JsonObject) -> str:
    """Return ``valid``, or ``<action> <time>`` of the change after which it held no more.

    Reinstating takes a suspension back; what was revoked or outdated stays so.
    """
    history = value.get("history", [])
    held = "valid"
    for event in history if isinstance(history, list) else ():
        if not isinstance(event, dict):
            raise malformed("issue: history is a list of changes")
        action = _text(event, "action")
        if action == "reinstate":
            held = "valid"
        elif held == "valid":
            held = f"{action} {_instant(event, 'at')}"
    return held


def _text(value: JsonObject, name: str) -> str:
    text = value.get(name)
    if not isinstance(text, str):
        raise malformed(f"a receipt, an opened record or an issue with its {name} was expected")
    return text


def _instant(value: JsonObject, name: str) -> str:
    try:
        instant = datetime.fromisoformat(_text(value, name))
    except ValueError:
        raise malformed(f"issue: {name} is a time") from None
    return instant_text(instant if instant.tzinfo else instant.replace(tzinfo=UTC))


def _kind(vct: str) -> str:
    """Return the kind in ``<issuer>/types/<kind>/1``, or the whole type of another issuer."""
    parts = vct.split("/")
    return parts[-2] if parts[-3:-2] == ["types"] else vct


def _octets(octets: bytes | None) -> str | None:
    return None if octets is None else base64url.encode(octets)
