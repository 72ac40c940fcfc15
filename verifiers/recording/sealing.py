"""What lies in the store sealed: response keys, claims waiting to be fetched, evidence, duties.

A copy of the database opens none of them. Each is bound to its transaction and its use, so one
put into another's row does not open.
"""

from collections.abc import Iterable

from consent.forms.receipt import Receipt
from consent.forms.submission import PairSecret
from keys.json_value import JsonObject, JsonValue
from keys.jwe import DecryptionKey
from keys.sealing import DataKey
from keys.strict_json import dumps, loads, loads_object
from verifiers.recording.draft import Draft, pair_form, read_pair
from verifiers.transaction import Transaction

_KEY = b"mydata-verifiers-response-key-v1\0"
_CLAIMS = b"mydata-verifiers-claims-v1\0"
_EVIDENCE = b"mydata-verifiers-evidence-v1\0"
_PAIR = b"mydata-verifiers-pair-v1\0"
_STANDING = b"mydata-verifiers-standing-v1\0"
_DRAFT = b"mydata-verifiers-draft-v1\0"
_RECEIPT = b"mydata-verifiers-receipt-v1\0"


class Sealing:
    """Seals and opens under this room's data key."""

    def __init__(self, data_key: DataKey) -> None:
        self._data_key = data_key

    def seal_key(self, transaction_id: str, key: DecryptionKey) -> bytes:
        """Return the private key of one transaction, sealed."""
        return self._seal(_KEY, transaction_id, key.private_octets())

    def key_of(self, transaction: Transaction) -> DecryptionKey | None:
        """Return the key responses to a transaction are encrypted to, None in plain mode.

        Its ``kid`` is the transaction's id, so that no response fits two transactions.
        """
        if transaction.key_sealed is None:
            return None
        octets = self._open(_KEY, transaction.id, transaction.key_sealed)
        return DecryptionKey.from_der(octets, kid=transaction.id)

    def seal_claims(self, transaction_id: str, credentials: Iterable[JsonObject]) -> bytes:
        """Return verified certificates in their result form, sealed."""
        return self._seal(_CLAIMS, transaction_id, dumps([*credentials]))

    def open_claims(self, transaction_id: str, sealed: bytes) -> list[JsonValue]:
        """Return what `seal_claims` sealed."""
        credentials = loads(self._open(_CLAIMS, transaction_id, sealed))
        return credentials if isinstance(credentials, list) else []

    def seal_evidence(self, transaction_id: str, evidence: JsonObject) -> bytes:
        """Return the proof of a sharing, sealed."""
        return self._seal(_EVIDENCE, transaction_id, dumps(evidence))

    def open_evidence(self, transaction_id: str, sealed: bytes) -> JsonObject:
        """Return what `seal_evidence` sealed."""
        return loads_object(self._open(_EVIDENCE, transaction_id, sealed))

    def seal_pair(self, transaction_id: str, pair: PairSecret) -> bytes:
        """Return the secret that entries about a sharing are filed with, sealed."""
        return self._seal(_PAIR, transaction_id, dumps(pair_form(pair)))

    def open_pair(self, transaction_id: str, sealed: bytes) -> PairSecret:
        """Return what `seal_pair` sealed."""
        return read_pair(loads(self._open(_PAIR, transaction_id, sealed)))

    def seal_standing(self, transaction_id: str, address: str) -> bytes:
        """Return where a wallet answers within a consent, sealed: it leads to a person."""
        return self._seal(_STANDING, transaction_id, address.encode())

    def open_standing(self, transaction_id: str, sealed: bytes) -> str:
        """Return what `seal_standing` sealed."""
        return self._open(_STANDING, transaction_id, sealed).decode()

    def seal_draft(self, filing_id: str, draft: Draft) -> bytes:
        """Return an entry that is owed, sealed."""
        return self._seal(_DRAFT, filing_id, dumps(draft.as_dict()))

    def open_draft(self, filing_id: str, sealed: bytes) -> Draft:
        """Return what `seal_draft` sealed."""
        return Draft.parse(loads(self._open(_DRAFT, filing_id, sealed)))

    def seal_receipt(self, filing_id: str, receipt: Receipt) -> bytes:
        """Return the receipt of an entry that was owed, sealed."""
        return self._seal(_RECEIPT, filing_id, dumps(receipt.as_dict()))

    def open_receipt(self, filing_id: str, sealed: bytes) -> Receipt:
        """Return what `seal_receipt` sealed."""
        return Receipt.parse(loads(self._open(_RECEIPT, filing_id, sealed)))

    def _seal(self, use: bytes, name: str, octets: bytes) -> bytes:
        return self._data_key.seal(octets, context=use + name.encode())

    def _open(self, use: bytes, name: str, sealed: bytes) -> bytes:
        return self._data_key.open(sealed, context=use + name.encode())
