"""Receipts: what a holder or relying party keeps, and anyone can check without asking anybody.

A receipt joins a record, the salt that opens its commitment, the terms, and the proof that the log
contains the entry. The ``log`` member is the ledger's own answer, word for word:

    {"format": "https://mydata.example/formats/consent-receipt/1",
     "record": {…}, "record_salt": "<43>", "terms": {…}, "random": "<43>",
     "disclosure_salt": "<43>", "countersignature": "<JWS>",
     "log": {"index": 7, "leaf": "<base64url>", "size": 8,
             "inclusion_proof": ["<43>", …], "checkpoint": "<signed note>"}}
"""

from dataclasses import dataclass, replace
from typing import Self

from consent.errors import ConsentError, ConsentFailure
from consent.forms.entry import LEAF_LIMIT, Leaf
from consent.forms.fields import HASH_SIZE, Fields, malformed
from consent.forms.offer import commit_nonce
from consent.forms.record import ConsentRecord
from consent.forms.terms import Terms
from consent.tlog.checkpoint import Checkpoint, open_checkpoint
from consent.tlog.merkle import leaf_hash, verify_inclusion
from consent.tlog.signed_note import NOTE_LIMIT, VerifierKey
from keys import base64url
from keys.errors import KeysError
from keys.json_value import JsonObject, JsonValue

RECEIPT_FORMAT = "https://mydata.example/formats/consent-receipt/1"

# C2SP tlog-witness: no proof has more hashes.
_PROOF_LIMIT = 63
# A countersignature carries a certificate chain.
_TOKEN_LIMIT = 64 * 1024
_LOG_MEMBERS = ("index", "leaf", "size", "inclusion_proof", "checkpoint")
_MEMBERS = (
    "format",
    "record",
    "record_salt",
    "terms",
    "random",
    "disclosure_salt",
    "countersignature",
    "log",
)


@dataclass(frozen=True, slots=True)
class EntryProof:
    """The ledger's answer to a submission; believed only after `verify`.

    ``leaf`` is the entry's octets, ``proof`` its audit path in the tree of ``checkpoint``.
    """

    index: int
    leaf: bytes
    size: int
    proof: tuple[bytes, ...]
    checkpoint: str

    @classmethod
    def parse(cls, value: JsonValue) -> Self:
        """Read the JSON answer, or raise `ConsentError` (malformed)."""
        fields = Fields("log", value, _LOG_MEMBERS)
        leaf = fields.any_octets("leaf")
        note = fields.value("checkpoint")
        if len(leaf) > LEAF_LIMIT or not isinstance(note, str) or len(note) > NOTE_LIMIT:
            raise malformed("log: a leaf and a checkpoint were expected")
        return cls(
            fields.integer("index"),
            leaf,
            fields.integer("size"),
            tuple(map(_hash, fields.texts("inclusion_proof")[: _PROOF_LIMIT + 1])),
            note,
        )

    def as_dict(self) -> JsonObject:
        """Return the JSON answer."""
        return {
            "index": self.index,
            "leaf": base64url.encode(self.leaf),
            "size": self.size,
            "inclusion_proof": [base64url.encode(sibling) for sibling in self.proof],
            "checkpoint": self.checkpoint,
        }

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

    ``terms`` and ``random`` come together or not at all. ``disclosure_salt`` is there where a
    presentation was made, ``countersignature`` once the relying party has given it.
    """

    record: ConsentRecord
    record_salt: bytes
    log: EntryProof
    terms: Terms | None = None
    random: bytes | None = None
    disclosure_salt: bytes | None = None
    countersignature: str | None = None

    @classmethod
    def parse(cls, value: JsonValue) -> Self:
        """Read the JSON form (`as_dict`), or raise `ConsentError` (malformed)."""
        fields = Fields("receipt", value, _MEMBERS)
        if fields.value("format") != RECEIPT_FORMAT:
            raise malformed(f"receipt: format must be {RECEIPT_FORMAT}")
        if fields.has("terms") != fields.has("random"):
            raise malformed("receipt: terms and random come together")
        return cls(
            record=ConsentRecord.parse(fields.value("record")),
            record_salt=fields.octets("record_salt"),
            log=EntryProof.parse(fields.value("log")),
            terms=Terms.parse(fields.value("terms")) if fields.has("terms") else None,
            random=_optional_octets(fields, "random"),
            disclosure_salt=_optional_octets(fields, "disclosure_salt"),
            countersignature=_token(fields),
        )

    def as_dict(self) -> JsonObject:
        """Return the JSON form; every member is always present, ``null`` where it has nothing."""
        return {
            "format": RECEIPT_FORMAT,
            "record": self.record.as_dict(),
            "record_salt": base64url.encode(self.record_salt),
            "terms": self.terms.as_dict() if self.terms is not None else None,
            "random": _optional_text(self.random),
            "disclosure_salt": _optional_text(self.disclosure_salt),
            "countersignature": self.countersignature,
            "log": self.log.as_dict(),
        }

    def nonce(self) -> str | None:
        """Return the nonce that the holder's key binding must carry, None without terms."""
        if self.terms is None or self.random is None:
            return None
        return commit_nonce(self.terms, self.random)

    def countersigned(self, token: str) -> "Receipt":
        """Return this receipt with the relying party's countersignature."""
        return replace(self, countersignature=token)


@dataclass(frozen=True, slots=True)
class VerifiedReceipt:
    """A receipt whose record the log provably contains; only `verify_receipt` makes one.

    It proves *that the event was recorded*. The countersignature needs the relying party's
    certificates and is checked by `consent.forms.countersignature`.
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


def _hash(text: str) -> bytes:
    try:
        octets = base64url.decode(text)
    except KeysError:
        octets = b""
    if len(octets) != HASH_SIZE:
        raise malformed("log: a proof is a list of hashes")
    return octets


def _token(fields: Fields) -> str | None:
    if not fields.has("countersignature"):
        return None
    return fields.text("countersignature", limit=_TOKEN_LIMIT)


def _optional_octets(fields: Fields, name: str) -> bytes | None:
    return fields.octets(name) if fields.has(name) else None


def _optional_text(octets: bytes | None) -> str | None:
    return base64url.encode(octets) if octets is not None else None
