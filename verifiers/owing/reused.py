"""Learning which of the shown codes a relying party used were used at others as well.

A code in one step is signed for whoever reads it, and a desk that cannot ask the ledger cannot
know. The ledger finds it once both uses are there, and tells each party of its own.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Final, Protocol

from consent.forms.entry import party_label
from consent.forms.reading import ReadRecord, ReadRecords, sign_reading
from consent.forms.submission import PairSecret
from consent.tlog.signed_note import VerifierKey
from verifiers.errors import VerifierError
from verifiers.owing.kept_sharing import KeptSharings
from verifiers.registered.party_keys import PartyKeys
from verifiers.registered.registration import Registrations

# Under its own label a party needs no secret: any 32 octets make the code of a reading.
_NO_SECRET: Final = bytes(32)


class ReusedCodes(Protocol):
    """The ledger, as far as it tells a party of codes that were used twice."""

    async def reused(self, label: bytes, token: str) -> ReadRecords:
        """Return what a signed reading gives; else LEDGER_UNREACHABLE or LEDGER_REFUSED."""
        ...


class Reused:
    """Asks for every party that takes shown codes, and notes it beside the sharing."""

    def __init__(
        self,
        registrations: Registrations,
        store: KeptSharings,
        ledger: ReusedCodes,
        *,
        party_keys: PartyKeys,
        log_key: Callable[[], VerifierKey],
    ) -> None:
        self._registrations = registrations
        self._store = store
        self._ledger = ledger
        self._keys = party_keys
        self._log_key = log_key

    async def work(self, now: datetime) -> None:
        """Note what the ledger has found since; a party that cannot be asked for waits."""
        for party in self._registrations.parties:
            if any(purpose.offline_ok for purpose in party.purposes):
                with suppress(VerifierError):
                    await self._learn(party.id, now)

    async def _learn(self, party: str, now: datetime) -> None:
        following: int | None = 1
        while following is not None:
            found = await self._read(party, following, now)
            for record in filter(None, map(_label, found.records)):
                await self._store.note_reused(party, record, now)
            following = found.following

    async def _read(self, party: str, first: int, now: datetime) -> ReadRecords:
        origin, key = self._log_key().name, self._keys.current(party)
        label = party_label(party, origin)
        token = sign_reading(
            PairSecret(label, _NO_SECRET),
            audience=origin,
            signer=key.signer,
            now=now,
            x5c=key.x5c,
            first=first,
        )
        return await self._ledger.reused(label, token)


def _label(told: ReadRecord) -> bytes | None:
    """Return the label of the use that is told of; None for a record that is gone."""
    return None if told.record is None else told.record.label
