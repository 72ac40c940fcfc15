"""The append protocol as OpenAPI says it: what is signed, by whom, and every refusal."""

from collections import defaultdict
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any, Final

from consent.endpoints.examples import example_payload, refused_examples
from consent.endpoints.refusals import answer_of
from consent.endpoints.schemas import ENTRY_PROOF, ERASURE, READING, SUBMISSION
from consent.errors import ConsentFailure
from consent.forms.erasure import ERASURE_TYP
from consent.forms.reading import READING_TYP
from consent.forms.submission import SUBMISSION_TYP
from keys.json_value import JsonObject, JsonValue
from keys.strict_json import dumps
from web.described import closed, problem

# What a token that is no submission, or not from whom it must be, is refused with.
_OF_TOKENS: Final = (
    ConsentFailure.MALFORMED,
    ConsentFailure.SUBMISSION_INVALID,
    ConsentFailure.WRONG_AUDIENCE,
    ConsentFailure.NOT_REGISTERED,
    ConsentFailure.LEDGER_STOPPED,
    ConsentFailure.STORE_DAMAGED,
)
REFUSALS_OF_ENTRIES: Final = (
    *_OF_TOKENS,
    ConsentFailure.DEPOSIT_MISSING,
    ConsentFailure.RECORD_MISMATCH,
    ConsentFailure.TERMS_MISMATCH,
    ConsentFailure.TERMS_INCOMPLETE,
    ConsentFailure.TYPE_NOT_ALLOWED,
    ConsentFailure.MAC_INVALID,
    ConsentFailure.KEY_NOT_OF_LABEL,
    ConsentFailure.LABEL_UNKNOWN,
    ConsentFailure.IDEMPOTENCY_CONFLICT,
    ConsentFailure.CONSENT_UNKNOWN,
    ConsentFailure.CONSENT_WITHDRAWN,
    ConsentFailure.CONSENT_EXPIRED,
    ConsentFailure.CONSENT_USED_UP,
    ConsentFailure.USE_TOO_EARLY,
    ConsentFailure.BEYOND_CONSENT,
    ConsentFailure.RECORD_UNOPENABLE,
    ConsentFailure.CODE_USED,
    ConsentFailure.QUOTA_EXCEEDED,
    ConsentFailure.LEDGER_BUSY,
)
REFUSALS_OF_READINGS: Final = (*_OF_TOKENS, ConsentFailure.NOT_FOUND)
REFUSALS_OF_ERASURES: Final = (*REFUSALS_OF_READINGS, ConsentFailure.RETAINED_BY_LAW)

_RECORDS: Final = closed(
    "The label's records, in the order of the log",
    records={"type": "array", "items": {"type": "object"}},
    next={"type": ["integer", "null"], "description": "the first to ask with for the rest"},
)
_SHREDDED: Final = closed(shredded={"type": "array", "items": ENTRY_PROOF})


def entries_operation() -> dict[str, Any]:
    """Return what the address to write to adds to its own description."""
    # As text: whoever draws the description drops members that are null, and here they count.
    payload: JsonObject = {**SUBMISSION, "x-example": dumps(example_payload()).decode()}
    operation = _operation(SUBMISSION_TYP, payload, ENTRY_PROOF, REFUSALS_OF_ENTRIES)
    operation["openapi_extra"]["x-refused"] = refused_examples()
    return operation


def reading_operation() -> dict[str, Any]:
    """Return what the address to read from adds to its own description."""
    return _operation(READING_TYP, READING, _RECORDS, REFUSALS_OF_READINGS)


def reused_operation() -> dict[str, Any]:
    """Return what the address that tells of codes used elsewhere adds to its own description."""
    return _operation(READING_TYP, READING, _RECORDS, REFUSALS_OF_READINGS)


def erasure_operation() -> dict[str, Any]:
    """Return what the address to erase at adds to its own description."""
    return _operation(ERASURE_TYP, ERASURE, _SHREDDED, REFUSALS_OF_ERASURES)


def _operation(
    typ: str, payload: JsonObject, answer: JsonObject, refusals: Iterable[ConsentFailure]
) -> dict[str, Any]:
    body: JsonObject = {
        "required": True,
        "content": {"application/jwt": {"schema": _signed(typ, payload)}},
    }
    done = {"description": "Done", "content": {"application/json": {"schema": answer}}}
    return {
        "openapi_extra": {"requestBody": body},
        "responses": {HTTPStatus.OK.value: done, **_responses(refusals)},
    }


def _signed(typ: str, payload: JsonObject) -> JsonObject:
    """Return the schema of a compact JWS: JSON Schema says header and payload as two items."""
    header: JsonObject = {
        "type": "object",
        "description": "jwk: the holder's key for the pair; x5c: a registered party; one of them",
        "properties": {
            "typ": {"const": typ},
            "alg": {"type": "string"},
            "jwk": {"type": "object"},
            "x5c": {"type": "array", "items": {"type": "string"}},
        },
        "required": ["typ", "alg"],
        "oneOf": [{"required": ["jwk"]}, {"required": ["x5c"]}],
    }
    items: list[JsonValue] = [header, payload]
    return {
        "type": "string",
        "contentMediaType": "application/jwt",
        "contentSchema": {"type": "array", "prefixItems": items},
    }


def _responses(refusals: Iterable[ConsentFailure]) -> dict[int, dict[str, Any]]:
    by_status: defaultdict[int, list[str]] = defaultdict(list)
    for failure in refusals:
        status, _ = answer_of(failure)
        by_status[status.value].append(failure.value)
    return {
        status: {
            "description": ", ".join(codes),
            "content": {"application/json": {"schema": problem(codes)}},
        }
        for status, codes in sorted(by_status.items())
    }
