"""A holder's word to a relying party: the consent is over, or what was kept is to be erased.

Posted to the address the terms name for it (`Terms.withdrawal`): a JWS of ``typ``
``mydata-withdrawal+jwt`` by the key of the pair, which its header names in ``jwk``.

    {"aud": "<party id>", "label": "<43>", "consent_id": "<record_id of the consent>",
     "kind": "withdrawn", "iat": 1795338000, …}

The rest is the ledger's answer to the entry, word for word (`EntryProof`). The entry comes first:
when a party hears of a withdrawal, nobody can deny any more that it was made.
"""

from collections.abc import Container
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from consent.errors import ConsentError, ConsentFailure
from consent.forms.fields import Fields
from consent.forms.receipt import EntryProof, VerifiedEntry
from consent.tlog.signed_note import VerifierKey
from keys import base64url, jws
from keys.errors import KeysError
from keys.json_value import JsonObject
from keys.jwk import PublicJwk
from keys.jwt_time import check_times, numeric_date, seconds
from keys.signer import Signer
from keys.strict_json import dumps

NOTICE_TYP = "mydata-withdrawal+jwt"
# An entry's proof with its witnesses' signatures, in base64url.
NOTICE_LIMIT = 96 * 1024

# A UUID in text.
_ID_LIMIT = 36
_OWN = ("aud", "label", "consent_id", "kind", "iat")


class NoticeKind(StrEnum):
    """What the holder wants; each is the type of the entry that the notice proves.

    withdrawn: no further use, and erasure; deletion_requested: erasure, while the consent stands.
    """

    WITHDRAWN = "withdrawn"
    DELETION_REQUESTED = "deletion_requested"


@dataclass(frozen=True, slots=True)
class WithdrawalNotice:
    """What the holder tells ``party`` (its registration id) about one consent of one label."""

    party: str
    label: bytes
    consent_id: str
    kind: NoticeKind
    entry: EntryProof
    issued_at: datetime


@dataclass(frozen=True, slots=True)
class VerifiedNotice:
    """A notice whose entry the log provably has; only `verify_notice` makes one.

    ``holder`` is the RFC 7638 thumbprint of the key that signed: whether it is the pair's, who
    keeps the agreement must say.
    """

    notice: WithdrawalNotice
    entry: VerifiedEntry
    holder: str


def sign_notice(notice: WithdrawalNotice, *, signer: Signer) -> str:
    """Return the JWS to post; ``signer`` has the key of the pair."""
    header: JsonObject = {"typ": NOTICE_TYP, "jwk": signer.public.as_dict()}
    payload: JsonObject = {
        "aud": notice.party,
        "label": base64url.encode(notice.label),
        "consent_id": notice.consent_id,
        "kind": notice.kind.value,
        "iat": seconds(notice.issued_at),
        **notice.entry.as_dict(),
    }
    return jws.sign(header, dumps(payload), signer)


def verify_notice(
    token: str, *, expected_parties: Container[str], log_key: VerifierKey, now: datetime
) -> VerifiedNotice:
    """Return what a holder has proven to one of ``expected_parties``, or raise `ConsentError`.

    notice_invalid, malformed, wrong_audience; what `EntryProof.verify` raises; record_mismatch
    when the entry is of another label or type. An old notice is as good as a new one: it is sent
    until it is answered, and says the same each time.
    """
    claims, key = _signed(token, now)
    notice = _parse(claims)
    if notice.party not in expected_parties:
        raise ConsentError(ConsentFailure.WRONG_AUDIENCE, "it is for another relying party")
    entry = notice.entry.verify(log_key=log_key)
    if (entry.leaf.label, entry.leaf.type.value) != (notice.label, notice.kind.value):
        raise ConsentError(
            ConsentFailure.RECORD_MISMATCH, "the entry in the log is not about this notice"
        )
    return VerifiedNotice(notice, entry, key.thumbprint())


def _signed(token: str, now: datetime) -> tuple[JsonObject, PublicJwk]:
    try:
        unverified = jws.parse(token, limit=NOTICE_LIMIT)
        key = PublicJwk.parse(unverified.header.get("jwk"))
        verified = jws.verify(unverified, key.verification_key(), expected_typ=NOTICE_TYP)
        claims = verified.claims()
        check_times(claims, now=now)
        numeric_date(claims.get("iat"))
    except KeysError as error:
        raise ConsentError(ConsentFailure.NOTICE_INVALID, error.detail) from None
    return claims, key


def _parse(claims: JsonObject) -> WithdrawalNotice:
    fields = Fields("notice", {name: claims.get(name) for name in _OWN}, _OWN)
    answer = {name: value for name, value in claims.items() if name not in _OWN}
    return WithdrawalNotice(
        party=fields.text("aud"),
        label=fields.octets("label"),
        consent_id=fields.text("consent_id", limit=_ID_LIMIT),
        kind=fields.choice("kind", NoticeKind),
        entry=EntryProof.parse(answer),
        issued_at=numeric_date(claims["iat"]),
    )
