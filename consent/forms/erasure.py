"""A holder's wish that the ledger destroys its records of one consent before their time.

``POST /consent/labels/{label}/erasure``, a JWS of ``typ`` ``mydata-erasure+jwt`` by the holder's
key for the pair (``jwk``):

    {"aud": "<the log's origin>", "label": "<43>", "consent_id": "<record_id of the consent>",
     "iat": 1795338000, "mac": "<43>"}

A deletion of what the *relying party* holds is another matter: an entry deletion_requested.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from consent.errors import ConsentError, ConsentFailure
from consent.forms.fields import Fields
from consent.forms.reading import issued_at
from consent.forms.submission import PairSecret, signing_header
from keys import base64url, jws
from keys.json_value import JsonObject, JsonValue
from keys.jwt_time import seconds
from keys.signer import Signer
from keys.strict_json import dumps

ERASURE_TYP = "mydata-erasure+jwt"

_CONTEXT = b"mydata-erasure-v1"
_MEMBERS = ("aud", "label", "consent_id", "iat", "mac")
# A UUID in text.
_ID_LIMIT = 36


@dataclass(frozen=True, slots=True)
class ErasureRequest:
    """The wish, read but not yet believed."""

    audience: str
    label: bytes
    consent_id: str
    issued_at: datetime
    mac: bytes

    @classmethod
    def parse(cls, value: JsonValue) -> Self:
        """Read the payload, or raise `ConsentError` (malformed)."""
        fields = Fields("erasure", value, _MEMBERS)
        return cls(
            fields.text("aud"),
            fields.octets("label"),
            fields.text("consent_id", limit=_ID_LIMIT),
            issued_at(fields),
            fields.octets("mac"),
        )

    def check_mac(self, mac_key: bytes) -> None:
        """Raise `ConsentError` (mac_invalid) unless who asks has the pair's secret."""
        expected = _mac(mac_key, self.label, self.consent_id, self.issued_at)
        if not hmac.compare_digest(expected, self.mac):
            raise ConsentError(ConsentFailure.MAC_INVALID, "only the pair has its records erased")


def sign_erasure(
    consent_id: str, *, pair: PairSecret, audience: str, signer: Signer, now: datetime
) -> str:
    """Return the JWS to post; ``audience`` is the log's origin."""
    payload: JsonObject = {
        "aud": audience,
        "label": base64url.encode(pair.label),
        "consent_id": consent_id,
        "iat": seconds(now),
        "mac": base64url.encode(_mac(pair.mac_key, pair.label, consent_id, now)),
    }
    return jws.sign(signing_header(ERASURE_TYP, signer, None), dumps(payload), signer)


def _mac(mac_key: bytes, label: bytes, consent_id: str, now: datetime) -> bytes:
    message = _CONTEXT + label + f"{seconds(now)}\x00{consent_id}".encode()
    return hmac.digest(mac_key, message, "sha256")
