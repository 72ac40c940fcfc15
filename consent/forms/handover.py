"""What our wallet gives the relying party beside ``vp_token``, as ``mydata_consent``.

    {"receipt": {…}, "label": "<43>", "mac_key": "<43>", "record_salt": "<43>",
     "disclosure_salt": "<43>", "standing": {"uri": "https://…"} or null}

With it the party can check that the holder recorded the consent, and file its own use under the
pair's label. ``standing`` is there for a consent to several uses: the address where this wallet
answers further requests by itself, inside that consent (`POST`, ``{"request_uri"}``). Other
verifiers ignore the parameter (OpenID4VP 1.0 section 8.2).
"""

from dataclasses import dataclass
from typing import Self

from consent.forms.fields import Fields, malformed
from consent.forms.receipt import Receipt
from consent.forms.submission import PairSecret
from keys import base64url
from keys.json_value import JsonObject, JsonValue

PARAMETER = "mydata_consent"

_MEMBERS = ("receipt", "label", "mac_key", "record_salt", "disclosure_salt", "standing")


@dataclass(frozen=True, slots=True)
class Handover:
    """The consent entry's receipt and the secret of the pair; unverified until its receipt is."""

    receipt: Receipt
    pair: PairSecret
    standing: str | None = None

    @classmethod
    def parse(cls, value: JsonValue) -> Self:
        """Read the parameter's JSON value, or raise `ConsentError` (malformed)."""
        fields = Fields(PARAMETER, value, _MEMBERS)
        pair = PairSecret(fields.octets("label"), fields.octets("mac_key"))
        standing = fields.value("standing") if fields.has("standing") else None
        handover = cls(Receipt.parse(fields.value("receipt")), pair, _address(standing))
        # The salts stand twice, for readers of either place; two spellings would be two stories.
        if handover.as_dict() != value or handover.receipt.record.label != pair.label:
            raise malformed(f"{PARAMETER}: label and salts must be those of the receipt")
        return handover

    def as_dict(self) -> JsonObject:
        """Return the parameter's JSON value."""
        receipt = self.receipt.as_dict()
        return {
            "receipt": receipt,
            "label": base64url.encode(self.pair.label),
            "mac_key": base64url.encode(self.pair.mac_key),
            "record_salt": receipt["record_salt"],
            "disclosure_salt": receipt["disclosure_salt"],
            "standing": None if self.standing is None else {"uri": self.standing},
        }


def _address(value: JsonValue) -> str | None:
    return None if value is None else Fields("standing", value, ("uri",)).uri("uri")
