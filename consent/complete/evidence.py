"""All that can be shown of one consent: a file that is checked years later, asking nobody.

    {"format": "https://mydata.example/formats/consent-evidence/1",
     "receipt": {…}, "records": [{…}, …], "completeness": {…} or null,
     "proofs": [{"leaf": "<base64url>", "proof": "c2sp.org/tlog-proof@v1…"}, …],
     "vkey": "<the log's verifier key>"}

``receipt`` is the consent's own, with what was signed on the day of the sharing; ``records`` are
what the ledger keeps of that consent (`consent.forms.reading.ReadRecord`), ``completeness`` proves
that its label has no other entries, and ``proofs`` put single entries under the checkpoints of
witnesses. ``vkey`` says which log is meant; whoever checks knows its key from elsewhere.
"""

from dataclasses import dataclass
from typing import Final, Self

from consent.complete.proof import CompletenessProof
from consent.forms.fields import Fields, malformed
from consent.forms.reading import ReadRecord
from consent.forms.receipt import EntryProof, Receipt
from keys.json_value import JsonObject, JsonValue

EVIDENCE_FORMAT: Final = "https://mydata.example/formats/consent-evidence/1"

# A standing consent that was used every hour of a year.
_COUNT_LIMIT: Final = 10_000
_VKEY_LIMIT: Final = 4096
_MEMBERS: Final = ("format", "receipt", "records", "completeness", "proofs", "vkey")


@dataclass(frozen=True, slots=True)
class ConsentEvidence:
    """The parts as they were gathered; none is believed before it is checked.

    ``completeness`` is None when the ledger gave none: then nothing says that this is all.
    """

    receipt: Receipt
    records: tuple[ReadRecord, ...]
    completeness: CompletenessProof | None
    proofs: tuple[EntryProof, ...]
    vkey: str

    @classmethod
    def parse(cls, value: JsonValue) -> Self:
        """Read the JSON form (`as_dict`), or raise `ConsentError` (malformed)."""
        fields = Fields("evidence", value, _MEMBERS)
        if fields.value("format") != EVIDENCE_FORMAT:
            raise malformed(f"evidence: format must be {EVIDENCE_FORMAT}")
        completeness = fields.value("completeness") if fields.has("completeness") else None
        return cls(
            Receipt.parse(fields.value("receipt")),
            tuple(map(ReadRecord.parse, _items(fields.value("records")))),
            None if completeness is None else CompletenessProof.parse(completeness),
            tuple(map(EntryProof.parse, _items(fields.value("proofs")))),
            fields.text("vkey", limit=_VKEY_LIMIT),
        )

    def as_dict(self) -> JsonObject:
        """Return the JSON form."""
        completeness = self.completeness
        return {
            "format": EVIDENCE_FORMAT,
            "receipt": self.receipt.as_dict(),
            "records": [each.as_dict() for each in self.records],
            "completeness": None if completeness is None else completeness.as_dict(),
            "proofs": [each.as_dict() for each in self.proofs],
            "vkey": self.vkey,
        }


def _items(value: JsonValue) -> list[JsonValue]:
    if not isinstance(value, list) or len(value) > _COUNT_LIMIT:
        raise malformed(f"evidence: a list of at most {_COUNT_LIMIT} was expected")
    return value
