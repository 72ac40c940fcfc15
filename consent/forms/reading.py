"""Asking the ledger for the records it keeps sealed: ``POST /consent/labels/{label}/records``.

A JWS of ``typ`` ``mydata-reading+jwt`` by the holder's key for the pair (``jwk``) or by the
registered party (``x5c``):

    {"aud": "<the log's origin>", "label": "<43>", "iat": 1795338000, "mac": "<43>", "first": 1}

``mac`` is made with the secret of the pair, over label, time and first number, so that neither
knowing a label nor being registered is enough. The answer:

    {"records": [{"index": 7, "number": 1, "record": {…}, "salt": "<43>", "terms": {…} or null,
                  "unopenable": null}, …], "next": 501 or null}

in the order of the log. Of a record whose key is gone only index and number are left, and
``unopenable`` says why. ``next`` is the ``first`` to ask with for the rest.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Self

from consent.errors import ConsentError, ConsentFailure
from consent.forms.fields import Fields, malformed
from consent.forms.record import ConsentRecord
from consent.forms.submission import PairSecret, signing_header
from consent.forms.terms import Terms
from keys import base64url, jws
from keys.errors import KeysError
from keys.json_value import JsonObject, JsonValue
from keys.jwt_time import numeric_date, seconds
from keys.signer import Signer
from keys.strict_json import dumps

READING_TYP = "mydata-reading+jwt"

_CONTEXT = b"mydata-reading-v1"
_MEMBERS = ("aud", "label", "iat", "mac", "first")
_RECORD_MEMBERS = ("index", "number", "record", "salt", "terms", "unopenable")


@dataclass(frozen=True, slots=True)
class Reading:
    """A wish to read, read but not yet believed; ``first`` is the label's number to begin with."""

    audience: str
    label: bytes
    issued_at: datetime
    first: int
    mac: bytes

    @classmethod
    def parse(cls, value: JsonValue) -> Self:
        """Read the payload, or raise `ConsentError` (malformed)."""
        fields = Fields("reading", value, _MEMBERS)
        return cls(
            fields.text("aud"),
            fields.octets("label"),
            issued_at(fields),
            fields.integer("first"),
            fields.octets("mac"),
        )

    def check_mac(self, mac_key: bytes) -> None:
        """Raise `ConsentError` (mac_invalid) unless who asks has the pair's secret."""
        expected = _mac(mac_key, self.label, self.issued_at, self.first)
        if not hmac.compare_digest(expected, self.mac):
            raise ConsentError(ConsentFailure.MAC_INVALID, "only the pair reads its records")


def sign_reading(
    pair: PairSecret,
    *,
    audience: str,
    signer: Signer,
    now: datetime,
    x5c: Sequence[str] | None = None,
    first: int = 1,
) -> str:
    """Return the JWS to post; ``audience`` is the log's origin, ``x5c`` a relying party's chain.

    Without ``x5c`` the signer's key is sent as the holder's ``jwk``.
    """
    payload: JsonObject = {
        "aud": audience,
        "label": base64url.encode(pair.label),
        "iat": seconds(now),
        "mac": base64url.encode(_mac(pair.mac_key, pair.label, now, first)),
        "first": first,
    }
    return jws.sign(signing_header(READING_TYP, signer, x5c), dumps(payload), signer)


class Unopenable(StrEnum):
    """Why a record cannot be read any more.

    shredded: its key was destroyed, and an entry of the log says so; key_missing: the key is not
    there, and nothing says why (a database was lost or restored without it).
    """

    SHREDDED = "shredded"
    KEY_MISSING = "key_missing"


@dataclass(frozen=True, slots=True)
class ReadRecord:
    """One entry of a label as the pair may read it: its place in the log, and what was deposited.

    ``record`` and ``salt`` (32 octets) are None exactly when ``unopenable`` says why.
    """

    index: int
    number: int
    record: ConsentRecord | None
    salt: bytes | None
    terms: Terms | None
    unopenable: Unopenable | None

    @classmethod
    def parse(cls, value: JsonValue) -> Self:
        """Read the JSON form (`as_dict`), or raise `ConsentError` (malformed)."""
        fields = Fields("read record", value, _RECORD_MEMBERS)
        if fields.has("record") is fields.has("unopenable"):
            raise malformed("read record: either a record or why there is none")
        return cls(
            fields.integer("index"),
            fields.integer("number"),
            ConsentRecord.parse(fields.value("record")) if fields.has("record") else None,
            fields.octets("salt") if fields.has("record") else None,
            Terms.parse(fields.value("terms")) if fields.has("terms") else None,
            fields.choice("unopenable", Unopenable) if fields.has("unopenable") else None,
        )

    def as_dict(self) -> JsonObject:
        """Return the JSON form; every member is always present."""
        return {
            "index": self.index,
            "number": self.number,
            "record": self.record.as_dict() if self.record is not None else None,
            "salt": base64url.encode(self.salt) if self.salt is not None else None,
            "terms": self.terms.as_dict() if self.terms is not None else None,
            "unopenable": self.unopenable.value if self.unopenable is not None else None,
        }


@dataclass(frozen=True, slots=True)
class ReadRecords:
    """The answer to a reading; ``following`` is the first number of what is left, None at the end.

    Nothing here is proven: hold each record's commitment against its entry in the log.
    """

    records: tuple[ReadRecord, ...]
    following: int | None

    @classmethod
    def parse(cls, value: JsonValue) -> Self:
        """Read the JSON answer, or raise `ConsentError` (malformed)."""
        fields = Fields("records", value, ("records", "next"))
        records = fields.value("records")
        if not isinstance(records, list):
            raise malformed("records: a list was expected")
        following = fields.integer("next") if fields.has("next") else None
        return cls(tuple(map(ReadRecord.parse, records)), following)

    def as_dict(self) -> JsonObject:
        """Return the JSON answer."""
        return {"records": [each.as_dict() for each in self.records], "next": self.following}


def issued_at(fields: Fields) -> datetime:
    """Return ``iat``, or raise `ConsentError` (malformed)."""
    try:
        return numeric_date(fields.value("iat"))
    except KeysError as error:
        raise malformed(f"iat: {error.detail}") from None


def _mac(mac_key: bytes, label: bytes, now: datetime, first: int) -> bytes:
    message = _CONTEXT + label + f"{seconds(now)}\x00{first}".encode()
    return hmac.digest(mac_key, message, "sha256")
