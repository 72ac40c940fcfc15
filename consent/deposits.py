"""Sealing what was deposited: one random key a record, so that one record can be made unopenable.

The sealed record goes into the ledger's database with its entry; the key goes, wrapped under the
room's data key, into a database of its own that no backup holds. Without the key the record is
octets, in every copy of the ledger that was ever made.
"""

from dataclasses import dataclass

from consent.codes import CodeUse, code_use
from consent.dues import Due
from consent.errors import ConsentError, ConsentFailure
from consent.forms.deposit import Deposit
from keys.entropy import SYSTEM_ENTROPY, Entropy
from keys.errors import KeysError
from keys.sealing import DataKey
from keys.strict_json import loads

_RECORD_CONTEXT = b"mydata-deposit-v1"
_KEY_CONTEXT = b"mydata-record-key-v1"
_KEY_ID_SIZE = 16


@dataclass(frozen=True, slots=True)
class SealedRecord:
    """A deposit as the ledger's database keeps it; ``key_id`` finds the key that opens it."""

    record_id: str
    consent_id: str | None
    key_id: bytes
    octets: bytes


@dataclass(frozen=True, slots=True)
class RecordKey:
    """A record's key as its own database keeps it.

    ``commitment`` is the entry's: a shredded entry names it, and so finds what to destroy.
    ``holder_key`` finds a foreign wallet's records; it is destroyed with the key.
    """

    id: bytes
    commitment: bytes
    wrapped: bytes
    holder_key: bytes | None


@dataclass(frozen=True, slots=True)
class Kept:
    """What goes with an entry into the databases: record, key, and all now due of its subject.

    ``code`` is what the record says of a shown code, None where it says nothing of one.
    """

    record: SealedRecord
    key: RecordKey
    dues: tuple[Due, ...] = ()
    code: CodeUse | None = None

    @property
    def subject(self) -> str:
        """What the dues are about: the consent, or the record where it belongs to none."""
        return self.record.consent_id or self.record.record_id


@dataclass(frozen=True, slots=True)
class StoredDeposit:
    """A sealed record with the entry it belongs to: index, number in its label, octets."""

    index: int
    number: int
    leaf: bytes
    record: SealedRecord


def seal_deposit(
    deposit: Deposit,
    commitment: bytes,
    *,
    data_key: DataKey,
    dues: tuple[Due, ...] = (),
    entropy: Entropy = SYSTEM_ENTROPY,
) -> Kept:
    """Return the deposit under a new key, bound to its commitment, and that key wrapped."""
    record = deposit.record
    key_id, key = entropy(_KEY_ID_SIZE), DataKey.generate(entropy)
    octets = key.seal(deposit.octets(), context=_RECORD_CONTEXT + commitment, entropy=entropy)
    wrapped = key.wrap(data_key, context=_KEY_CONTEXT + key_id, entropy=entropy)
    return Kept(
        SealedRecord(record.record_id, record.consent_id, key_id, octets),
        RecordKey(key_id, commitment, wrapped, deposit.holder_key),
        dues,
        code_use(record, data_key),
    )


def open_deposit(
    sealed: SealedRecord, wrapped: bytes, *, commitment: bytes, data_key: DataKey
) -> Deposit:
    """Return what was deposited for this very entry, or raise `ConsentError` (store_damaged)."""
    try:
        key = DataKey.unwrap(wrapped, data_key, context=_KEY_CONTEXT + sealed.key_id)
        octets = key.open(sealed.octets, context=_RECORD_CONTEXT + commitment)
    except KeysError:
        raise ConsentError(
            ConsentFailure.STORE_DAMAGED, "a kept record is not the one that was sealed"
        ) from None
    return Deposit.parse(loads(octets))
