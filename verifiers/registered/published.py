"""What is published of a purpose, all of it in one form, and the hash that requests carry."""

import hashlib
from typing import Final

from keys import canonical_json
from keys.json_value import JsonObject
from verifiers.registered.registration import (
    AllowedClaims,
    KeptByLaw,
    RegisteredPurpose,
    RelyingParty,
    Standing,
)

REGISTRATION_FORMAT: Final = "https://mydata.example/formats/registration/1"


def registration_form(party: RelyingParty, purpose: RegisteredPurpose) -> JsonObject:
    """Return what is published of one purpose of one party: all of it, in one form."""
    return {
        "format": REGISTRATION_FORMAT,
        "party": {
            "id": party.id,
            "name": party.names.as_dict(),
            "address": party.address,
            "contact": party.contact,
            "origins": [*party.origins],
        },
        "purpose": {"code": purpose.code, "text": purpose.text.as_dict()},
        "claims": [_claims_form(entry) for entry in purpose.allowed],
        "optional": [path.dotted() for path in purpose.optional],
        "legal_basis": purpose.legal_basis,
        "statute": purpose.statute,
        "retention": {
            "period": purpose.retention.period,
            "text": purpose.retention.text.as_dict(),
        },
        "kept_by_law": _kept_form(purpose.kept_by_law),
        "standing": _standing_form(purpose.standing),
        "flows": [*sorted(flow.value for flow in purpose.flows)],
        "response_modes": [*sorted(mode.value for mode in purpose.modes)],
        "cross_device_reason": purpose.cross_device_reason,
        "offline_ok": purpose.offline_ok,
        "policy": purpose.policy.as_dict(),
        "transaction_types": [*purpose.transaction_types],
        "ended": purpose.is_ended,
    }


def registration_octets(party: RelyingParty, purpose: RegisteredPurpose) -> bytes:
    """Return the registration as it is published: canonical JSON (RFC 8785), one spelling."""
    return canonical_json.canonical(registration_form(party, purpose))


def registration_sha256(party: RelyingParty, purpose: RegisteredPurpose) -> bytes:
    """Return the hash of what was registered when a request was made, 32 octets."""
    return hashlib.sha256(registration_octets(party, purpose)).digest()


def _claims_form(entry: AllowedClaims) -> JsonObject:
    paths = None if entry.paths is None else [path.dotted() for path in entry.paths]
    return {"vct": entry.vct, "paths": None if paths is None else [*paths]}


def _kept_form(kept: KeptByLaw | None) -> JsonObject | None:
    if kept is None:
        return None
    return {
        "reason": kept.reason.value,
        "period": kept.period,
        "is_conditional": kept.is_conditional,
        "original": kept.original,
    }


def _standing_form(standing: Standing | None) -> JsonObject | None:
    if standing is None:
        return None
    return {"cycle": standing.cycle, "uses": standing.uses, "lasts": standing.lasts}
