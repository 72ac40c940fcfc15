"""Receipts: what a holder or relying party keeps, and anyone can check without asking anybody.

A receipt joins a record, the salt that opens its commitment, the terms, what each side signed, and
the proof that the log contains the entry. ``leaf`` and ``proof`` are the ledger's own answer, word
for word; ``proof`` is a C2SP tlog-proof, so any tool of that family reads it:

    {"format": "https://mydata.example/formats/consent-receipt/2",
     "record": {…}, "record_salt": "<43>", "terms": {…}, "disclosure_salt": "<43>",
     "holder_signature": "<JWS>", "countersignature": "<JWS>",
     "leaf": "<base64url>", "proof": "c2sp.org/tlog-proof@v1…",
     "offline": {…}}
"""

from dataclasses import dataclass, replace
from typing import Final, Self

from consent.errors import ConsentError, ConsentFailure
from consent.forms.entry import LEAF_LIMIT, Leaf
from consent.forms.fields import Fields, malformed
from consent.forms.holder_signature import body_sha256, verify_holder_signature
from consent.forms.offer import nonce_of
from consent.forms.offline import Offline
from consent.forms.record import ConsentRecord
from consent.forms.terms import Terms
from consent.tlog.checkpoint import Checkpoint, open_checkpoint
from consent.tlog.merkle import leaf_hash, verify_inclusion
from consent.tlog.signed_note import VerifierKey, read_note
from consent.tlog.tlog_proof import TlogProof
from keys import base64url
from keys.json_value import JsonObject, JsonValue

RECEIPT_FORMAT: Final = "https://mydata.example/formats/consent-receipt/2"
# Another format than SD-JWT came later: only a receipt that names it is of this form.
NAMING_FORMAT: Final = "https://mydata.example/formats/consent-receipt/3"

# A countersignature carries a certificate chain.
TOKEN_LIMIT: Final = 64 * 1024
_PROOF_MEMBERS: Final = ("leaf", "proof")
_MEMBERS: Final = (
    "format",
    "record",
    "record_salt",
    "terms",
    "disclosure_salt",
    "holder_signature",
    "countersignature",
    "leaf",
    "proof",
    "offline",
)


@dataclass(frozen=True, slots=True)
class EntryProof:
    """The ledger's answer to a submission; believed only after `verify`.

    ``leaf`` is the entry's octets, ``proof`` its audit path in the tree of ``size`` entries that
    ``checkpoint`` (a signed note, with whatever cosignatures it had) speaks of.
    """

    index: int
    leaf: bytes
    size: int
    proof: tuple[bytes, ...]
    checkpoint: str

    @classmethod
    def parse(cls, value: JsonValue) -> Self:
        """Read ``{"leaf", "proof"}``, or raise `ConsentError` (malformed)."""
        fields = Fields("log", value, _PROOF_MEMBERS)
        leaf, text = fields.any_octets("leaf"), fields.value("proof")
        if len(leaf) > LEAF_LIMIT or not isinstance(text, str):
            raise malformed("log: a leaf and a tlog-proof were expected")
        proof = TlogProof.parse(text)
        checkpoint = Checkpoint.parse(read_note(proof.checkpoint_note).text)
        return cls(proof.index, leaf, checkpoint.size, proof.hashes, proof.checkpoint_note)

    def as_dict(self) -> JsonObject:
        """Return the JSON answer."""
        return {"leaf": base64url.encode(self.leaf), "proof": self.text()}

    def text(self) -> str:
        """Return the proof as a file of its own (C2SP tlog-proof)."""
        return TlogProof(self.index, self.proof, self.checkpoint).text()

    def verify(self, *, log_key: VerifierKey) -> "VerifiedEntry":
        """Return the entry as proven by the log's signature, or raise `ConsentError`."""
        checkpoint = open_checkpoint(self.checkpoint, log_key=log_key)
        if checkpoint.size != self.size:
            raise ConsentError(
                ConsentFailure.PROOF_INVALID, "the proof is for another size than the checkpoint"
            )
        verify_inclusion(
            leaf_hash(self.leaf),
            self.index,
            checkpoint.size,
            self.proof,
            expected_root=checkpoint.root,
        )
        return VerifiedEntry(self.index, Leaf.parse(self.leaf), checkpoint)


@dataclass(frozen=True, slots=True)
class VerifiedEntry:
    """An entry that the log with a known key has; only `EntryProof.verify` makes one."""

    index: int
    leaf: Leaf
    checkpoint: Checkpoint


@dataclass(frozen=True, slots=True)
class Receipt:
    """One event of consent with everything that proves it; salts are 32 octets.

    ``disclosure_salt`` is there where a presentation was made, ``holder_signature`` where the
    holder's own wallet consented, ``countersignature`` once the relying party has given it,
    ``offline`` where more than the log's proof is to be checked without asking anybody.
    """

    record: ConsentRecord
    record_salt: bytes
    log: EntryProof
    terms: Terms | None = None
    disclosure_salt: bytes | None = None
    holder_signature: str | None = None
    countersignature: str | None = None
    offline: Offline | None = None

    @classmethod
    def parse(cls, value: JsonValue) -> Self:
        """Read the JSON form (`as_dict`), or raise `ConsentError` (malformed)."""
        fields = Fields("receipt", value, _MEMBERS)
        log: JsonObject = {name: fields.value(name) for name in _PROOF_MEMBERS}
        salted = fields.has("disclosure_salt")
        receipt = cls(
            record=ConsentRecord.parse(fields.value("record")),
            record_salt=fields.octets("record_salt"),
            log=EntryProof.parse(log),
            terms=Terms.parse(fields.value("terms")) if fields.has("terms") else None,
            disclosure_salt=fields.octets("disclosure_salt") if salted else None,
            holder_signature=_token(fields, "holder_signature"),
            countersignature=_token(fields, "countersignature"),
            offline=Offline.parse(fields.value("offline")) if fields.has("offline") else None,
        )
        if fields.value("format") != receipt.format:
            raise malformed(f"receipt: format must be {receipt.format}")
        return receipt

    def as_dict(self) -> JsonObject:
        """Return the JSON form; every member is always present, ``null`` where it has nothing."""
        salt = self.disclosure_salt
        return {
            "format": self.format,
            "record": self.record.as_dict(),
            "record_salt": base64url.encode(self.record_salt),
            "terms": self.terms.as_dict() if self.terms is not None else None,
            "disclosure_salt": base64url.encode(salt) if salt is not None else None,
            "holder_signature": self.holder_signature,
            "countersignature": self.countersignature,
            **self.log.as_dict(),
            "offline": self.offline.as_dict() if self.offline is not None else None,
        }

    @property
    def format(self) -> str:
        """Which form it has: the former one, unless a format of presentation is named in it."""
        is_named = self.offline is not None and self.offline.names_formats
        return NAMING_FORMAT if is_named else RECEIPT_FORMAT

    def nonce(self) -> str | None:
        """Return the nonce that the holder's key binding must carry, None without terms."""
        evidence = self.record.evidence
        if evidence.terms_sha256 is None or evidence.random is None:
            return None
        return nonce_of(evidence.terms_sha256, evidence.random)

    def body_sha256(self) -> bytes:
        """Return the hash of the body both sides sign."""
        return body_sha256(self.record, self.terms)

    def check_holder_signature(self) -> None:
        """Raise `ConsentError` (holder_signature_invalid) unless the holder signed this body."""
        evidence = self.record.evidence
        if self.holder_signature is None or evidence.pair_key is None:
            raise ConsentError(
                ConsentFailure.HOLDER_SIGNATURE_INVALID, "the holder did not sign the receipt"
            )
        verify_holder_signature(
            self.holder_signature,
            expected_body=self.body_sha256(),
            expected_commitment=self.record.commitment(self.record_salt),
            expected_key=evidence.pair_key,
        )

    def countersigned(self, token: str) -> "Receipt":
        """Return this receipt with the relying party's countersignature."""
        return replace(self, countersignature=token)


@dataclass(frozen=True, slots=True)
class VerifiedReceipt:
    """A receipt whose record the log provably contains; only `verify_receipt` makes one.

    It proves *that the event was recorded*. All else that a receipt can show, each by its name, is
    `consent.forms.receipt_check`.
    """

    record: ConsentRecord
    terms: Terms | None
    entry: VerifiedEntry


def verify_receipt(receipt: Receipt, *, log_key: VerifierKey) -> VerifiedReceipt:
    """Return what the receipt proves, offline, or raise `ConsentError`.

    1. the log's signature, the root and the proof; 2. the entry commits to this very record, under
    its label, as its type; 3. the record names these very terms.
    """
    entry = receipt.log.verify(log_key=log_key)
    record = receipt.record
    expected = (record.commitment(receipt.record_salt), record.label, record.entry_type)
    if expected != (entry.leaf.commitment, entry.leaf.label, entry.leaf.type):
        raise _mismatch("the entry in the log is not about this record")
    terms_sha256 = receipt.terms.sha256() if receipt.terms is not None else None
    if terms_sha256 != record.evidence.terms_sha256:
        raise _mismatch("the record names other terms")
    return VerifiedReceipt(record, receipt.terms, entry)


def _mismatch(detail: str) -> ConsentError:
    return ConsentError(ConsentFailure.RECORD_MISMATCH, detail)


def _token(fields: Fields, name: str) -> str | None:
    return fields.text(name, limit=TOKEN_LIMIT) if fields.has(name) else None
