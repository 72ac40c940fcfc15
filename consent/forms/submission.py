"""What a holder or a relying party sends to have an entry written: ``POST /consent/entries``.

A JWS of ``typ`` ``mydata-entry+jwt``. The holder signs with the key of the pair, named by ``jwk``
and fixed when it is first used under the label; a relying party signs with its registered key,
named by ``x5c``. The payload:

    {"aud": "<the log's origin>", "type": "used", "label": "<43>", "commitment": "<43>",
     "key": "<idempotency key>", "mac": "<43>" or null, "mac_key": "<43>" or null,
     "deposit": {"record": {…}, "salt": "<43>", "terms": {…} or null, "holder_key": … or null}}

``mac`` is made with the secret of the pair, so a stranger who reads a label in the public log can
file nothing under it. ``mac_key`` opens a label; sent again it must be the same. ``deposit`` opens
the commitment to the ledger (`consent.forms.deposit`). A party's own label (over_asked) belongs to
no pair: there ``mac`` and ``mac_key`` are ``null``, and the signature alone counts.
"""

import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass

from consent.errors import ConsentError, ConsentFailure
from consent.forms.deposit import Deposit
from consent.forms.entry import EntryType
from consent.forms.fields import HASH_SIZE, Fields
from keys import base64url, jws
from keys.json_value import JsonObject, JsonValue
from keys.signer import Signer
from keys.strict_json import dumps

SUBMISSION_TYP = "mydata-entry+jwt"

# 128 bits: to meet another's request by chance takes 2^64 entries, and gains an error.
REQUEST_SIZE = 16

_LABEL_CONTEXT = b"mydata-label-v1"
_MAC_KEY_CONTEXT = b"mydata-mac-key-v1"
_ENTRY_CONTEXT = b"mydata-entry-v1"
_KEY = re.compile("[A-Za-z0-9_-]{8,64}")
_MEMBERS = ("aud", "type", "label", "commitment", "key", "mac", "mac_key", "deposit")


@dataclass(frozen=True, slots=True)
class PairSecret:
    """What one holder and one relying party share: ``label`` is public, ``mac_key`` theirs alone.

    Both are 32 octets. The holder derives them; the party is given them with the consent.
    """

    label: bytes
    mac_key: bytes

    @classmethod
    def derive(cls, holder_secret: bytes, *, party_id: str, year: int) -> "PairSecret":
        """Return the pair's secret in one year's log: HMAC-SHA256(holder secret, context || …).

        Who has not the holder's 32 octets sees labels as random, and two of them as unrelated.
        """
        if len(holder_secret) != HASH_SIZE:
            raise ValueError(f"a holder secret has {HASH_SIZE} octets")
        suffix = party_id.encode() + b"\x00" + str(year).encode()
        return cls(
            hmac.digest(holder_secret, _LABEL_CONTEXT + suffix, "sha256"),
            hmac.digest(holder_secret, _MAC_KEY_CONTEXT + suffix, "sha256"),
        )


@dataclass(frozen=True, slots=True)
class NewEntry:
    """What the submitter wants written; the ledger adds number and previous.

    ``key`` is the idempotency key: 8 to 64 characters of base64url, one per intended entry, sent
    again with every retry. Never derive it from a signature (ECDSA signatures are malleable).
    """

    type: EntryType
    label: bytes
    commitment: bytes
    key: str

    def mac(self, mac_key: bytes) -> bytes:
        """Return the proof of belonging to the pair, over everything that will be written."""
        message = b"".join(
            (_ENTRY_CONTEXT, self.label, self.commitment, self.type.encode(), b"\x00")
        )
        return hmac.digest(mac_key, message + self.key.encode(), "sha256")


@dataclass(frozen=True, slots=True)
class Submission:
    """A submission as it was sent, read but not yet believed."""

    entry: NewEntry
    audience: str
    mac: bytes | None
    mac_key: bytes | None
    deposit: Deposit | None

    @classmethod
    def parse(cls, value: JsonValue) -> "Submission":
        """Read the payload, or raise `ConsentError` (malformed)."""
        fields = Fields("submission", value, _MEMBERS)
        key = fields.text("key")
        if not _KEY.fullmatch(key):
            raise ConsentError(
                ConsentFailure.MALFORMED, "an idempotency key is 8 to 64 characters of base64url"
            )
        entry = NewEntry(
            fields.choice("type", EntryType),
            fields.octets("label"),
            fields.octets("commitment"),
            key,
        )
        return cls(
            entry,
            fields.text("aud"),
            fields.octets("mac") if fields.has("mac") else None,
            fields.octets("mac_key") if fields.has("mac_key") else None,
            Deposit.parse(fields.value("deposit")) if fields.has("deposit") else None,
        )

    def check_mac(self, mac_key: bytes) -> None:
        """Raise `ConsentError` (mac_invalid) unless the submitter has the pair's secret."""
        if self.mac is None or not hmac.compare_digest(self.mac, self.entry.mac(mac_key)):
            raise ConsentError(
                ConsentFailure.MAC_INVALID, "only the pair that a label belongs to may use it"
            )


def sign_submission(
    entry: NewEntry,
    *,
    pair: PairSecret | None,
    audience: str,
    signer: Signer,
    deposit: Deposit | None = None,
    x5c: Sequence[str] | None = None,
    opens: bool = False,
) -> str:
    """Return the JWS to post; ``audience`` is the log's origin (the name in its ``vkey``).

    ``deposit`` opens the entry's commitment. ``pair`` is None under a party's own label alone.

    A relying party gives its ``x5c``; without one, the signer's key is sent as the holder's
    ``jwk``. ``opens`` sends the pair's ``mac_key`` along, which the first entry under a label
    needs and later ones may repeat.
    """
    payload = submission_payload(entry, pair=pair, audience=audience, deposit=deposit, opens=opens)
    return jws.sign(signing_header(SUBMISSION_TYP, signer, x5c), dumps(payload), signer)


def submission_payload(
    entry: NewEntry,
    *,
    pair: PairSecret | None,
    audience: str,
    deposit: Deposit | None,
    opens: bool,
) -> JsonObject:
    """Return what `sign_submission` signs."""
    return {
        "aud": audience,
        "type": entry.type.value,
        "label": base64url.encode(pair.label if pair is not None else entry.label),
        "commitment": base64url.encode(entry.commitment),
        "key": entry.key,
        "mac": base64url.encode(entry.mac(pair.mac_key)) if pair is not None else None,
        "mac_key": base64url.encode(pair.mac_key) if pair is not None and opens else None,
        "deposit": deposit.as_dict() if deposit is not None else None,
    }


def signing_header(typ: str, signer: Signer, x5c: Sequence[str] | None) -> JsonObject:
    """Return the header that says who signs: a party by its chain, a holder by the key itself."""
    if x5c is None:
        return {"typ": typ, "jwk": signer.public.as_dict()}
    return {"typ": typ, "x5c": list(x5c)}


def request_id(submitter: str, key: str) -> bytes:
    """Return what makes a retry the same request: a hash of who asks and the idempotency key."""
    return hashlib.sha256(submitter.encode() + b"\x00" + key.encode()).digest()[:REQUEST_SIZE]
