"""What a relying party keeps of one sharing, and until when: the row that every duty hangs on.

Claims are gone a minute after they were told. What stays is sealed evidence, for as long as the
purpose's registration says; then it is erased without being asked, and the ledger is told.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from verifiers.recording.filing import Filing


@dataclass(frozen=True, slots=True)
class KeptSharing:
    """One sharing. ``pair_sealed`` is the secret that entries about it are filed with.

    ``consent_id`` is the record_id of the holder's consent and ``holder`` the thumbprint of the
    pair's key; both None where another maker's wallet consented by its key binding alone.
    ``ends_at`` is the consent's end, None where it ends with this use. ``acts_at`` is when
    something has to be done about it next, None when nothing is left to do. ``asked_at`` is when
    the holder first asked for erasure, ``due_at`` when that is overdue; ``retained_until`` is set
    where a law keeps it all the same. ``standing_sealed`` is the address where the holder's wallet
    answers further requests within the consent, None where each use needs a new one.
    ``reused_at`` is when the ledger told that the shown code was used by another party too.
    """

    transaction_id: str
    party: str
    purpose: str
    label: bytes
    pair_sealed: bytes
    consent_id: str | None
    holder: str | None
    shared_at: datetime
    ends_at: datetime | None
    acts_at: datetime | None
    stopped_at: datetime | None = None
    asked_at: datetime | None = None
    due_at: datetime | None = None
    retained_until: datetime | None = None
    erased_at: datetime | None = None
    standing_sealed: bytes | None = None
    reused_at: datetime | None = None

    @property
    def subject(self) -> str:
        """What its duties are about: the consent, or where there is none this one sharing."""
        return self.consent_id or self.transaction_id


@dataclass(frozen=True, slots=True)
class ErasureAsked:
    """That erasure was asked for: since when, until when it is due, when to act on it.

    ``ends_use`` is a withdrawal, which ends every further use as well.
    """

    at: datetime
    due_at: datetime
    acts_at: datetime
    ends_use: bool


class KeptSharings(Protocol):
    """Where they are kept. A change and the entry it owes the ledger are written in one step."""

    async def keep(self, sharing: KeptSharing) -> None:
        """Keep a new one; one that is there already stays."""
        ...

    async def sharings_of(self, party: str, consent_id: str) -> tuple[KeptSharing, ...]:
        """Return every use under one consent, the oldest first."""
        ...

    async def acting(self, now: datetime, limit: int) -> tuple[KeptSharing, ...]:
        """Return those about which something has to be done by now, the longest due first."""
        ...

    async def asked(self, party: str, limit: int) -> tuple[KeptSharing, ...]:
        """Return a party's sharings whose erasure was asked for, the latest request first."""
        ...

    async def note_reused(self, party: str, label: bytes, now: datetime) -> None:
        """Note that the code a party was shown under this label was used elsewhere; once."""
        ...

    async def reused(self, party: str, limit: int) -> tuple[KeptSharing, ...]:
        """Return a party's sharings whose code was used elsewhere too, the latest first."""
        ...

    async def stop(self, party: str, consent_id: str, asked: ErasureAsked, owed: Filing) -> None:
        """Note that erasure was asked for, and owe the acknowledgement.

        Claims that wait to be told are destroyed. What was noted before stays.
        """
        ...

    async def retain(
        self, party: str, consent_id: str, owed: Filing, *, until: datetime, acts_at: datetime
    ) -> None:
        """Note that a law keeps what there is, until when, and owe that entry."""
        ...

    async def erase(
        self, sharings: tuple[KeptSharing, ...], owed: Filing, *, now: datetime
    ) -> None:
        """Destroy everything sealed about them, and owe the entry that says so, in one step.

        RuntimeError, and nothing is changed, should a row still hold sealed octets then.
        """
        ...
