"""Everything a receipt proves, offline, one named check a line; years later as on the day.

`consent.forms.receipt.verify_receipt` is the quick check of the log's part alone. This one goes
through all that both sides signed, against the trust list and the status lists of that day, which
the receipt carries (`consent.forms.offline`). Nothing is fetched, no clock is read, and a check
that cannot be made says so instead of passing.
"""

from collections.abc import Callable
from typing import Final

from consent.errors import ConsentError, ConsentFailure
from consent.forms.checks import Check, CheckName, NotShownError, Outcome, checked
from consent.forms.countersignature import COUNTERSIGNED, verify_countersignature
from consent.forms.day import Day
from consent.forms.fields import Fields
from consent.forms.offline_check import ShownOn
from consent.forms.receipt import Receipt, verify_receipt
from consent.forms.terms import UNVERIFIED, Party
from consent.tlog.signed_note import VerifierKey
from keys import jws
from keys.role import Role
from keys.strict_json import JsonObject, loads_object
from keys.verification_key import VerificationKey
from keys.x5c import parse_x5c


def check_receipt(
    receipt: Receipt, *, log_key: VerifierKey, trust_key: VerificationKey | None = None
) -> tuple[Check, ...]:
    """Return every check with its outcome, in the order of `CheckName`.

    ``trust_key`` is the key of the trust list's keeper, from elsewhere than the receipt; without
    it no certificate chain is believed, and what rests on one is not shown.
    """
    day = Day(receipt, trust_key)
    shown = ShownOn(day)
    steps: dict[CheckName, Callable[[], None]] = {
        CheckName.LOG_PROOF: lambda: _log_proof(receipt, log_key),
        CheckName.COMMITMENT: lambda: _commitment(receipt, log_key),
        CheckName.TERMS: lambda: _terms(receipt),
        CheckName.NOTICE: lambda: _notice(receipt),
        CheckName.HOLDER_SIGNATURE: lambda: _holder_signature(receipt),
        CheckName.TRUST_LIST: day.check_trust_list,
        CheckName.REQUEST: day.check_request,
        CheckName.NONCE: shown.check_nonce,
        CheckName.COUNTERSIGNATURE: lambda: _countersignature(receipt, day),
        CheckName.KEY_BINDING_HASH: shown.check_key_binding_hash,
        CheckName.ISSUER: shown.check_issuers,
        CheckName.KEY_BINDING: shown.check_key_bindings,
        CheckName.DISCLOSURE: shown.check_disclosure,
        CheckName.DIGESTS: shown.check_digests,
        CheckName.STATUS: shown.check_status,
    }
    return tuple(checked(name, steps[name]) for name in CheckName)


def holds(checks: tuple[Check, ...]) -> bool:
    """Tell whether nothing failed and the log's part is proved; not shown is no failure."""
    outcomes = {check.name: check.outcome for check in checks}
    return Outcome.FAILED not in outcomes.values() and all(
        outcomes[name] is Outcome.PROVED for name in _NEEDED
    )


_NEEDED: Final = (CheckName.LOG_PROOF, CheckName.COMMITMENT)


def _log_proof(receipt: Receipt, log_key: VerifierKey) -> None:
    receipt.log.verify(log_key=log_key)


def _commitment(receipt: Receipt, log_key: VerifierKey) -> None:
    """Check that the entry is about this very record, and the record about these terms."""
    verify_receipt(receipt, log_key=log_key)


def _terms(receipt: Receipt) -> None:
    if receipt.terms is None:
        raise NotShownError("the party showed no terms of ours")
    receipt.terms.check_complete()


def _notice(receipt: Receipt) -> None:
    """Check that the notice the record hashes is one of those that the terms hash."""
    hashed, terms = receipt.record.evidence.notice_sha256, receipt.terms
    if hashed is None or terms is None:
        raise NotShownError("the record names no notice")
    hashes = terms.notice.sha256
    if hashed not in (hashes.ko, hashes.en, hashes.ja):
        raise ConsentError(ConsentFailure.RECORD_MISMATCH, "the terms hash another notice")


def _holder_signature(receipt: Receipt) -> None:
    if receipt.holder_signature is None:
        raise NotShownError("the holder's own wallet did not sign this event")
    receipt.check_holder_signature()


def _countersignature(receipt: Receipt, day: Day) -> None:
    """Check that the record's party countersigned this body, request and presentation."""
    token, evidence = receipt.countersignature, receipt.record.evidence
    if token is None or evidence.request_sha256 is None or evidence.kb_sha256 is None:
        raise NotShownError("the relying party has not countersigned")
    unverified = jws.parse(token)
    said = Fields("countersignature", loads_object(unverified.payload), COUNTERSIGNED)
    signed = verify_countersignature(
        token,
        key=_signer(unverified.header, receipt.record.controller, day),
        expected_request_sha256=evidence.request_sha256,
        expected_kb_sha256=said.octets("kb_sha256"),
    )
    # The record names the key binding salted: only who has the salt can hold it against this.
    if day.kb_commitment(signed.kb_sha256) != evidence.kb_sha256:
        raise _invalid("it is about another presentation")
    body = (receipt.body_sha256(), receipt.record.commitment(receipt.record_salt))
    # A party that shows no terms is handed no consent: it signs for what was asked and shown.
    named = {body, (None, None)} if receipt.terms is None else {body}
    # On the receipt of its own use the party has countersigned the consent, which is another body.
    if receipt.record.by_holder and (signed.body_sha256, signed.record_commitment) not in named:
        raise _invalid("it is about another body")


def _signer(header: JsonObject, party: Party, day: Day) -> VerificationKey:
    """Return the key of the record's party: a certificate's, or that of the request."""
    if "x5c" not in header:
        key = day.request.key
        assert key is not None  # noqa: S101  # narrows: what the day can prove was signed
        return key
    chain = day.chain(parse_x5c(header["x5c"]), Role.VERIFIER)
    host = party.id.removeprefix(UNVERIFIED).partition(":")[0]
    is_host = party.id.startswith(UNVERIFIED) and host in chain.dns_names
    if chain.organization_id not in (None, party.id) and not is_host:
        raise _invalid("another party signed it than the record names")
    return chain.leaf_key


def _invalid(detail: str) -> ConsentError:
    return ConsentError(ConsentFailure.COUNTERSIGNATURE_INVALID, detail)
