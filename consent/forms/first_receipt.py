"""Receipts of the first release (…/consent-receipt/1): kept as they are, read as far as shown.

They are still whole and still provable: the record is hashed as it stands, and the log's answer
has the members of then. Nothing is rewritten; a converted receipt would be another document.
"""

import hashlib
from dataclasses import dataclass
from typing import Final, Self

from consent.errors import ConsentError, ConsentFailure
from consent.forms.fields import HASH_SIZE, Fields, malformed
from consent.forms.receipt import EntryProof, Receipt
from consent.tlog.signed_note import VerifierKey
from keys import base64url
from keys.canonical_json import canonical
from keys.errors import KeysError
from keys.json_value import JsonObject, JsonValue

FIRST_FORMAT: Final = "https://mydata.example/formats/consent-receipt/1"

_RECORD_CONTEXT: Final = b"mydata-record-v1"
_LOG_MEMBERS: Final = ("index", "leaf", "size", "inclusion_proof", "checkpoint")


@dataclass(frozen=True, slots=True)
class FirstReceipt:
    """A receipt in its first form; ``value`` is the JSON as it was kept, ``log`` its proof.

    ``record_id``, ``event_state``, ``event_time`` and ``party`` are the record's own words;
    ``claims`` are the paths disclosed, or requested where nothing was; ``types`` the credentials.
    """

    value: JsonObject
    log: EntryProof
    record_id: str
    event_state: str
    event_time: str
    party: str
    claims: tuple[str, ...]
    types: tuple[str, ...]

    @classmethod
    def parse(cls, value: JsonValue) -> Self:
        """Read the first form, or raise `ConsentError` (malformed)."""
        if not isinstance(value, dict):
            raise malformed("receipt must be a JSON object")
        match value:
            case {
                "format": str(named),
                "record": {
                    "record_id": str(record_id),
                    "event_state": str(event_state),
                    "event_time": str(event_time),
                    "pii_controller": {"name": str(party)},
                    "pii_information": {
                        "requested": list(requested),
                        "disclosed": list(shown),
                        "credential_types": list(types),
                    },
                },
                "log": log,
            } if named == FIRST_FORMAT:
                return cls(
                    value=value,
                    log=_log(log),
                    record_id=record_id,
                    event_state=event_state,
                    event_time=event_time,
                    party=party,
                    claims=tuple(map(str, shown or requested)),
                    types=tuple(map(str, types)),
                )
            case _:
                raise malformed(f"receipt: format must be {FIRST_FORMAT}")

    def verify(self, *, log_key: VerifierKey) -> None:
        """Raise `ConsentError` unless the log has the entry of this very record and salt."""
        leaf = self.log.verify(log_key=log_key).leaf
        digest = hashlib.sha256(canonical(self.value["record"])).digest()
        try:
            salt = base64url.decode(str(self.value.get("record_salt")))
        except KeysError:
            raise malformed("receipt: record_salt is base64url") from None
        if hashlib.sha256(_RECORD_CONTEXT + salt + digest).digest() != leaf.commitment:
            raise ConsentError(
                ConsentFailure.RECORD_MISMATCH, "the entry in the log is not about this record"
            )


def read_kept(value: JsonValue) -> Receipt | FirstReceipt:
    """Return a kept receipt of either form, or raise `ConsentError`."""
    if isinstance(value, dict) and value.get("format") == FIRST_FORMAT:
        return FirstReceipt.parse(value)
    return Receipt.parse(value)


def _log(value: JsonValue) -> EntryProof:
    fields = Fields("log", value, _LOG_MEMBERS)
    hashes = tuple(map(_hash, fields.texts("inclusion_proof")))
    checkpoint = fields.value("checkpoint")
    if not isinstance(checkpoint, str):
        raise malformed("log: a checkpoint was expected")
    return EntryProof(
        fields.integer("index"),
        fields.any_octets("leaf"),
        fields.integer("size"),
        hashes,
        checkpoint,
    )


def _hash(text: str) -> bytes:
    try:
        octets = base64url.decode(text)
    except KeysError:
        octets = b""
    if len(octets) != HASH_SIZE:
        raise malformed("log: a proof is a list of hashes")
    return octets
