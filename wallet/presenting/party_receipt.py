"""The asking party's own word on a sharing: believed only when it is about this very one.

{"countersignature": "<JWS>", "used": {…receipt of the party's entry…}}
"""

from dataclasses import dataclass
from datetime import datetime

from consent.errors import ConsentError
from consent.forms.countersignature import verify_countersignature
from consent.forms.receipt import Receipt, verify_receipt
from consent.forms.record import EventState
from consent.forms.submission import PairSecret
from consent.tlog.signed_note import VerifierKey
from keys import jws
from keys.errors import KeysError
from keys.strict_json import JsonObject, JsonValue
from keys.trust_list import TrustList
from keys.x509 import Role, parse_x5c, validate_chain
from wallet.presenting.requests import ValidRequest


class PartyReceiptError(Exception):
    """The party's receipt does not prove what it should; the sharing itself took place."""


@dataclass(frozen=True, slots=True)
class PartyReceipt:
    """What the party signed and recorded; only `check_party_receipt` makes one."""

    countersignature: str | None
    used: Receipt | None


@dataclass(frozen=True, slots=True)
class Shared:
    """What was sent, for comparing: the request, what the holder signed, the pair.

    ``consent`` is the holder's own receipt, None when nothing of it was handed over.
    """

    valid: ValidRequest
    kb_sha256: bytes
    pair: PairSecret
    consent: Receipt | None


def check_party_receipt(
    value: JsonValue, shared: Shared, *, trust: TrustList, log_key: VerifierKey, now: datetime
) -> PartyReceipt:
    """Return the party's receipt as proven, empty when it gave none (pure).

    Raises ``PartyReceiptError`` when it is about something else, or signed by somebody else.
    """
    if value is None:
        return PartyReceipt(None, None)
    if not isinstance(value, dict):
        raise PartyReceiptError
    token, used = value.get("countersignature"), value.get("used")
    try:
        return PartyReceipt(
            None if token is None else _countersignature(token, shared, trust, now),
            None if used is None else _used(used, shared, log_key),
        )
    except (KeysError, ConsentError):
        raise PartyReceiptError from None


def _countersignature(token: JsonValue, shared: Shared, trust: TrustList, now: datetime) -> str:
    if not isinstance(token, str):
        raise PartyReceiptError
    header: JsonObject = jws.parse(token).header
    signer = validate_chain(
        parse_x5c(header.get("x5c")),
        anchors=trust.anchors(Role.VERIFIER, now),
        role=Role.VERIFIER,
        now=now,
    )
    asked = shared.valid.verified.certificate
    if asked is None:
        raise PartyReceiptError
    # The certificate may have been renewed since; the registration may not be another.
    is_same = signer.leaf_sha256 == asked.leaf_sha256 or (
        signer.organization_id is not None and signer.organization_id == asked.organization_id
    )
    if not is_same:
        raise PartyReceiptError
    signed = verify_countersignature(
        token,
        key=signer.leaf_key,
        expected_request_sha256=shared.valid.sha256,
        expected_kb_sha256=shared.kb_sha256,
    )
    if (signed.body_sha256, signed.record_commitment) != _given(shared.consent):
        raise PartyReceiptError
    return token


def _given(consent: Receipt | None) -> tuple[bytes | None, bytes | None]:
    """Return what a countersignature must name: the very body the holder signed, and its entry."""
    if consent is None:
        return None, None
    return consent.body_sha256(), consent.record.commitment(consent.record_salt)


def _used(value: JsonValue, shared: Shared, log_key: VerifierKey) -> Receipt:
    receipt = Receipt.parse(value)
    record = verify_receipt(receipt, log_key=log_key).record
    is_of_this = (
        record.event_state is EventState.USED
        and record.controller.id == shared.valid.party.id
        and record.label == shared.pair.label
        and record.evidence.request_sha256 == shared.valid.sha256
        and record.consent_id == (shared.consent and shared.consent.record.consent_id)
    )
    if not is_of_this:
        raise PartyReceiptError
    return receipt
