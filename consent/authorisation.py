"""Who may append what: the rules between a submission's arrival and its place in the queue.

1. the token is well formed and meant for this log; 2. its key is a relying party's registered one
(``x5c``) or a holder's pair key (``jwk``), and has signed it; 3. the role may write this type;
4. the label's keys allow it: the MAC shows the pair's secret, and only the key that opened the
label writes as its holder, so the relying party, who has the secret too, cannot.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from consent.errors import ConsentError, ConsentFailure
from consent.forms.entry import Author, EntryType, log_label, party_label
from consent.forms.submission import SUBMISSION_TYP, Submission, request_id
from consent.sequencing import AuthorisedEntry, LabelKeys
from consent.submitters import Submitter, Trust, verify_signed
from keys.errors import KeysError
from keys.sealing import DataKey

# A record and its terms in three languages are ten kilobytes, a certificate chain three.
SUBMISSION_LIMIT: Final = 64 * 1024

_SEAL_CONTEXT = b"mydata-label-keys-v1"


@dataclass(frozen=True, slots=True)
class SignedSubmission:
    """A submission by a known signer; only `verify_submission` makes one."""

    submission: Submission
    submitter: Submitter

    @property
    def request(self) -> bytes:
        """What makes a retry the same request."""
        return request_id(str(self.submitter), self.submission.entry.key)

    @property
    def of_party(self) -> bool:
        """Whether it is about the party alone, under the party's own label and no pair's."""
        return self.submission.entry.type is EntryType.OVER_ASKED


def verify_submission(
    token: str, *, expected_audience: str, trust: Trust, now: datetime
) -> SignedSubmission:
    """Return what was signed and by whom (rules 1 to 3), or raise `ConsentError`.

    submission_invalid, malformed, not_registered, wrong_audience or type_not_allowed.
    """
    signed = verify_signed(
        token, expected_typ=SUBMISSION_TYP, limit=SUBMISSION_LIMIT, trust=trust, now=now
    )
    submission = Submission.parse(signed.claims)
    if submission.audience != expected_audience:
        raise ConsentError(
            ConsentFailure.WRONG_AUDIENCE, f"this log is {expected_audience}; sign for it"
        )
    if submission.entry.type.author is not signed.submitter.role:
        raise ConsentError(
            ConsentFailure.TYPE_NOT_ALLOWED,
            f"a {signed.submitter.role.value} may not write {submission.entry.type.value} entries",
        )
    return SignedSubmission(submission, signed.submitter)


def authorise(
    signed: SignedSubmission, keys: LabelKeys | None, *, origin: str, data_key: DataKey
) -> AuthorisedEntry:
    """Return the entry ready to be written (rule 4), or raise `ConsentError`.

    ``keys`` are the label's, None when nobody has opened it. label_unknown: the first entry under
    a label carries its ``mac_key``; mac_invalid; key_not_of_label; store_damaged.
    """
    submission = signed.submission
    entry = submission.entry
    if signed.of_party:
        if entry.label != party_label(signed.submitter.id, origin):
            raise _not_yours("this is not the label of the party that signs")
        return AuthorisedEntry(entry, signed.request, None)
    if entry.label == log_label(origin):
        raise _not_yours("under its own label the log alone writes")
    if keys is None:
        return AuthorisedEntry(entry, signed.request, _opening(signed, data_key))
    mac_key = open_mac_key(keys, entry.label, data_key)
    if submission.mac_key is not None and not hmac.compare_digest(submission.mac_key, mac_key):
        raise ConsentError(ConsentFailure.MAC_INVALID, "the label was opened with another secret")
    submission.check_mac(mac_key)
    if signed.submitter.role is Author.HOLDER and signed.submitter.id != keys.holder:
        raise _not_yours("this label has another holder key")
    return AuthorisedEntry(entry, signed.request, None)


def open_mac_key(keys: LabelKeys, label: bytes, data_key: DataKey) -> bytes:
    """Return the secret that the label was opened with, or raise `ConsentError`.

    store_damaged; key_not_of_label under a label of the log or of a party, which has none.
    """
    if keys.mac_key is None:
        raise _not_yours("this label belongs to no pair")
    try:
        return data_key.open(keys.mac_key, context=_seal_context(label, keys.holder))
    except KeysError:
        raise ConsentError(
            ConsentFailure.STORE_DAMAGED, "the label's keys are not those it was opened with"
        ) from None


def _opening(signed: SignedSubmission, data_key: DataKey) -> LabelKeys:
    mac_key = signed.submission.mac_key
    if mac_key is None:
        raise ConsentError(
            ConsentFailure.LABEL_UNKNOWN, "nobody has used this label; send its mac_key along"
        )
    signed.submission.check_mac(mac_key)
    by_holder = signed.submitter.role is Author.HOLDER
    holder = signed.submitter.id if by_holder else None
    context = _seal_context(signed.submission.entry.label, holder)
    return LabelKeys(data_key.seal(mac_key, context=context), holder)


def _seal_context(label: bytes, holder: str | None) -> bytes:
    """Bind the holder's key as well: who can write to the database cannot put another there."""
    return _SEAL_CONTEXT + label + (holder or "").encode()


def _not_yours(detail: str) -> ConsentError:
    return ConsentError(ConsentFailure.KEY_NOT_OF_LABEL, detail)
