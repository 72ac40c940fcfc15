"""What a holder wants of a party that has something: the content of one errand."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Self

from consent.forms.record import ConsentRecord, EventState
from consent.forms.withdrawal_notice import NoticeKind
from keys import base64url
from keys.strict_json import JsonObject, JsonValue
from wallet.kept.keeping import BoxKind, SealedBox
from wallet.kept.outbox import Errand, Stage
from wallet.kept.vault import Vault

_SUBJECT_CONTEXT = b"mydata-errand-v1"


class Trouble(StrEnum):
    """Why the last attempt to tell the party came to nothing."""

    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    # It answered, and what it signed does not prove that it acknowledged this.
    ANSWER_INVALID = "answer_invalid"


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """One withdrawal or deletion request: ``record`` is what the ledger gets, with salt and key.

    ``year`` is that of the consent, and so of the pair. ``uri`` is where the party takes it, None
    for a party without terms. ``acknowledgement`` is the id of the party's receipt once it has
    signed one.
    """

    kind: NoticeKind
    year: int
    record: ConsentRecord
    salt: bytes
    key: str
    uri: str | None
    trouble: Trouble | None = None
    acknowledgement: str | None = None

    @property
    def consent_id(self) -> str:
        """The consent it is about."""
        return self.record.consent_id or self.record.record_id

    def as_dict(self) -> JsonObject:
        """Return the JSON form that is kept, sealed."""
        return {
            "kind": self.kind.value,
            "year": self.year,
            "record": self.record.as_dict(),
            "salt": base64url.encode(self.salt),
            "key": self.key,
            "uri": self.uri,
            "trouble": None if self.trouble is None else self.trouble.value,
            "acknowledgement": self.acknowledgement,
        }

    @classmethod
    def parse(cls, value: JsonValue) -> Self:
        """Read what `as_dict` wrote; anything else is a bug (ValueError)."""
        match value:
            case {
                "kind": str(kind),
                "year": int(year),
                "record": dict(record),
                "salt": str(salt),
                "key": str(key),
                "uri": str() | None as uri,
                "trouble": str() | None as trouble,
                "acknowledgement": str() | None as acknowledgement,
            }:
                return cls(
                    NoticeKind(kind),
                    year,
                    ConsentRecord.parse(record),
                    base64url.decode(salt),
                    key,
                    uri,
                    None if trouble is None else Trouble(trouble),
                    acknowledgement,
                )
            case _:
                raise ValueError("this is not a withdrawal")


def event_of(kind: NoticeKind) -> EventState:
    """Return the event the ledger records for it."""
    match kind:
        case NoticeKind.WITHDRAWN:
            return EventState.WITHDRAWN
        case NoticeKind.DELETION_REQUESTED:
            return EventState.DELETION_REQUESTED


def subject_of(kind: NoticeKind, consent_id: str) -> str:
    """Return the name of the errand: one for each consent and kind, and it tells neither."""
    message = _SUBJECT_CONTEXT + kind.value.encode() + b"\x00" + consent_id.encode()
    return base64url.encode(hashlib.sha256(message).digest())


def sealed_errand(withdrawal: Withdrawal, vault: Vault, *, now: datetime) -> Errand:
    """Return a new errand, due at once."""
    subject = subject_of(withdrawal.kind, withdrawal.consent_id)
    sealed = _sealed(withdrawal, subject, vault)
    return Errand(vault.holder, subject, Stage.RECORDING, 0, int(now.timestamp()), sealed)


def resealed(errand: Errand, withdrawal: Withdrawal, vault: Vault) -> Errand:
    """Return the errand with another content."""
    return replace(errand, sealed=_sealed(withdrawal, errand.subject, vault))


def opened(errand: Errand, vault: Vault) -> Withdrawal:
    """Return what an errand is about, or raise ``WalletError`` (storage_broken)."""
    box = SealedBox(errand.holder, BoxKind.ERRAND, errand.subject, 0, errand.sealed)
    return Withdrawal.parse(vault.open(box))


def _sealed(withdrawal: Withdrawal, subject: str, vault: Vault) -> bytes:
    at = withdrawal.record.event_time
    return vault.seal(BoxKind.ERRAND, subject, at, withdrawal.as_dict()).sealed
