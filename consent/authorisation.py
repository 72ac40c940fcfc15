"""Who may append what: the rules between a submission's arrival and its place in the queue.

1. the token is well formed and meant for this log; 2. its key is a relying party's registered one
(``x5c``) or a holder's pair key (``jwk``), and has signed it; 3. the role may write this type;
4. the label's keys allow it: the MAC shows the pair's secret, and only the key that opened the
label writes as its holder, so the relying party, who has the secret too, cannot.
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from consent.errors import ConsentError, ConsentFailure
from consent.forms.entry import Author
from consent.forms.submission import SUBMISSION_TYP, Submission, request_id
from consent.sequencing import AuthorisedEntry, LabelKeys
from keys import jws
from keys.errors import KeysError
from keys.jwk import PublicJwk
from keys.role import Role
from keys.sealing import DataKey
from keys.trust_list import TrustList
from keys.verification_key import VerificationKey
from keys.x5c import parse_x5c
from keys.x509 import validate_chain

Trust = Callable[[], TrustList]

# A record and its terms in three languages are ten kilobytes, a certificate chain three.
SUBMISSION_LIMIT = 64 * 1024

_SEAL_CONTEXT = b"mydata-label-keys-v1"


@dataclass(frozen=True, slots=True)
class Submitter:
    """Who signed, a holder or a party: ``id`` is the key's thumbprint or the registration id."""

    role: Author
    id: str

    def __str__(self) -> str:
        return f"{self.role.value}:{self.id}"


@dataclass(frozen=True, slots=True)
class SignedSubmission:
    """A submission by a known signer; only `verify_submission` makes one."""

    submission: Submission
    submitter: Submitter

    @property
    def request(self) -> bytes:
        """What makes a retry the same request."""
        return request_id(str(self.submitter), self.submission.entry.key)


def verify_submission(
    token: str, *, expected_audience: str, trust: Trust, now: datetime
) -> SignedSubmission:
    """Return what was signed and by whom (rules 1 to 3), or raise `ConsentError`.

    submission_invalid, malformed, not_registered, wrong_audience or type_not_allowed.
    """
    try:
        unverified = jws.parse(token, limit=SUBMISSION_LIMIT)
        submitter, key = _signer(unverified, trust, now)
        claims = jws.verify(unverified, key, expected_typ=SUBMISSION_TYP).claims()
    except KeysError as error:
        raise ConsentError(ConsentFailure.SUBMISSION_INVALID, error.detail) from None
    submission = Submission.parse(claims)
    if submission.audience != expected_audience:
        raise ConsentError(
            ConsentFailure.WRONG_AUDIENCE, f"this log is {expected_audience}; sign for it"
        )
    if submission.entry.type.author is not submitter.role:
        raise ConsentError(
            ConsentFailure.TYPE_NOT_ALLOWED,
            f"a {submitter.role.value} may not write {submission.entry.type.value} entries",
        )
    return SignedSubmission(submission, submitter)


def authorise(
    signed: SignedSubmission, keys: LabelKeys | None, *, data_key: DataKey
) -> AuthorisedEntry:
    """Return the entry ready to be written (rule 4), or raise `ConsentError`.

    ``keys`` are the label's, None when nobody has opened it. label_unknown: the first entry under
    a label carries its ``mac_key``; mac_invalid; key_not_of_label; store_damaged.
    """
    submission = signed.submission
    if keys is None:
        return AuthorisedEntry(submission.entry, signed.request, _opening(signed, data_key))
    mac_key = _mac_key(keys, submission.entry.label, data_key)
    if submission.mac_key is not None and not hmac.compare_digest(submission.mac_key, mac_key):
        raise ConsentError(ConsentFailure.MAC_INVALID, "the label was opened with another secret")
    submission.check_mac(mac_key)
    if signed.submitter.role is Author.HOLDER and signed.submitter.id != keys.holder:
        raise ConsentError(ConsentFailure.KEY_NOT_OF_LABEL, "this label has another holder key")
    return AuthorisedEntry(submission.entry, signed.request, None)


def _signer(
    unverified: jws.UnverifiedJws, trust: Trust, now: datetime
) -> tuple[Submitter, VerificationKey]:
    match unverified.header:
        case {"x5c": x5c, **rest} if "jwk" not in rest:
            anchors = trust().anchors(Role.VERIFIER, now)
            try:
                chain = validate_chain(
                    parse_x5c(x5c), anchors=anchors, role=Role.VERIFIER, now=now
                )
            except KeysError as error:
                raise ConsentError(ConsentFailure.NOT_REGISTERED, error.detail) from None
            # A name without a registration must not pass for somebody's registration id.
            party = chain.organization_id or f"name:{chain.anchor.name}/{chain.subject_name}"
            return Submitter(Author.PARTY, party), chain.leaf_key
        case {"jwk": jwk, **rest} if "x5c" not in rest:
            public = PublicJwk.parse(jwk)
            submitter = Submitter(Author.HOLDER, public.thumbprint())
            return submitter, public.verification_key()
        case _:
            raise ConsentError(
                ConsentFailure.SUBMISSION_INVALID, "either x5c or jwk says who signs"
            )


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


def _mac_key(keys: LabelKeys, label: bytes, data_key: DataKey) -> bytes:
    try:
        return data_key.open(keys.mac_key, context=_seal_context(label, keys.holder))
    except KeysError:
        raise ConsentError(
            ConsentFailure.STORE_DAMAGED, "the label's keys are not those it was opened with"
        ) from None


def _seal_context(label: bytes, holder: str | None) -> bytes:
    """Bind the holder's key as well: who can write to the database cannot put another there."""
    return _SEAL_CONTEXT + label + (holder or "").encode()
