"""What a submission hands to the ledger in trust: the record behind its commitment, and the terms.

    {"record": {…}, "salt": "<43>", "terms": {…} or null, "holder_key": "<43>" or null}

The log holds the commitment alone. The ledger opens it once, to enforce what was consented to, and
keeps it sealed under a key of its own, for the pair to read again and for nobody else.
"""

from dataclasses import dataclass
from typing import Self

from consent.forms.fields import Fields
from consent.forms.record import ConsentRecord
from consent.forms.terms import Terms
from keys import base64url
from keys.canonical_json import canonical
from keys.json_value import JsonObject, JsonValue

_MEMBERS = ("record", "salt", "terms", "holder_key")


@dataclass(frozen=True, slots=True)
class Deposit:
    """A record with the salt (32 octets) that opens its commitment, and the terms it names.

    ``holder_key`` is the thumbprint (RFC 7638, 32 octets) of the key a foreign wallet presented
    with: whoever proves that key may open the record. None for our wallets, who have a pair key.
    """

    record: ConsentRecord
    salt: bytes
    terms: Terms | None = None
    holder_key: bytes | None = None

    @classmethod
    def parse(cls, value: JsonValue) -> Self:
        """Read the JSON form (`as_dict`), or raise `ConsentError` (malformed)."""
        fields = Fields("deposit", value, _MEMBERS)
        return cls(
            ConsentRecord.parse(fields.value("record")),
            fields.octets("salt"),
            Terms.parse(fields.value("terms")) if fields.has("terms") else None,
            fields.octets("holder_key") if fields.has("holder_key") else None,
        )

    def as_dict(self) -> JsonObject:
        """Return the JSON form; every member is always present, ``null`` where it has nothing."""
        return {
            "record": self.record.as_dict(),
            "salt": base64url.encode(self.salt),
            "terms": self.terms.as_dict() if self.terms is not None else None,
            "holder_key": base64url.encode(self.holder_key) if self.holder_key else None,
        }

    def octets(self) -> bytes:
        """Return the canonical JSON (RFC 8785): what the ledger seals."""
        return canonical(self.as_dict())
