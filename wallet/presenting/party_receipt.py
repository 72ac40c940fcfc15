"""The asking party's own word on a sharing: believed only when it is about this very one.

{"countersignature": "<JWS>", "used": {…receipt of the party's entry…}}
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import assert_never
from urllib.parse import urlsplit

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
from keys.verification_key import VerificationKey
from keys.x509 import Role, ValidatedChain, parse_x5c, validate_chain
from standards.openid4vp.known_by import (
    ByAddress,
    ByAttestation,
    ByCertificate,
    ByNobody,
    ByRegistration,
)
from wallet.presenting.requests import ValidRequest


class ReceiptProblem(StrEnum):
    """Why the party's receipt, or a part of it, was not kept, as the history says it.

    unproven: nothing this wallet knows the party by can be held against who signed.
    """

    INVALID = "party_receipt_invalid"
    UNPROVEN = "party_receipt_unproven"


class PartyReceiptError(Exception):
    """The party's receipt does not prove what it should; the sharing itself took place."""

    def __init__(self, problem: ReceiptProblem = ReceiptProblem.INVALID) -> None:
        super().__init__(problem.value)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class PartyReceipt:
    """What the party signed and recorded; only `party_receipt` makes one.

    ``problem`` says why a part of it is missing that was given.
    """

    countersignature: str | None = None
    used: Receipt | None = None
    problem: ReceiptProblem | None = None


@dataclass(frozen=True, slots=True)
class _Signer:
    """Who signed for the party: by which key, and under which registration id, where one is."""

    key: VerificationKey
    organization: str | None = None


@dataclass(frozen=True, slots=True)
class Shared:
    """What was sent, for comparing: the request, what the holder signed, the pair.

    ``consent`` is the holder's own receipt, None when nothing of it was handed over.
    """

    valid: ValidRequest
    kb_sha256: bytes
    pair: PairSecret
    consent: Receipt | None


def party_receipt(
    value: JsonValue, shared: Shared, *, trust: TrustList, log_key: VerifierKey, now: datetime
) -> PartyReceipt:
    """Return the party's receipt as far as it is proven, empty when it gave none (pure).

    What is about something else, or signed by somebody else, leaves nothing of it.
    """
    if value is None:
        return PartyReceipt()
    try:
        return _checked(value, shared, trust, log_key, now)
    except PartyReceiptError as error:
        return PartyReceipt(problem=error.problem)
    except (KeysError, ConsentError):
        return PartyReceipt(problem=ReceiptProblem.INVALID)


def _checked(
    value: JsonValue, shared: Shared, trust: TrustList, log_key: VerifierKey, now: datetime
) -> PartyReceipt:
    if not isinstance(value, dict):
        raise PartyReceiptError
    token, used = value.get("countersignature"), value.get("used")
    signer = None
    if token is not None:
        token, signer = _countersignature(token, shared, trust, now)
    if used is None:
        return PartyReceipt(token)
    try:
        return PartyReceipt(token, _used(used, shared, log_key, signer))
    except PartyReceiptError as error:
        if error.problem is ReceiptProblem.INVALID:
            raise
        # The ledger names who used it by a registration that this wallet has not seen.
        return PartyReceipt(token, problem=error.problem)


def _countersignature(
    token: JsonValue, shared: Shared, trust: TrustList, now: datetime
) -> tuple[str, _Signer]:
    if not isinstance(token, str):
        raise PartyReceiptError
    signer = _signer(jws.parse(token).header, shared.valid, trust, now)
    signed = verify_countersignature(
        token,
        key=signer.key,
        expected_request_sha256=shared.valid.sha256,
        expected_kb_sha256=shared.kb_sha256,
    )
    if (signed.body_sha256, signed.record_commitment) != _given(shared.consent):
        raise PartyReceiptError
    return token, signer


def _signer(header: JsonObject, valid: ValidRequest, trust: TrustList, now: datetime) -> _Signer:
    """Return who may sign for the party that asked, or raise.

    A certificate below a trusted root that names the same party; of a party known in another way
    the key that signed its request as well.
    """
    is_certified = isinstance(valid.known, ByCertificate)
    if "x5c" not in header and not is_certified:
        if valid.verified.key is None:
            raise PartyReceiptError(ReceiptProblem.UNPROVEN)
        return _Signer(valid.verified.key)
    try:
        chain = validate_chain(
            parse_x5c(header.get("x5c")),
            anchors=trust.anchors(Role.VERIFIER, now),
            role=Role.VERIFIER,
            now=now,
        )
    except KeysError:
        raise PartyReceiptError(_problem(valid)) from None
    if not _is_of(chain, valid):
        raise PartyReceiptError
    return _Signer(chain.leaf_key, chain.organization_id)


def _is_of(chain: ValidatedChain, valid: ValidRequest) -> bool:
    """Tell whether a certificate is of the party that asked, by what that is known by."""
    match valid.known:
        case ByCertificate(chain=asked):
            # It may have been renewed since; the registration may not be another.
            same = chain.organization_id is not None
            same = same and chain.organization_id == asked.organization_id
            return same or chain.leaf_sha256 == asked.leaf_sha256
        case ByRegistration(client=client):
            registered = client.organization_id
            return registered is not None and registered == chain.organization_id
        case ByAttestation():
            return False
        case ByAddress() | ByNobody():
            return urlsplit(valid.verified.answered_at).hostname in chain.dns_names
        case _:
            assert_never(valid.known)


def _problem(valid: ValidRequest) -> ReceiptProblem:
    """Return what it is called when a party's own proof is none to this wallet."""
    is_certified = isinstance(valid.known, ByCertificate)
    return ReceiptProblem.INVALID if is_certified else ReceiptProblem.UNPROVEN


def _given(consent: Receipt | None) -> tuple[bytes | None, bytes | None]:
    """Return what a countersignature must name: the very body the holder signed, and its entry."""
    if consent is None:
        return None, None
    return consent.body_sha256(), consent.record.commitment(consent.record_salt)


def _used(
    value: JsonValue, shared: Shared, log_key: VerifierKey, signer: _Signer | None
) -> Receipt:
    receipt = Receipt.parse(value)
    record = verify_receipt(receipt, log_key=log_key).record
    if shared.consent is None and record.label != shared.pair.label:
        # It was handed no label to file under, so what it filed cannot be found with ours.
        raise PartyReceiptError(ReceiptProblem.UNPROVEN)
    is_of_this = (
        record.event_state is EventState.USED
        and record.label == shared.pair.label
        and record.evidence.request_sha256 == shared.valid.sha256
        and record.consent_id == (shared.consent and shared.consent.record.consent_id)
    )
    if not is_of_this:
        raise PartyReceiptError
    named = {shared.valid.party.id, signer.organization if signer is not None else None}
    if record.controller.id not in named:
        raise PartyReceiptError(_problem(shared.valid))
    return receipt
