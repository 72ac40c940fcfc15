"""JSON schemas (2020-12) of what is posted to the ledger; an object has exactly its members.

The forms in `consent.forms` are what decides; a test holds each schema to its form.
"""

from typing import Final

from consent.forms.entry import Author, EntryType
from consent.forms.legal_basis import LegalBasis
from consent.forms.offer import SharingFlow
from consent.forms.reason import Reason
from consent.forms.record import (
    BEYOND_SCHEMA,
    CONFIRMING_SCHEMA,
    RECORD_SCHEMA,
    STATES_VERSION,
    EventState,
    HolderKey,
    TermsBinding,
)
from keys.json_value import JsonObject
from web.described import closed, one_of

_TEXT: Final[JsonObject] = {"type": "string", "minLength": 1, "maxLength": 2000}
_TEXTS: Final[JsonObject] = {"type": "array", "maxItems": 200, "items": _TEXT}
_INSTANT: Final[JsonObject] = {
    "type": "string",
    "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$",
    "description": "UTC, whole seconds",
}
_DURATION: Final[JsonObject] = {"type": "string", "description": "ISO 8601, such as P5Y"}
_UUID: Final[JsonObject] = {"type": "string", "format": "uuid"}
_SECONDS: Final[JsonObject] = {"type": "integer", "description": "seconds since 1970"}


def octets(description: str) -> JsonObject:
    """Return the schema of 32 octets as base64url."""
    return {"type": "string", "pattern": "^[A-Za-z0-9_-]{43}$", "description": description}


def or_null(schema: JsonObject) -> JsonObject:
    """Return a schema that ``null`` fits as well."""
    return {"anyOf": [schema, {"type": "null"}]}


_LOCAL: Final = closed(ko=_TEXT, en=_TEXT, ja=_TEXT)

TERMS: Final = closed(
    "The terms: the seven items of a transmission request, and what 27560 asks beside",
    purpose=closed(code=_TEXT, text=_LOCAL),
    sender=_TEXT,
    receiver=closed(id=_TEXT, name=_TEXT, address=_TEXT, contact=_TEXT),
    information=_TEXTS,
    optional=_TEXTS,
    periodic=or_null(closed(cycle=_DURATION)),
    uses=or_null({"type": "integer", "minimum": 0}),
    until=or_null(_INSTANT),
    retention=closed(period=_DURATION, text=_LOCAL),
    # Terms that were refused may name any; what is agreed to names one of these.
    legal_basis={**_TEXT, "examples": [each.value for each in LegalBasis]},
    jurisdiction=_TEXT,
    notice=closed(
        uri=_TEXT,
        version=_TEXT,
        sha256=closed(ko=octets("its hash"), en=octets("its hash"), ja=octets("its hash")),
    ),
    withdrawal=closed(method=_LOCAL, uri=_TEXT),
)

_HASH: Final = or_null(octets("a hash"))
_HASHES: Final[JsonObject] = {
    "request_sha256": _HASH,
    "terms_sha256": _HASH,
    "disclosure_commitment": _HASH,
    "random": _HASH,
    "notice_sha256": _HASH,
    "registration_sha256": _HASH,
    "kb_sha256": _HASH,
    "pair_key": _HASH,
    "terms_binding": or_null(one_of(*TermsBinding)),
    "key": or_null(one_of(*HolderKey)),
    "flow": or_null(one_of(*SharingFlow)),
}
# Only where a transaction was confirmed; without one the member is left out.
_CONFIRMED: Final[JsonObject] = {
    "type": "array",
    "minItems": 1,
    "maxItems": 200,
    "items": closed(type=_TEXT, commitment=octets("of the transaction's text, salted")),
}
_EVIDENCE: Final[JsonObject] = {
    **closed("Hashes of what was signed outside the ledger", **_HASHES, transactions=_CONFIRMED),
    "required": [*_HASHES],
}

_ASKED: Final[JsonObject] = {
    "requested": _TEXTS,
    "optional_chosen": _TEXTS,
    "disclosed": _TEXTS,
    "credential_types": _TEXTS,
}

RECORD: Final = closed(
    "One event of consent, with the field names of ISO/IEC TS 27560; no value of a claim is in it",
    schema_version=one_of(RECORD_SCHEMA, CONFIRMING_SCHEMA, BEYOND_SCHEMA),
    record_id=_UUID,
    consent_id=or_null(_UUID),
    pii_principal_id=octets("the label"),
    pii_controller=closed(id=_TEXT, name=_TEXT),
    event_type=or_null({"const": "explicitly_expressed"}),
    event_state=one_of(*EventState),
    event_time=_INSTANT,
    entity_id=_TEXT,
    reason=or_null(one_of(*Reason)),
    kept_until=or_null(_INSTANT),
    pii_information={
        **closed("Claims by path", **_ASKED, beyond_registration=_TEXTS),
        "required": [*_ASKED],
    },
    language=_TEXT,
    jurisdiction=_TEXT,
    states_version={"const": STATES_VERSION},
    evidence=_EVIDENCE,
)

SUBMISSION: Final = closed(
    "The payload of a submission, docs/ledger.md",
    aud={**_TEXT, "description": "the log's origin, the name in its vkey"},
    type=one_of(*(each for each in EntryType if each.author is not Author.LEDGER)),
    label=octets("of the pair, or of the party itself for over_asked"),
    commitment=octets("SHA-256 of context, salt and the record's hash"),
    key={
        "type": "string",
        "pattern": "^[A-Za-z0-9_-]{8,64}$",
        "description": "idempotency key, one per intended entry, sent again with every retry",
    },
    mac=or_null(octets("HMAC-SHA256 under the pair's secret; null for over_asked")),
    mac_key=or_null(octets("the pair's secret, which opens a label")),
    deposit=closed(
        "What opens the commitment; kept sealed under a key of its own",
        record=RECORD,
        salt=octets("32 fresh random octets"),
        terms=or_null(TERMS),
        holder_key=or_null(octets("RFC 7638 thumbprint of a foreign wallet's key")),
    ),
)

READING: Final = closed(
    "The payload of a reading",
    aud=_TEXT,
    label=octets("the label, as in the address"),
    iat=_SECONDS,
    mac=octets("HMAC-SHA256 under the pair's secret"),
    first={"type": "integer", "minimum": 0, "description": "the label's number to begin with"},
)

ERASURE: Final = closed(
    "The payload of a wish to erase",
    aud=_TEXT,
    label=octets("the label, as in the address"),
    consent_id=_UUID,
    iat=_SECONDS,
    mac=octets("HMAC-SHA256 under the pair's secret"),
)

ENTRY_PROOF: Final = closed(
    "The entry and its proof",
    leaf={"type": "string", "description": "the entry's octets, base64url"},
    proof={"type": "string", "description": "c2sp.org/tlog-proof"},
)
