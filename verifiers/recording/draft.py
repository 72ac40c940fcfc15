"""What an entry that is owed consists of: the record with its salt, and what its receipt adds.

It lies sealed until the ledger has the entry; then only the receipt is kept.
"""

from dataclasses import dataclass
from typing import Final, Self

from consent.forms.deposit import Deposit
from consent.forms.fields import Fields
from consent.forms.receipt import EntryProof, Receipt
from consent.forms.record import ConsentRecord
from consent.forms.submission import NewEntry, PairSecret, sign_submission
from consent.forms.terms import Terms
from keys import base64url
from keys.json_value import JsonObject, JsonValue
from verifiers.registered.party_keys import PartyKey

_TOKEN_LIMIT: Final = 64 * 1024
_MEMBERS: Final = (
    "record",
    "salt",
    "pair",
    "terms",
    "holder_key",
    "disclosure_salt",
    "countersignature",
)
_PAIR: Final = ("label", "mac_key")


@dataclass(frozen=True, slots=True)
class Draft:
    """One entry before the ledger has it.

    ``pair`` is None under the party's own label. What follows ``terms``
    comes with a use alone; ``holder_key`` names the key of a wallet of another maker.
    """

    record: ConsentRecord
    salt: bytes
    pair: PairSecret | None
    terms: Terms | None = None
    holder_key: bytes | None = None
    disclosure_salt: bytes | None = None
    countersignature: str | None = None

    @classmethod
    def parse(cls, value: JsonValue) -> Self:
        """Read what `as_dict` wrote, or raise `ConsentError` (malformed)."""
        fields = Fields("draft", value, _MEMBERS)
        return cls(
            record=ConsentRecord.parse(fields.value("record")),
            salt=fields.octets("salt"),
            pair=read_pair(fields.value("pair")) if fields.has("pair") else None,
            terms=Terms.parse(fields.value("terms")) if fields.has("terms") else None,
            holder_key=_octets(fields, "holder_key"),
            disclosure_salt=_octets(fields, "disclosure_salt"),
            countersignature=_token(fields),
        )

    def as_dict(self) -> JsonObject:
        """Return the JSON form; every member is always present, ``null`` where it has nothing."""
        return {
            "record": self.record.as_dict(),
            "salt": base64url.encode(self.salt),
            "pair": pair_form(self.pair) if self.pair is not None else None,
            "terms": self.terms.as_dict() if self.terms is not None else None,
            "holder_key": _text(self.holder_key),
            "disclosure_salt": _text(self.disclosure_salt),
            "countersignature": self.countersignature,
        }

    def submission(self, key: str, *, audience: str, party_key: PartyKey) -> str:
        """Return what is posted to the ledger; ``key`` is the idempotency key."""
        record = self.record
        return sign_submission(
            NewEntry(record.entry_type, record.label, record.commitment(self.salt), key),
            deposit=Deposit(record, self.salt, self.terms, self.holder_key),
            pair=self.pair,
            audience=audience,
            signer=party_key.signer,
            x5c=party_key.x5c,
            opens=self.pair is not None,
        )

    def receipt(self, proof: EntryProof) -> Receipt:
        """Return the receipt that the ledger's answer makes of it; unverified until it is."""
        return Receipt(
            record=self.record,
            record_salt=self.salt,
            log=proof,
            terms=self.terms,
            disclosure_salt=self.disclosure_salt,
            countersignature=self.countersignature,
        )


def pair_form(pair: PairSecret) -> JsonObject:
    """Return a pair's secret as it is sealed."""
    return {
        "label": base64url.encode(pair.label),
        "mac_key": base64url.encode(pair.mac_key),
    }


def read_pair(value: JsonValue) -> PairSecret:
    """Return what `pair_form` wrote, or raise `ConsentError` (malformed)."""
    fields = Fields("pair", value, _PAIR)
    return PairSecret(*(fields.octets(name) for name in _PAIR))


def _octets(fields: Fields, name: str) -> bytes | None:
    return fields.octets(name) if fields.has(name) else None


def _text(octets: bytes | None) -> str | None:
    return base64url.encode(octets) if octets is not None else None


def _token(fields: Fields) -> str | None:
    if not fields.has("countersignature"):
        return None
    return fields.text("countersignature", limit=_TOKEN_LIMIT)
